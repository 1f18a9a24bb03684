"""The line of questions: so many are answered at once, the others know how many are before them.

It has an end: who comes when it is full is told so, as a promise of hours would be none.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from kb.state.slack import Post

#: how many are answered at once, and how many there may be in all
AT_ONCE, LONGEST = 4, 200


@dataclass(eq=False)
class Place:
    """A question's place; `told` is how many its asker knows to be ahead, by the sign on `post`."""

    told: int
    post: Post | None = None
    waits: bool = True
    #: held while the sign is being changed, so that no change comes after the answer
    telling: asyncio.Lock = field(default_factory=asyncio.Lock)


class Line:
    """First come, first served; used in one event loop."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._places: list[Place] = []

    @property
    def full(self) -> bool:
        """Whether nobody can join any more."""
        return len(self._places) >= LONGEST

    def join(self) -> Place:
        """The last place; leave it in any case."""
        ahead = len(self._places)
        place = Place(ahead if ahead >= AT_ONCE else 0)
        self._places.append(place)
        return place

    def leave(self, place: Place) -> None:
        """The question is answered or given up."""
        self._places.remove(place)

    @asynccontextmanager
    async def turn(self, place: Place) -> AsyncIterator[None]:
        """Wait until it is this question's turn."""
        async with self._turn:
            place.waits = False
            async with place.telling:
                pass
            yield

    def outdated(self) -> tuple[Place, int] | None:
        """Of those who wait, the one whose number has changed most, and the number now."""
        waiting = [
            (place, ahead)
            for ahead, place in enumerate(self._places)
            if place.waits and place.post is not None and 0 < ahead < place.told
        ]
        return max(waiting, key=lambda one: one[0].told - one[1], default=None)
