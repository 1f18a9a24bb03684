"""What a channel, a user group or a person of Slack is allowed, and what each kind can be."""

from dataclasses import dataclass

from kb.errors import InputError

_CHANNELS, _GROUP, _PEOPLE = ("C", "G"), "S", ("U", "W")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class SlackMapping:
    """What a channel (`C…`, `G…`), user group (`S…`) or person (`U…`, `W…`) of Slack is allowed.

    `audiences` come on top of the public one; people have none of their own, groups have. What is
    `fixed` stands in the settings.
    """

    slack_id: str
    audiences: frozenset[str] = frozenset()
    admin: bool = False
    fixed: bool = False


def require_possible(slack_id: str, audiences: frozenset[str], *, admin: bool) -> None:
    """Raise InputError for an id that is none, and for what an id of its kind cannot be allowed."""
    plain = slack_id.isascii() and slack_id.isalnum() and slack_id.upper() == slack_id
    if not plain or len(slack_id) > _LONGEST or slack_id[0] not in (*_CHANNELS, _GROUP, *_PEOPLE):
        raise InputError(
            f"{slack_id!r} ist weder ein Kanal (C…, G…) noch eine Nutzergruppe (S…) noch eine Person "
            "(U…) von Slack. Die Kennung steht in Slack ganz unten in den Details."
        )
    if audiences and slack_id.startswith(_PEOPLE):
        raise InputError(
            f"{slack_id} ist eine einzelne Person. Zielgruppen bekommt in Slack eine Nutzergruppe "
            "(S…) oder ein Kanal (C…, G…)."
        )
    if admin and slack_id.startswith(_CHANNELS):
        raise InputError(
            f"{slack_id} ist ein Kanal. Dokumente pflegen dürfen nur Personen (U…) und "
            "Nutzergruppen (S…)."
        )
