"""Posted forms of the admin's desk: their fields, and what is read out of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from fastapi import Depends, Request

from kb.errors import InputError


class Form:
    """The fields of a form; each may have several values."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def get(self, name: str) -> str:
        """The first value without space around it, empty when there is none."""
        return next(iter(self._fields.get(name, ())), "").strip()

    def all(self, name: str) -> list[str]:
        return list(self._fields.get(name, ()))

    def has(self, name: str) -> bool:
        """Whether there is such a field, as of a box that is ticked."""
        return name in self._fields


async def _read(request: Request) -> Form:
    body = (await request.body()).decode("utf-8", "replace")
    return Form(parse_qs(body, keep_blank_values=True))


def posted() -> Any:
    """The dependency that reads a posted form, as a `Form`."""
    return Depends(_read)


def day_of(value: str, what: str) -> date | None:
    """A day out of a date field, None for an empty one. Raises InputError that names the field."""
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InputError(
            f"{what}: {value!r} ist kein Datum. Bitte als JJJJ-MM-TT angeben, zum Beispiel "
            "2027-12-31."
        ) from error
