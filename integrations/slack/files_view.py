"""The modal that asks for kind, validity and audience of a shared file, and what was said in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.slack import files_phrases as phrases
from integrations.slack.admin_blocks import TAKE_IN_VIEW, plain
from integrations.web.document_view import KIND_NAMES
from kb.audience import STAFF

_VALUE = "value"


@dataclass(frozen=True, slots=True)
class Shared:
    """Files that wait in a thread for an answer, and the message `ts` that asks for it."""

    channel: str
    thread: str
    ts: str
    files: tuple[str, ...]

    def written(self) -> str:
        """As text that a view carries."""
        return json.dumps([self.channel, self.thread, self.ts, *self.files])


def read_shared(text: str) -> Shared:
    """The inverse of `Shared.written`."""
    channel, thread, ts, *files = json.loads(text)
    return Shared(channel, thread, ts, tuple(files))


def take_in_view(shared: Shared, groups: frozenset[str]) -> dict[str, Any]:
    """`groups` are audiences beside the two that always exist; staff is chosen beforehand."""
    names = {**phrases.AUDIENCES}
    names.update({one: phrases.GROUP.format(name=one) for one in sorted(groups - names.keys())})
    audiences = [_option(name, value) for value, name in names.items()][:100]
    kinds = [_option(name, kind.value) for kind, name in KIND_NAMES["de"].items()]
    return {
        "type": "modal",
        "callback_id": TAKE_IN_VIEW,
        "private_metadata": shared.written(),
        "title": plain(phrases.TITLE),
        "submit": plain(phrases.SUBMIT),
        "close": plain(phrases.CLOSE),
        "blocks": [
            _input("audience", phrases.AUDIENCE, phrases.AUDIENCE_HINT, optional=False,
                   element={**_select(audiences), "initial_option": audiences[0]}),
            _input("kind", phrases.KIND, phrases.KIND_HINT, _select(kinds)),
            _input("valid_from", phrases.VALID_FROM, "", _day()),
            _input("valid_until", phrases.VALID_UNTIL, "", _day()),
        ],
    }  # fmt: skip


def said_in(view: Mapping[str, Any]) -> dict[str, str]:
    """What is stated of the files; an audience that is missing is staff."""
    values = view["state"]["values"]
    said = {}
    for name in ("audience", "kind", "valid_from", "valid_until"):
        given = (values.get(name) or {}).get(_VALUE) or {}
        value = given.get("selected_date") or (given.get("selected_option") or {}).get("value")
        if value:
            said[name] = str(value)
    return {"audience": STAFF, **said}


def wrong_in(said: Mapping[str, str]) -> dict[str, str]:
    """Complaints by field, as Slack shows them in the modal."""
    begin, end = said.get("valid_from", ""), said.get("valid_until", "")
    return {"valid_until": phrases.WRONG_DAYS} if begin and end and end < begin else {}


def _input(
    name: str, label: str, hint: str, element: dict[str, Any], *, optional: bool = True
) -> dict[str, Any]:
    block = {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": {**element, "action_id": _VALUE},
        "optional": optional,
    }
    return {**block, "hint": plain(hint)} if hint else block


def _select(options: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "static_select", "options": options}


def _day() -> dict[str, Any]:
    return {"type": "datepicker"}


def _option(name: str, value: str) -> dict[str, Any]:
    return {"text": plain(name[:75]), "value": value}
