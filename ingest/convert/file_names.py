"""Names of files inside files: readable, and harmless wherever they are written to later."""

import re
from pathlib import PurePosixPath

from ingest.convert.wording import tidy

_MAX_LENGTH = 150
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')


class Names:
    """Keeps the names of one container apart: a second „Plan.pdf“ becomes „Plan (2).pdf“."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def distinct(self, name: str) -> str:
        """`name` itself the first time, with a number before its suffix from then on."""
        path = PurePosixPath(name)
        number = 1
        found = name
        while found.casefold() in self._given:
            number += 1
            found = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        self._given.add(found.casefold())
        return found


def plain_name(name: str) -> str:
    """The last part of `name` without characters that a file name must not have; may be empty.

    A long name is shortened in front of its suffix.
    """
    last = re.split(r"[/\\]", name)[-1]
    clean = tidy(_FORBIDDEN.sub("_", last)).strip(". ")
    path = PurePosixPath(clean)
    room = _MAX_LENGTH - len(path.suffix)
    return clean if len(clean) <= _MAX_LENGTH or room < 1 else path.stem[:room] + path.suffix
