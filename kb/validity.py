"""Time: in which period a source holds, and its state on a given day.

What comes in is two optional days; what goes out is one of four states. A period with only an end
is current until that day; with neither day the state is unknown, never assumed to be current.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kb.errors import InputError


class ValidityState(StrEnum):
    CURRENT = "current"
    EXPIRED = "expired"
    UPCOMING = "upcoming"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Validity:
    """A closed period of days: `valid_from` and `valid_until` both belong to it."""

    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise InputError(
                f"Die Gültigkeit endet am {self.valid_until:%d.%m.%Y}, also vor ihrem Beginn am "
                f"{self.valid_from:%d.%m.%Y}. Bitte die Daten tauschen oder korrigieren."
            )

    def state(self, as_of: date) -> ValidityState:
        if self.valid_from is None and self.valid_until is None:
            return ValidityState.UNKNOWN
        if self.valid_until is not None and as_of > self.valid_until:
            return ValidityState.EXPIRED
        if self.valid_from is not None and as_of < self.valid_from:
            return ValidityState.UPCOMING
        return ValidityState.CURRENT
