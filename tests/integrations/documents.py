"""Small documents that tests write: one public, one for staff, one hostile."""

from pathlib import Path

PUBLIC_NAME = "Richtlinie_Meisterbonus.md"
STAFF_NAME = "Protokoll_intern.md"
HOSTILE_NAME = "Böse <img src=x onerror=alert(1)>.md"

PUBLIC_QUESTION = "Wie hoch ist der Meisterbonus?"
STAFF_QUESTION = "Welche Zusage wurde zum Projekt Zitronenfalter gemacht?"
HOSTILE_TITLE = "Titel <b onmouseover=alert(1)>"
HOSTILE_QUESTION = "Was kostet der Quarkstrudel?"
UNKNOWN_QUESTION = "Welche Farbe hat die Mondrakete der Feuerwehr?"

PUBLIC_TEXT = """---
title: Richtlinie Meisterbonus
audience: public
valid_from: 2026-01-01
valid_until: 2027-12-31
---
# Richtlinie Meisterbonus

## 1 Zweck

Der Meisterbonus unterstützt Gesellinnen und Gesellen auf dem Weg zur Meisterprüfung.

## 5 Höhe

Der Meisterbonus beträgt 1.250 Euro je bestandener Meisterprüfung. Er wird nach der Prüfung \
ausgezahlt.
"""
STAFF_TEXT = """# Internes Protokoll zum Projekt Zitronenfalter

## TOP 1 Zusage

Die Kammer hat zum Projekt Zitronenfalter eine Zusage über 48.500 Euro gemacht.
"""
HOSTILE_TEXT = """# <script>alert(1)</script> Quarkstrudel {{ 7*7 }}

Der Quarkstrudel kostet 3 Euro <img src=x onerror="window.__xss=1"> je Stück.

</p></main><script>window.__xss=1</script> javascript:alert(1)
"""


def write(folder: Path, *, hostile: bool = False) -> Path:
    """A folder with the public and the staff document, and the hostile one if wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PUBLIC_NAME).write_text(PUBLIC_TEXT, "utf-8")
    (folder / STAFF_NAME).write_text(STAFF_TEXT, "utf-8")
    if hostile:
        (folder / HOSTILE_NAME).write_text(HOSTILE_TEXT, "utf-8")
        rules = f'[[rules]]\nmatch = "Böse*"\naudience = "public"\ntitle = {HOSTILE_TITLE!r}\n'
        (folder / "auskunft.toml").write_text(rules, "utf-8")
    return folder
