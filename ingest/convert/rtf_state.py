"""What is known while RTF is being read: where text goes, what a group has set, text so far."""

from dataclasses import dataclass, field
from enum import Enum, auto

#: the level of a document's title, above all its headings
TITLE_LEVEL = -1


class Sink(Enum):
    """Where a group's text goes."""

    BODY = auto()
    FOOTNOTE = auto()
    TITLE = auto()
    STYLES = auto()
    FONTS = auto()
    INFO = auto()
    NOWHERE = auto()


@dataclass(frozen=True, slots=True)
class RtfParagraph:
    """A paragraph, or a table's row when it has `cells`.

    `level` is that of a heading (1…), TITLE_LEVEL or 0; `depth` how deep an item is nested (0…).
    `merged` are the columns whose cell goes on from the row above.
    """

    text: str
    level: int = 0
    depth: int = 0
    is_bold: bool = False
    cells: tuple[str, ...] = ()
    merged: frozenset[int] = frozenset()


@dataclass(slots=True)
class State:
    """What a group may change for itself."""

    sink: Sink = Sink.BODY
    encoding: str = "cp1252"
    fallback_length: int = 1
    is_bold: bool = False
    is_hidden: bool = False
    level: int = 0
    style: int = -1
    depth: int = 0
    is_in_table: bool = False
    font: int = -1


@dataclass(slots=True)
class Text:
    """A text that is being gathered, and how many of its pieces are bold and not."""

    text: list[str] = field(default_factory=list)
    plain: int = 0
    bold: int = 0

    def taken(self) -> str:
        """The text so far; begins a new one."""
        joined, self.text = "".join(self.text), []
        self.bold = self.plain = 0
        if any("\ud800" <= char <= "\udfff" for char in joined):
            joined = joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return joined
