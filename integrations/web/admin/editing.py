"""Two people, or two tabs, edit the same: whoever saves later learns of it before anything is lost.

A form carries a mark of the values it was filled with. When they are others by the time it is sent,
nothing is saved: the form comes back with what was typed and a mark of the new values, so that
sending it again is a decision.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from integrations.web.admin.forms import Form
from kb.errors import InputError

#: the form's field with the mark
MARK = "stand"
_CHANGED = (
    "Das wurde inzwischen geändert, von jemand anderem oder in einem anderen Fenster. Gespeichert ist "
    "noch nichts, Ihre Eingaben stehen weiter im Formular: Mit „{button}“ ersetzen sie, was jetzt gilt."
)


class ChangedMeanwhileError(InputError):
    """What a form was filled with holds no longer."""


def mark_of(values: Mapping[str, Any]) -> str:
    """Stands for the values that a form shows; others have another one."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def require_unchanged(form: Form, now: Mapping[str, Any], button: str) -> None:
    """Raise ChangedMeanwhileError unless `now` is what the form was filled with.

    A form without a mark was filled by a program and is not held up. `button` is what saves.
    """
    mark = form.get(MARK)
    if mark and mark != mark_of(now):
        raise ChangedMeanwhileError(_CHANGED.format(button=button))
