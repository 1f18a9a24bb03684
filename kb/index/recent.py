"""What was read from an index a short while ago, kept until anything in the index changes.

Reading a passage's tokens from the embedded engine takes longer than comparing them, and the same
passages are asked for again and again. A change empties the whole store, so that nothing outlives
its deletion; what was being read meanwhile is not kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Recent(Generic[_Value]):
    """At most `most` values by point id, the ones unused for longest dropped first. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, _Value] = OrderedDict()
        self._changes = 0
        self._lock = Lock()

    def get(
        self, keys: Sequence[str], read: Callable[[Sequence[str]], Mapping[str, _Value]]
    ) -> dict[str, _Value]:
        """The values of the keys, in their order; `read` gives those that are not kept, if any."""
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
            before = self._changes
        missing = [key for key in keys if key not in found]
        if missing:
            more = read(missing)
            self._keep(more, before)
            found |= more
        return {key: found[key] for key in keys if key in found}

    def clear(self) -> None:
        """Forget everything; called after each change of what is read."""
        with self._lock:
            self._kept.clear()
            self._changes += 1

    def _keep(self, values: Mapping[str, _Value], before: int) -> None:
        with self._lock:
            if self._changes != before:
                return
            self._kept.update(values)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
