"""The passage: a section-true piece of a document that can be cited, and the document's head data.

`text` is verbatim. `start`/`end` are character offsets in the document's stored text. `places` map
offsets inside the passage to the exact locator and page, so that a quote taken from the middle of
a passage is cited at its own place (`§ 12 Abs. 2`, `Nr. 5.4`), not at the passage's beginning.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kb.validity import Validity

#: ends a title that is the beginning of a text without one
CUT = " …"
#: mean confidence of text recognition below which words are likely to be wrong (docs/formats.md)
POORLY_READ = 0.8


class Kind(StrEnum):
    """What a document is; see the glossary in the README."""

    GUIDELINE = "guideline"
    PLAN = "plan"
    ROLE = "role"
    MINUTES = "minutes"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Place:
    """From character `start` of the passage on, the locator and page that a reader would cite."""

    start: int
    locator: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """What is known of a document apart from its text; the same for all its passages."""

    document_id: str
    uri: str
    file: str
    title: str
    kind: Kind
    audience: str
    language: str
    publisher: str = ""
    dated: date | None = None
    validity: Validity = Validity()
    supersedes: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """One citable piece of one revision of a document.

    `confidence` (0…1) is how sure text recognition (OCR) was of it, None for text that came as text.
    """

    document: DocumentHead
    revision: str
    ordinal: int
    text: str
    start: int
    end: int
    heading_path: tuple[str, ...] = ()
    lead_in: str = ""
    places: tuple[Place, ...] = (Place(0, ""),)
    confidence: float | None = None

    @property
    def poorly_read(self) -> bool:
        """Whether recognition was so unsure that a reader must look at the original."""
        return self.confidence is not None and self.confidence < POORLY_READ

    @property
    def context(self) -> str:
        """Title, headings and the sentence that introduces a continued list; never quoted."""
        return self._under(self.heading_path)

    @property
    def near_context(self) -> str:
        """The same with the nearest heading alone."""
        return self._under(self.heading_path[-1:])

    def _under(self, headings: Sequence[str]) -> str:
        names = dict.fromkeys((self._title_of_its_own, *headings, self.lead_in))
        return " › ".join(name for name in names if name)

    @property
    def _title_of_its_own(self) -> str:
        """The document's title; empty where it is only the first words of the document's text."""
        title = self.document.title
        return "" if title.endswith(CUT) or title == self.text else title

    @property
    def locator(self) -> str:
        return self.places[0].locator

    @property
    def page(self) -> int | None:
        return self.places[0].page

    def place_at(self, offset: int) -> Place:
        """The place that holds at a character offset inside the passage."""
        found = self.places[0]
        for place in self.places:
            if place.start > offset:
                break
            found = place
        return found


def document_id_of(uri: str) -> str:
    """A stable, URL-safe id made from the document's place (20 hexadecimal characters)."""
    return hashlib.sha256(uri.encode()).hexdigest()[:20]
