"""A mark for frozen values that travel through pipelines: copying one gives the value itself.

Haystack deep-copies every input of every component; for a law of a thousand passages that took
longer than embedding it. What cannot change need not be copied.
"""

from typing import Any, TypeVar

_Value = TypeVar("_Value")


class Immutable:
    """Base of frozen dataclasses whose fields are never changed in place."""

    __slots__ = ()

    def __copy__(self: _Value) -> _Value:
        return self

    def __deepcopy__(self: _Value, memo: dict[int, Any]) -> _Value:
        return self
