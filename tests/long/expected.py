"""What may be in the knowledge base after a kill: of each document the states it can be in."""

from collections.abc import Iterable

from kb.audience import STAFF
from tests.long.papers import ABSENT, Shelf, State


class Expected:
    """Place of each document to its possible states; one that is not named is absent."""

    def __init__(self) -> None:
        self._possible: dict[str, set[State]] = {}

    def of(self, uri: str) -> set[State]:
        return self._possible.get(uri, {ABSENT})

    def may_become(self, uri: str, state: State) -> None:
        """A change has begun."""
        self._possible[uri] = self.of(uri) | {state}

    def became(self, uri: str, state: State) -> None:
        """A change was acknowledged."""
        self._possible[uri] = {state}

    def present(self, below: str) -> list[str]:
        """Places below a folder where there is a document for certain."""
        return sorted(
            uri
            for uri, states in self._possible.items()
            if ABSENT not in states and uri.startswith(below)
        )

    def wrong(self, found: dict[str, State]) -> list[str]:
        """Documents in no possible state; from now on what was found is what there is."""
        wrong = [
            f"{uri}: {found.get(uri, ABSENT)}, expected one of {sorted(self.of(uri))}"
            for uri in sorted({*self._possible, *found})
            if found.get(uri, ABSENT) not in self.of(uri)
        ]
        self._possible = {uri: {state} for uri, state in found.items()}
        return wrong

    def targets(self, shelf: Shelf, *, prune: bool) -> dict[str, State]:
        """What a run over a shelf makes of each document there is or will be; states are certain."""
        wanted = shelf.documents()
        below = shelf.folder.as_uri() + "/"
        found: dict[str, State] = {}
        for uri in {*wanted, *(uri for uri in self._possible if uri.startswith(below))}:
            [before] = self.of(uri)
            if uri in wanted:
                found[uri] = (wanted[uri], self._audience(uri, wanted[uri]))
            elif prune or before[0] in wanted.values() or _is_inside(uri, shelf):
                found[uri] = ABSENT
            else:
                found[uri] = before
        return found

    def _audience(self, uri: str, says: str) -> str:
        """Kept by a document that stays or is moved; a new one is for staff."""
        [before] = self.of(uri)
        if before != ABSENT:
            return before[1]
        moved = [
            states for states in self._possible.values() if {state[0] for state in states} == {says}
        ]
        return next(iter(moved[0]))[1] if moved else STAFF


def _is_inside(uri: str, shelf: Shelf) -> bool:
    """Whether a place is in a file that is still there, but holds it no more."""
    return any(uri.startswith(place + "!/") for place in shelf.places_of(list(shelf.papers)))


def of_sources(uris: Iterable[str], sources: list[str]) -> list[str]:
    """Those of the places that belong to these files."""
    return [
        uri
        for uri in uris
        if any(uri == place or uri.startswith(place + "!/") for place in sources)
    ]
