"""Which data folder a command works on, and keeping own documents out of the demo folder."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from integrations.settings import Settings
from kb.datafolder import DataFolder
from kb.errors import InputError

OWN_FOLDER = Path("data")
DEMO_FOLDER = Path("demo-data")


@dataclass(frozen=True, slots=True)
class Context:
    """Settings and the `--data` option, if given."""

    settings: Settings
    data: Path | None

    def with_data(self, data: Path | None) -> "Context":
        """The same with a command's own `--data`, which wins over the one before the command."""
        return replace(self, data=data) if data is not None else self

    @property
    def chosen(self) -> Path | None:
        """The folder somebody named, by option or environment."""
        return self.data or self.settings.data

    @property
    def folder(self) -> Path:
        """The folder named, else `data` when it exists, else the demo folder when that exists."""
        if self.chosen is not None:
            return self.chosen
        if not OWN_FOLDER.exists() and DEMO_FOLDER.exists():
            return DEMO_FOLDER
        return OWN_FOLDER


def own_folder_for(context: Context, paths: Sequence[Path]) -> Path:
    """The folder to ingest into; proposes a fresh one instead of a demo folder.

    Raises InputError where nobody can be asked.
    """
    folder = context.folder
    if not DataFolder(folder).demo:
        return folder
    hint = f"auskunft ingest --data {OWN_FOLDER} {' '.join(str(path) for path in paths)}"
    if not sys.stdin.isatty():
        raise InputError(
            f"Der Datenordner {folder} enthält Beispieldaten; eigene Dokumente gehören in einen "
            f"frischen Ordner. Bitte so aufrufen: {hint}"
        )
    question = (
        f"Der Datenordner {folder} enthält Beispieldaten. Eigene Dokumente stattdessen in den "
        f"frischen Ordner {OWN_FOLDER} einlesen?"
    )
    if not typer.confirm(question, default=True):
        raise InputError("Nichts eingelesen. Einen anderen Ordner wählt --data.")
    return OWN_FOLDER
