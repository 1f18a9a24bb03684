"""What libraries say while they read a file: to the report where it tells the admin something.

Most of it is about looks or about the library itself and would only fill the service's log.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: so many remarks of one file are told; a damaged sheet may give one for each cell
_MOST = 5
#: what openpyxl says, and what it means for what was read
_MEANT: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(r"Cell (?:'[^']*'!)?([A-Z]+\d+) is marked as a date but the serial value"),
        lambda found: (
            f"Zelle {found[1]}: Der Wert ist als Datum gekennzeichnet, aber kein mögliches Datum; er "
            "wurde nicht übernommen."
        ),
    ),
    (
        re.compile(r"File contains an invalid specification for .+ This will be removed"),
        lambda found: "Ein Blatt ist in der Datei nur dem Namen nach da; es fehlt.",
    ),
)


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Gives a list of German sentences, filled at the end."""
    remarks: list[str] = []
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield remarks
    meant = filter(None, (_meaning(str(entry.message)) for entry in said))
    remarks += _shortened(list(dict.fromkeys(meant)))


def _meaning(message: str) -> str:
    """What a warning says about the content; empty for what says nothing of it."""
    for pattern, sentence in _MEANT:
        if found := pattern.search(message):
            return sentence(found)
    return ""


def _shortened(remarks: list[str]) -> list[str]:
    if len(remarks) <= _MOST:
        return remarks
    return [*remarks[:_MOST], f"{len(remarks) - _MOST} weitere Stellen dieser Art."]
