"""Lists that are filtered by their address: what is wanted, and one page of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from integrations.web.admin.document_list import Listed

PER_PAGE = 50
_LONGEST, _LAST_PAGE = 200, 20_000
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filter in an address; what it does not know or cannot read is left out."""

    values: Mapping[str, str]
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str], names: Iterable[str]) -> "Wanted":
        """Of an address's query, the parameters of these names."""
        given = {name: query.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in names}
        page = query.get("seite", "")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
        return cls({name: value for name, value in given.items() if value}, max(number, 1))

    def get(self, name: str) -> str:
        """A value, empty when it is not wanted."""
        return self.values.get(name, "")

    def one_of(self, name: str, known: Iterable[str]) -> str:
        """A value that is one of those known, else empty."""
        return self.get(name) if self.get(name) in set(known) else ""

    def day(self, name: str) -> date | None:
        """A day, None where there is none or it cannot be read."""
        try:
            return date.fromisoformat(self.get(name))
        except ValueError:
            return None

    def query(self, page: int = 1) -> str:
        """The same filter as an address's query."""
        return urlencode({**self.values, **({"seite": str(page)} if page > 1 else {})})

    @property
    def offset(self) -> int:
        """How many rows come before the page."""
        return (min(self.page, _LAST_PAGE) - 1) * PER_PAGE


def listed(rows: Sequence[_Row], total: int, wanted: Wanted) -> Listed[_Row]:
    """The rows of the page that is wanted."""
    pages = max((total + PER_PAGE - 1) // PER_PAGE, 1)
    return Listed(rows, total, min(wanted.page, pages), pages, wanted.offset + 1)
