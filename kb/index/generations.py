"""The port for generations of the index: where their data is, apart from who uses which.

A generation is one build of the whole index. Which one answers is written in the state database
(`kb.state.generations`), as the last step of a switch; here are the data, and a mark beside them
(a pointer file, an alias) that names the one in use to people and to older data folders.
"""

from typing import Protocol

from kb.index.fingerprint import Fingerprint
from kb.index.port import Index


class Generations(Protocol):
    """The generations of one data folder in one engine."""

    def names(self) -> list[str]:
        """Names of the generations whose data is there, oldest first."""

    def next_name(self, taken: list[str]) -> str:
        """A name for a new generation, after all that are there or in `taken`."""

    def create(self, name: str, fingerprint: Fingerprint) -> Index:
        """Make a generation of this name, empty, and open it."""

    def open(self, name: str, fingerprint: Fingerprint) -> Index:
        """Open a generation.

        Raises DataFolderError when its data is not there, IndexMismatchError when it was built with
        something else.
        """

    def fingerprint(self, name: str) -> Fingerprint:
        """What a generation was built with; raises IndexMismatchError if that is not readable."""

    def marked(self) -> str | None:
        """The generation that the mark names, None where there is none."""

    def mark(self, name: str) -> None:
        """Let the mark name a generation, in one step."""

    def drop(self, name: str) -> None:
        """Delete a generation's data; nothing happens when there is none (any more)."""

    def bytes_on_disk(self, name: str) -> int | None:
        """Room that a generation takes here, None where it is kept elsewhere."""

    def close(self) -> None:
        """Release what the opened indexes share; close those first."""


def following(names: list[str], prefix: str) -> str:
    """The next name of the form `<prefix>0001`."""
    numbers = [
        int(name.removeprefix(prefix))
        for name in names
        if name.startswith(prefix) and name.removeprefix(prefix).isdigit()
    ]
    return f"{prefix}{max(numbers, default=0) + 1:04d}"
