"""Signs of life of a converter: how far it is in its file.

A file is converted in a process of its own, one at a time, which listens here and passes the news on;
a converter that is silent for too long is taken for hung. Whoever works in steps (pages, images,
sheets) says so after each of them.
"""

from collections.abc import Callable

#: called with (steps done, steps in all)
Listener = Callable[[int, int], None]


def silently(done: int, total: int) -> None:
    """Nobody listens."""


_listener: Listener = silently


def advance(done: int, total: int) -> None:
    """`done` of `total` steps are behind us."""
    _listener(done, total)


def listen(listener: Listener) -> None:
    """From now on tell this one; for the whole process."""
    global _listener  # noqa: PLW0603 (one converter works in a process at a time)
    _listener = listener
