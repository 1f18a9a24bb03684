"""German words for what is in force, for the page and for the command line."""

from collections.abc import Mapping
from typing import Any

ORIGINS: Mapping[str, str] = {
    "default": "Vorgabe",
    "environment": "Umgebung",
    "start": "beim Start angegeben",
    "file": "Datei im Datenordner",
}
_PARTS: Mapping[str, str] = {
    "index": "Suchindex",
    "originals": "Originale",
    "cache": "Zwischenspeicher (darf gelöscht werden)",
    "inbox": "Eingang",
    "database": "Datenbank",
    "other": "Übriges",
}
_FIELDS: Mapping[str, str] = {
    "model": "Sprachmodell",
    "dimension": "Vektorlänge",
    "analyser": "Textanalyse",
    "chunker": "Textzerlegung",
    "tokens": "Tokenvektoren",
}
_UNITS = ("Byte", "KB", "MB", "GB", "TB")
_STEP = 1024


def size(count: float) -> str:
    """Bytes as people read them: `1,4 GB`."""
    unit = 0
    while count >= _STEP and unit < len(_UNITS) - 1:
        count /= _STEP
        unit += 1
    shown = f"{count:.0f}" if unit == 0 or count >= 10 else f"{count:.1f}"
    return f"{shown.replace('.', ',')} {_UNITS[unit]}"


def shown_value(setting: Mapping[str, Any]) -> str:
    """A setting's value in words: a secret's only whether there is one."""
    if setting["secret"]:
        return "gesetzt (wird nie angezeigt)" if setting["given"] else "nicht gesetzt"
    return setting["value"] or "–"


def version_rows(versions: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Labels and values; what the index would be made with now where that is something else."""
    index, wanted = versions["index"], versions["wanted"]
    return [
        ("Auskunft", versions["software"]),
        ("Python", versions["python"]),
        ("Datenbankschema", versions["schema"]),
        ("Suchindex", versions["generation"]),
        *((label, _version(index.get(name), wanted.get(name))) for name, label in _FIELDS.items()),
    ]


def disk_rows(disk: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Labels and sizes of the parts of the data folder, the whole, and what is free."""
    parts = [(_PARTS[name], size(count)) for name, count in disk["parts"].items()]
    free = f"{size(disk['free'])} von {size(disk['disk'])}"
    return [*parts, ("Zusammen", size(disk["used"])), ("Frei auf dem Datenträger", free)]


def _version(made: object, wanted: object) -> str:
    shown = str(made or "–")
    return shown if made == wanted else f"{shown} (verlangt: {wanted or '–'})"
