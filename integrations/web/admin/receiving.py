"""Files out of a posted form into the inbox: names made safe, what cannot be taken is said."""

import asyncio
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from starlette.datastructures import UploadFile

from ingest.sources import is_left_out
from integrations.desk import Desk

_LONGEST_NAME = 200
_DEEPEST = 20
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """What lies in a folder of the inbox now; `refused` says in German what does not, and why."""

    inbox: str
    names: tuple[str, ...]
    refused: tuple[str, ...]


async def received(desk: Desk, files: Sequence[UploadFile]) -> Received:
    """Keep the files of a form. Raises StorageFullError; then nothing is kept, and nothing of none."""
    desk.folder.require_room(desk.ingest_options.reserve_mb)
    inbox = secrets.token_hex(8)
    folder = desk.folder.inbox / inbox
    names: list[str] = []
    refused: list[str] = []
    try:
        for file in files:
            given = file.filename or ""
            name, problem = _name_of(given), ""
            if name is None:
                problem = f"{given!r} ist kein Dateiname. Bitte die Datei umbenennen."
            elif is_left_out(name.name) or any(map(is_left_out, name.parts)):
                continue  # what systems and programs leave in folders
            elif (folder / name).exists():
                problem = f"{name}: Die Datei ist in dieser Auswahl zweimal enthalten."
            else:
                problem = _too_large(str(name), file.size or 0, desk.ingest_options.max_bytes)
            if problem or name is None:
                refused.append(problem)
                continue
            await asyncio.to_thread(_kept, folder / name, file.file)
            names.append(str(name))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Received(inbox, tuple(names), tuple(refused))


def _kept(path: Path, content: BinaryIO) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as kept:
        shutil.copyfileobj(content, kept, _MEGABYTE)


def _name_of(given: str) -> PurePosixPath | None:
    """The file's name with its folders; None where it could not be one."""
    parts = [part.strip() for part in given.replace("\\", "/").split("/")]
    parts = [part for part in parts if part not in ("", ".")]
    fit = all(part != ".." and part.isprintable() and len(part) <= _LONGEST_NAME for part in parts)
    return PurePosixPath(*parts) if parts and fit and len(parts) <= _DEEPEST else None


def _too_large(name: str, size: int, most: int) -> str:
    if size <= most:
        return ""
    return (
        f"{name}: Die Datei hat {size / _MEGABYTE:.0f} MB, erlaubt sind {most / _MEGABYTE:.0f} MB. "
        "Bitte aufteilen oder verkleinern (Grenze: AUSKUNFT_MAX_FILE_MB)."
    )
