"""What is kept of readings: the latest, and nothing beyond a change."""

from collections.abc import Sequence

from kb.index.recent import Recent


class Shelf:
    """Counts what is read from it."""

    def __init__(self, **values: int) -> None:
        self.values = values
        self.read_keys: list[str] = []

    def read(self, keys: Sequence[str]) -> dict[str, int]:
        self.read_keys += keys
        return {key: self.values[key] for key in keys if key in self.values}


def test_only_what_is_not_kept_is_read_and_the_order_is_the_keys() -> None:
    shelf, recent = Shelf(a=1, b=2, c=3), Recent[int](10)
    assert recent.get(["b", "fehlt"], shelf.read) == {"b": 2}
    assert list(recent.get(["a", "b", "c"], shelf.read).items()) == [("a", 1), ("b", 2), ("c", 3)]
    assert shelf.read_keys == ["b", "fehlt", "a", "c"]


def test_the_ones_unused_for_longest_go_first() -> None:
    shelf, recent = Shelf(a=1, b=2, c=3), Recent[int](2)
    recent.get(["a", "b"], shelf.read)
    recent.get(["a"], shelf.read)
    recent.get(["c"], shelf.read)
    shelf.read_keys.clear()
    assert recent.get(["a", "b", "c"], shelf.read) == {"a": 1, "b": 2, "c": 3}
    assert shelf.read_keys == ["b"]


def test_nothing_is_kept_beyond_a_change_not_even_what_is_being_read() -> None:
    shelf, recent = Shelf(a=1, b=2), Recent[int](10)
    recent.get(["a"], shelf.read)

    def changed_meanwhile(keys: Sequence[str]) -> dict[str, int]:
        found = shelf.read(keys)
        del shelf.values["a"], shelf.values["b"]
        recent.clear()
        return found

    assert recent.get(["a", "b"], changed_meanwhile) == {"a": 1, "b": 2}
    assert recent.get(["a", "b"], shelf.read) == {}
