"""What is wrong with a request, in a German sentence: pydantic's error types, without its words.

The value itself is never repeated: it may be long, and it may be somebody's personal data.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_NAMES = {
    "question": "Frage",
    "as_of": "Stichtag",
    "place": "Ort",
    "language": "Sprache",
    "style": "Stil",
    "history": "Gesprächsverlauf",
    "role": "Rolle",
    "text": "Text",
    "groups": "Gruppen",
    "limit": "Anzahl",
    "kinds": "Dokumentarten",
    "paths": "Pfade",
    "name": "Name",
    "answer_id": "Kennung der Antwort",
    "helpful": "hilfreich",
    "comment": "Anmerkung",
    "phone": "Telefon",
    "email": "E-Mail",
    "consent": "Einwilligung",
    "when": "gewünschte Zeit",
    "state": "Zustand",
    "assignee": "Zuständig",
    "note": "Notiz",
    "title": "Titel",
    "reason": "Grund",
    "from": "Beginn",
    "to": "Ende",
    "scope": "Umfang",
    "hours": "Stunden",
    "account_id": "Konto",
    "disabled": "Sperre",
}
_TOO_LONG = "ist zu lang; erlaubt sind höchstens {max_length} Zeichen"
_NO_DAY = "ist kein Datum der Form JJJJ-MM-TT"
_NO_TEXT = "ist kein lesbarer Text"
_NO_OBJECT = "ist nicht das erwartete JSON-Objekt"
_COMPLAINTS = {
    "missing": "fehlt",
    "extra_forbidden": "gibt es hier nicht",
    "string_type": "muss ein Text sein",
    "string_unicode": _NO_TEXT,
    "string_too_long": _TOO_LONG,
    "string_too_short": "ist zu kurz; nötig sind mindestens {min_length} Zeichen",
    "list_type": "muss eine Liste sein",
    "too_long": "hat zu viele Einträge; erlaubt sind höchstens {max_length}",
    "too_short": "hat zu wenige Einträge; nötig ist mindestens {min_length}",
    "int_type": "muss eine ganze Zahl sein",
    "int_parsing": "muss eine ganze Zahl sein",
    "int_parsing_size": "ist eine zu große Zahl",
    "int_from_float": "muss eine ganze Zahl sein",
    "bool_type": "muss „true“ oder „false“ sein",
    "bool_parsing": "muss „true“ oder „false“ sein",
    "greater_than_equal": "ist zu klein; erlaubt ist mindestens {ge}",
    "less_than_equal": "ist zu groß; erlaubt ist höchstens {le}",
    "enum": "hat einen unbekannten Wert; erlaubt ist {expected}",
    "literal_error": "hat einen unbekannten Wert; erlaubt ist {expected}",
    "date_type": _NO_DAY,
    "date_parsing": _NO_DAY,
    "date_from_datetime_parsing": _NO_DAY,
    "date_from_datetime_inexact": _NO_DAY,
    "model_type": _NO_OBJECT,
    "model_attributes_type": _NO_OBJECT,
    "dict_type": _NO_OBJECT,
}


def sentence_of(errors: Sequence[Mapping[str, Any]]) -> str:
    """The first of pydantic's errors as a sentence: which field, what is wrong, what to do."""
    first = errors[0]
    if first["type"] == "json_invalid":
        return "Die Anfrage ist kein gültiges JSON. Bitte Klammern und Anführungszeichen prüfen."
    complaint = _COMPLAINTS.get(first["type"], "ist ungültig")
    limits = {name: _german(value) for name, value in (first.get("ctx") or {}).items()}
    place = _place(first["loc"])
    return f"{place} {complaint.format(**limits)}. Den Aufbau beschreibt /api/v1/openapi.json."


def _place(location: Sequence[Any]) -> str:
    """„Frage“ (question), or the whole body; `location` begins with where the field is from."""
    parts = [part for part in location[1:] if isinstance(part, str)]
    if not parts:
        return "Der Inhalt der Anfrage"
    path = ".".join(str(part) for part in location[1:])
    name = _NAMES.get(parts[-1])
    return f"Die Angabe „{name}“ ({path})" if name else f"Die Angabe „{path[:80]}“"


def _german(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    return str(value).replace(" or ", " oder ").replace("'", "")
