"""Numbers of list items and headings in OpenDocument texts: shown, but not stored."""

from collections.abc import Mapping

from ingest.convert.docx_numbering import formatted
from ingest.convert.odf_styles import ListLevel

Counts = dict[int, int]


class OdfNumbering:
    """Counts the items of a document's lists in order; levels count from 1."""

    def __init__(self) -> None:
        self._by_id: dict[str, Counts] = {}
        self._last: dict[str, Counts] = {}

    def begin(self, style: str, identity: str, continued: str, goes_on: bool) -> Counts:
        """The counts of a list that begins: new ones, or those of the list that it continues."""
        counts: Counts = {}
        if continued in self._by_id:
            counts = self._by_id[continued]
        elif goes_on:
            counts = self._last.get(style, {})
        if identity:
            self._by_id[identity] = counts
        self._last[style] = counts
        return counts


def next_label(
    counts: Counts, levels: Mapping[int, ListLevel], depth: int, start: int | None = None
) -> str:
    """Count one item at `depth` and return its number as shown, empty for a bullet."""
    level = levels.get(depth, ListLevel())
    counts[depth] = start if start is not None else counts.get(depth, level.start - 1) + 1
    for deeper in [at for at in counts if at > depth]:
        del counts[deeper]
    if not level.format:
        return ""
    shown = [
        formatted(counts.get(at, levels[at].start), levels[at].format)
        for at in range(max(depth - level.shown_levels + 1, 1), depth + 1)
        if at in levels and levels[at].format
    ]
    return f"{level.prefix}{'.'.join(shown)}{level.suffix}".strip()
