"""Which paragraphs of a PDF are headings or list items, and on which level.

Numbering decides first („5.4.2“, „§ 5“, „Anlage 1“), then size and weight. Entries of a table of
contents look like headings too; they are told by the heading of the same words further down.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.convert.blocks import Block, BlockKind
from ingest.convert.pdf_paragraphs import Paragraph, Typesetting
from ingest.convert.wording import ITEM_MARKER, item_depth

_MAX_LENGTH = 200
_LOOK_BACK = 500
_NUMBER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,3}){0,5})(?P<dot>\.?) +(?=[A-ZÄÖÜ„\"(])")
_NAMED = re.compile(
    r"(?P<annex>Anlage|Anhang)\b|(?P<part>Teil|Kapitel) [\dIVX]+\b|(?P<section>Abschnitt) [\dIVX]+"
    r"|(?P<ordinal>\w+er (?:Teil|Abschnitt))\b|(?P<paragraph>§+ ?\d+[a-z]?|Artikel \d+)(?=\s|$)"
)
_LEVELS = {"annex": 1, "part": 2, "ordinal": 2, "section": 3, "paragraph": 4}
_LEADERS = re.compile(r"(?:\.{4,}|(?:\. ){4,}|…{2,}|_{4,})\s*\d*\s*$")
_ENDS_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}$")
_ENDS_SENTENCE = re.compile(r"[.;,!]$")
_ABBREVIATED_END = re.compile(r"(?:\be\. ?V\.|\bGmbH & Co\.|\bu\. ?a\.|\busw\.)$")
_LABELLED = re.compile(r"[A-ZÄÖÜ][\w.-]+(?: [\w-]+){0,2}: \S")
_CONTENTS = re.compile(r"Inhalt(?:sverzeichnis|sübersicht)?$", re.IGNORECASE)
#: how sure recognition must be of a heading, and what it consists of
_SURE = 0.6
_BEGINS = re.compile(r"[\w§„\"]")
_WORD = re.compile(r"[^\W\d_]{4}|§ ?\d")
_CONTACT = re.compile(r"@|https?:|www\.|\b(?:Tel|Telefon|Fax)\b", re.IGNORECASE)


def blocks(paragraphs: Sequence[Paragraph], typesetting: Typesetting) -> list[Block]:
    """One block for each paragraph."""
    return _Structure(paragraphs, typesetting).blocks()


class _Structure:
    def __init__(self, paragraphs: Sequence[Paragraph], typesetting: Typesetting) -> None:
        self._all = paragraphs
        self._set = typesetting
        self._titles: list[bool] = []
        for at in range(len(paragraphs)):
            self._titles.append(self._may_be_heading(at))
        self._contents = self._contents_entries()
        sizes = {
            round(paragraph.size)
            for paragraph, title in zip(paragraphs, self._titles, strict=True)
            if title and self._is_larger(paragraph)
        }
        self._sizes = sorted(sizes, reverse=True)
        self._numbered_level = 0
        self._item_places: list[tuple[float, int]] = []

    def blocks(self) -> list[Block]:
        return [
            replace(self._block(at), confidence=paragraph.confidence)
            for at, paragraph in enumerate(self._all)
        ]

    def _block(self, at: int) -> Block:
        paragraph = self._all[at]
        if self._titles[at]:
            self._item_places = []
            return Block(BlockKind.HEADING, paragraph.text, self._level(at), paragraph.page)
        if at in self._contents:
            number = _NUMBER.match(paragraph.text)
            level = number["number"].count(".") + 1 if number else 1
            return Block(BlockKind.LIST_ITEM, paragraph.text, level, paragraph.page)
        if marker := ITEM_MARKER.match(paragraph.text):
            text = paragraph.text[marker.end() :] if marker["bullet"] else paragraph.text
            level = self._item_level(marker["number"] or "", paragraph)
            return Block(BlockKind.LIST_ITEM, text, level, paragraph.page)
        if not self._item_places or paragraph.left < self._item_places[0][0] + 3:
            self._item_places = []
        return Block(BlockKind.PARAGRAPH, paragraph.text, page=paragraph.page)

    def _item_level(self, number: str, paragraph: Paragraph) -> int:
        """Depth by the marker's kind for numbers and letters, by the indent for bullets."""
        while self._item_places and self._item_places[-1][0] > paragraph.left + 3:
            self._item_places.pop()
        if self._item_places and abs(self._item_places[-1][0] - paragraph.left) <= 3:
            return self._item_places[-1][1]
        above = self._item_places[-1][1] if self._item_places else 0
        level = above + 1 if above else max(item_depth(number) - 1, 1) if number else 1
        self._item_places.append((paragraph.left, level))
        return level

    def _may_be_heading(self, at: int) -> bool:
        paragraph = self._all[at]
        text = paragraph.text
        if self._is_document_title(at):
            return True
        if not _reads_like_heading(text) or not self._is_set_like_heading(at):
            return False
        if paragraph.confidence is not None and not _is_surely_text(text, paragraph.confidence):
            return False
        if number := _NUMBER.match(text):
            return self._is_numbered_heading(at, number["number"], bool(number["dot"]))
        if _NAMED.match(text) or _CONTENTS.match(text):
            return self._is_styled(paragraph) or self._stands_alone(at)
        return self._is_styled(paragraph) and not text.startswith("(")

    def _is_set_like_heading(self, at: int) -> bool:
        paragraph = self._all[at]
        in_columns = any(line.in_columns for line in paragraph.lines)
        if in_columns or len(paragraph.lines) > 5 or self._continues_above(at):
            return False
        return paragraph.size >= 0.93 * self._set.size

    def _is_document_title(self, at: int) -> bool:
        """The first centred lines of the first page."""
        paragraph = self._all[at]
        if any(self._titles) or paragraph.page != self._all[0].page or len(paragraph.text) > 600:
            return False
        left, right = self._set.sides(paragraph.lines[0])
        return len(paragraph.lines) > 1 and all(
            line.left > left + 20 and abs(line.left + line.right - left - right) < 20
            for line in paragraph.lines
        )

    def _continues_above(self, at: int) -> bool:
        """The rest of a sentence that a page break has cut off."""
        if not at or self._all[at - 1].page == self._all[at].page:
            return False
        finished = re.search(r"[.:;!?)“\"]$", self._all[at - 1].text) or self._titles[at - 1]
        return not finished and not self._is_styled(self._all[at])

    def _is_numbered_heading(self, at: int, number: str, dotted: bool) -> bool:
        paragraph = self._all[at]
        if len(paragraph.text) > 140 or paragraph.text.endswith(":"):
            return False
        if self._is_styled(paragraph):
            return True
        following = self._all[at + 1].text if at + 1 < len(self._all) else ""
        if ITEM_MARKER.match(following) and not re.match(r"\d{1,2}\. ", following):
            return False  # „… teilen mit“ before „a) …“
        depth = number.count(".") + 1
        if depth == 1 and (dotted or not self._follows_in_sequence(at, int(number))):
            return dotted and self._stands_alone(at) and not self._has_sibling_below(at)
        return self._stands_alone(at) or depth > 1

    def _follows_in_sequence(self, at: int, number: int) -> bool:
        """Whether the chapter before this one has the number before."""
        if number == 1:
            return True
        before = (
            _NUMBER.match(self._all[position].text)
            for position in range(at - 1, max(at - _LOOK_BACK, -1), -1)
        )
        return any(found and int(found["number"].split(".")[0]) == number - 1 for found in before)

    def _has_sibling_below(self, at: int) -> bool:
        following = self._all[at + 1].text if at + 1 < len(self._all) else ""
        return bool(re.match(r"\d{1,2}\. ", following))

    def _is_larger(self, paragraph: Paragraph) -> bool:
        return paragraph.size >= 1.12 * self._set.size

    def _is_styled(self, paragraph: Paragraph) -> bool:
        return self._is_larger(paragraph) or (paragraph.bold and not self._set.bold)

    def _stands_alone(self, at: int) -> bool:
        gap = self._all[at].gap
        below = self._all[at + 1].gap if at + 1 < len(self._all) else None
        return (gap is None or gap > 1.3) and (below is None or below > 1.1)

    def _contents_entries(self) -> set[int]:
        """Entries of a table of contents: a later heading has the same words."""
        later: set[str] = set()
        entries: set[int] = set()
        for at in range(len(self._all) - 1, -1, -1):
            if not self._titles[at]:
                continue
            text = self._all[at].text
            if {_letters(text), _letters(re.sub(r"\s\d{1,3}$", "", text))} & later:
                self._titles[at] = False
                entries.add(at)
            later.add(_letters(text))
        return entries

    def _level(self, at: int) -> int:
        paragraph = self._all[at]
        if number := _NUMBER.match(paragraph.text):
            self._numbered_level = min(number["number"].count(".") + 2, 6)
            return self._numbered_level
        if named := _NAMED.match(paragraph.text):
            self._numbered_level = _LEVELS[str(named.lastgroup)]
            return self._numbered_level
        if self._is_larger(paragraph):
            return min(self._sizes.index(round(paragraph.size)) + 1, 6)
        if not any(self._titles[:at]):
            return 1
        return min(max(self._numbered_level, len(self._sizes), 1) + 1, 6)


def _reads_like_heading(text: str) -> bool:
    if len(text) > _MAX_LENGTH or text[0].islower() or _LABELLED.match(text):
        return False
    if not re.search(r"[^\W\d_]{3}|§ ?\d", text) or _LEADERS.search(text):
        return False
    if _ENDS_SENTENCE.search(text) and not _ABBREVIATED_END.search(text):
        return False
    return not (_ENDS_DATE.search(text) or _CONTACT.search(text))


def _is_surely_text(text: str, confidence: float) -> bool:
    """Whether a recognised line is words: size and weight of a smudge or a remark say nothing.

    „- in Tsd. Euro -“ is a remark, „Name des Betriebs:“ the label of a field.
    """
    return (
        confidence >= _SURE
        and bool(_BEGINS.match(text) and _WORD.search(text))
        and not text.endswith(":")
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
