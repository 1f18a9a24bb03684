"""What somebody wrote down about documents: folder rules (`auskunft.toml`) and sidecars.

A sidecar `file.pdf.auskunft.toml` speaks for one file. Folder rules speak for all files below their
folder; the nearest folder wins over those above it, and within a file later rules win.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ingest.sources import RULES_FILE, SIDECAR_SUFFIX, MemberSource, SourceFile
from kb.errors import InputError
from kb.immutable import Immutable

FIELDS = (
    "title",
    "kind",
    "audience",
    "language",
    "publisher",
    "date",
    "valid_from",
    "valid_until",
    "supersedes",
)
#: what is said of a container speaks of the container alone
_OWN = ("title", "supersedes")


@dataclass(frozen=True, slots=True)
class Statement(Immutable):
    """Values for one document and where they were found."""

    values: Mapping[str, str]
    origin: str


@dataclass
class FolderRules:
    """Reads rule files once per run. Raises InputError naming file and key when one is wrong."""

    _files: dict[Path, dict[str, Any]] = field(default_factory=dict)

    def statements(self, source: SourceFile) -> list[Statement]:
        """From the weakest to the strongest: outer folders, inner folders, sidecar."""
        top = source.root if source.root.is_dir() else source.root.parent
        folders = [source.path.parent, *source.path.parent.parents]
        inside = [folder for folder in folders if folder == top or top in folder.parents]
        found: list[Statement] = []
        for folder in reversed(inside):
            rules = folder / RULES_FILE
            if rules.is_file():
                found.extend(self._matching(rules, source.path.relative_to(folder)))
        if isinstance(source, MemberSource):
            values = self._sidecar(source.container)
            found += [shared(entry) for entry in values]
        return found + self._sidecar(source)

    def _sidecar(self, source: SourceFile) -> list[Statement]:
        sidecar = source.path.with_name(source.name + SIDECAR_SUFFIX)
        if not sidecar.is_file():
            return []
        return [Statement(_values(self._read(sidecar), sidecar), sidecar.name)]

    def _matching(self, file: Path, relative: Path) -> list[Statement]:
        content = self._read(file)
        unknown = set(content) - {"defaults", "rules"}
        if unknown:
            raise InputError(
                f"{file}: Unbekannter Abschnitt {sorted(unknown)[0]!r}. Erlaubt sind [defaults] und "
                "[[rules]]."
            )
        defaults, listed = content.get("defaults", {}), content.get("rules", [])
        if not isinstance(defaults, dict):
            raise InputError(f"{file}: „defaults“ muss ein Abschnitt [defaults] sein.")
        if not isinstance(listed, list) or not all(isinstance(rule, dict) for rule in listed):
            raise InputError(f"{file}: Regeln müssen als Abschnitte [[rules]] geschrieben sein.")
        found = [Statement(_values(defaults, file), file.name)]
        for rule in listed:
            pattern = str(rule.get("match", ""))
            if not pattern:
                raise InputError(f"{file}: In einer Regel fehlt „match“, zum Beispiel „*.pdf“.")
            if fnmatch(relative.as_posix(), pattern) or fnmatch(relative.name, pattern):
                values = {key: value for key, value in rule.items() if key != "match"}
                found.append(Statement(_values(values, file), f"{file.name} ({pattern})"))
        return found

    def _read(self, file: Path) -> dict[str, Any]:
        if file not in self._files:
            try:
                self._files[file] = tomllib.loads(file.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise InputError(f"{file}: Die Datei ist kein gültiges TOML: {error}.") from error
        return self._files[file]


def shared(statement: Statement) -> Statement:
    """What is said of a mail or an archive as far as it holds for each file inside."""
    values = {name: value for name, value in statement.values.items() if name not in _OWN}
    return Statement(values, statement.origin)


def _values(raw: Mapping[str, Any], file: Path) -> dict[str, str]:
    unknown = set(raw) - set(FIELDS)
    if unknown:
        raise InputError(
            f"{file}: Unbekannte Angabe {sorted(unknown)[0]!r}. Erlaubt sind {', '.join(FIELDS)}."
        )
    for key, value in raw.items():
        if isinstance(value, bool | list | dict):
            raise InputError(
                f"{file}: Die Angabe {key!r} muss ein Text in Anführungszeichen oder ein Datum sein."
            )
    return {
        key: value.isoformat() if isinstance(value, date | datetime) else str(value)
        for key, value in raw.items()
    }
