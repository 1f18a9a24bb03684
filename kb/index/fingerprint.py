"""What an index was built with; a mismatch is an error that names the remedy."""

from dataclasses import asdict, dataclass, fields

from kb.errors import IndexMismatchError

_LABELS = {
    "model": "Sprachmodell",
    "dimension": "Vektorlänge",
    "analyser": "Textanalyse",
    "chunker": "Textzerlegung",
    "tokens": "Tokenvektoren",
}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Versions that must agree between the index and the running software."""

    model: str
    dimension: int
    analyser: str
    chunker: str
    tokens: str = ""

    def as_dict(self) -> dict[str, str | int]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, object]) -> "Fingerprint":
        return cls(
            model=str(values.get("model", "")),
            dimension=int(str(values.get("dimension", 0))),
            analyser=str(values.get("analyser", "")),
            chunker=str(values.get("chunker", "")),
            tokens=str(values.get("tokens", "")),
        )

    def mismatch(self, stored: "Fingerprint", where: str) -> IndexMismatchError | None:
        """What to say of an index that holds `stored`; None when it equals this one."""
        differences = [
            f"{_LABELS[field.name]} {getattr(stored, field.name)!r} statt "
            f"{getattr(self, field.name)!r}"
            for field in fields(self)
            if getattr(stored, field.name) != getattr(self, field.name)
        ]
        if not differences:
            return None
        return IndexMismatchError(
            f"Der Suchindex in {where} passt nicht zu dieser Einstellung: "
            f"{'; '.join(differences)}. Bitte entweder die frühere Einstellung wieder "
            "herstellen oder den Index mit „auskunft rebuild“ aus den Originalen neu aufbauen."
        )

    def require(self, stored: "Fingerprint", where: str) -> None:
        """Raise IndexMismatchError unless `stored` (what the index holds) equals this one."""
        if (error := self.mismatch(stored, where)) is not None:
            raise error
