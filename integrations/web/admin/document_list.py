"""Choosing, sorting and paging the rows of the list of documents, from what the address says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from integrations.web.admin.entries import Entry, State
from kb.passages import Kind
from kb.validity import ValidityState

_Row = TypeVar("_Row")
PAGE_SIZE = 50
#: so many days ahead a document counts as about to expire
SOON_DAYS = 30
_LONGEST_NUMBER = 6
#: what stands out, by its name in the address
NOTABLE: Mapping[str, str] = {
    "hinweise": "mit Hinweisen",
    "abgelaufen": "abgelaufen",
    "laeuft-ab": f"läuft in {SOON_DAYS} Tagen ab",
    "pruefung": "Prüfung fällig",
    "ungeprueft": "ohne Prüfdatum",
}
COLUMNS: Mapping[str, tuple[str, Callable[[Entry], Any]]] = {
    "titel": ("Titel", lambda row: row.title.casefold()),
    "art": ("Art", lambda row: row.kind_name),
    "zielgruppe": ("Zielgruppe", lambda row: row.audience_name),
    "gueltig": ("Gültigkeit", lambda row: row.valid_until or date.max),
    "pruefung": ("Prüfung", lambda row: row.review or date.max),
    "status": ("Status", lambda row: row.state.value),
    "seiten": ("Seiten", lambda row: row.pages),
    "hinweise": ("Hinweise", lambda row: len(row.warnings)),
}
_USUAL = "titel"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for; nonsense in it counts as nothing."""

    text: str = ""
    kind: str = ""
    audience: str = ""
    state: str = ""
    notable: str = ""
    order: str = _USUAL
    descending: bool = False
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        order = query.get("sortierung", "")
        return cls(
            text=query.get("text", "").strip(),
            kind=_known(query.get("art", ""), set(Kind)),
            audience=query.get("zielgruppe", ""),
            state=_known(query.get("status", ""), set(State)),
            notable=_known(query.get("auffaellig", ""), set(NOTABLE)),
            order=order.removeprefix("-") if order.removeprefix("-") in COLUMNS else _USUAL,
            descending=order.startswith("-"),
            page=page_in(query),
        )

    @property
    def narrowed(self) -> bool:
        return any((self.text, self.kind, self.audience, self.state, self.notable))

    def query(self, **changes: Any) -> str:
        """The address's query with some parts changed; without a page it is the first."""
        wanted = replace(self, **{"page": 1, **changes})
        values = {
            "text": wanted.text,
            "art": wanted.kind,
            "zielgruppe": wanted.audience,
            "status": wanted.state,
            "auffaellig": wanted.notable,
            "sortierung": ("-" if wanted.descending else "") + wanted.order,
            "seite": str(wanted.page) if wanted.page > 1 else "",
        }
        if values["sortierung"] == _USUAL:
            values["sortierung"] = ""
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Listed(Generic[_Row]):
    """One page of rows; `total` rows were chosen, `page` of `pages` is shown, from row `first` on."""

    rows: Sequence[_Row]
    total: int
    page: int
    pages: int
    first: int


def chosen(rows: Sequence[Entry], wanted: Wanted, today: date) -> list[Entry]:
    """The rows that an address asks for, sorted; equal ones by title."""
    words = wanted.text.casefold().split()
    found = [
        row
        for row in rows
        if all(word in row.folded for word in words)
        and wanted.kind in ("", row.kind)
        and wanted.audience in ("", row.audience)
        and wanted.state in ("", row.state)
        and (not wanted.notable or _stands_out(row, wanted.notable, today))
    ]
    found.sort(key=lambda row: (row.title.casefold(), row.file))
    key = COLUMNS[wanted.order][1]
    return sorted(found, key=key, reverse=wanted.descending)


def paged(rows: Sequence[_Row], page: int, size: int = PAGE_SIZE) -> Listed[_Row]:
    """The page asked for, or the last one there is."""
    pages = max(-(-len(rows) // size), 1)
    page = min(page, pages)
    begin = (page - 1) * size
    return Listed(rows[begin : begin + size], len(rows), page, pages, begin + 1 if rows else 0)


def page_in(query: Mapping[str, str]) -> int:
    """The number of the page that an address asks for, from 1."""
    given = query.get("seite", "")
    number = given.isascii() and given.isdecimal() and len(given) <= _LONGEST_NUMBER
    return max(int(given), 1) if number else 1


def _stands_out(row: Entry, notable: str, today: date) -> bool:
    if notable == "hinweise":
        return bool(row.warnings)
    if notable == "abgelaufen":
        return row.validity is ValidityState.EXPIRED
    if notable == "laeuft-ab":
        soon = today + timedelta(days=SOON_DAYS)
        return row.valid_until is not None and today <= row.valid_until <= soon
    if notable == "pruefung":
        return row.review is not None and row.review <= today
    return bool(row.document_id) and row.review is None


def _known(value: str, values: "set[Any]") -> str:
    return value if value in values else ""
