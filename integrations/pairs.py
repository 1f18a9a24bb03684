"""Settings that are pairs: `allianz-koeln=allianz,kammer=staff`."""


def pairs_in(value: str) -> list[tuple[str, str]]:
    """The pairs in order, divided by commas, or by semicolons where there is one: then names may
    hold commas. Raises ValueError with the entry that is no pair."""
    entries = [entry.strip() for entry in value.split(";" if ";" in value else ",")]
    pairs: list[tuple[str, str]] = []
    for entry in filter(None, entries):
        name, _, meaning = (part.strip() for part in entry.rpartition("="))
        if not name or not meaning:
            raise ValueError(entry)
        pairs.append((name, meaning))
    return pairs
