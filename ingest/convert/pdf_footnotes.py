"""Footnotes, small paragraphs at a page's foot: none stands inside a sentence that goes on overleaf."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.convert.pdf_paragraphs import Paragraph, Typesetting
from ingest.convert.pdf_tables import FoundTable

Part = Paragraph | FoundTable

_MARKER = re.compile(r"(?:\d{1,3}|[*†]{1,3}|[¹²³⁴-⁹⁰]{1,3})\)?\s*\S")
_SMALLER = 0.93
_UNFINISHED = re.compile(r"[^.:;!?“”\"]$")


def footnotes_ahead(pages: Sequence[list[Part]], typesetting: Typesetting) -> None:
    """Where a page's last sentence goes on overleaf, its footnotes come before that paragraph."""
    for page, following in pairwise(pages):
        notes = _notes(page, typesetting)
        if not notes or notes == len(page) or not following:
            continue
        last, rest = page[-notes - 1], following[0]
        if _goes_on(last, rest):
            page[-notes - 1 :] = [*page[-notes:], last]


def _notes(page: Sequence[Part], typesetting: Typesetting) -> int:
    """How many parts at the page's end are footnotes."""
    marked = 0
    for count, part in enumerate(reversed(page), start=1):
        if not isinstance(part, Paragraph) or part.size > _SMALLER * typesetting.size:
            break
        if _MARKER.match(part.text):
            marked = count
    return marked


def _goes_on(part: Part, following: Part) -> bool:
    if not isinstance(part, Paragraph) or not isinstance(following, Paragraph):
        return False
    return bool(_UNFINISHED.search(part.text)) and following.text[:1].islower()
