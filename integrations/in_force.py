"""What is in force: every setting with its value and where it comes from, versions, use of the disk.

Secrets never leave this module: of them it says only whether they are set, and of addresses nothing
that stands before an `@` or behind a `?`.
"""

import platform
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from integrations.desk import Desk
from integrations.parts import stored_in
from integrations.settings import Settings, in_environment
from kb.datafolder import DataFolder

HIDDEN = "•••"
_SOFTWARE = "auskunft"
_LOGIN = re.compile(r"(?<=://).*@", re.DOTALL)
_QUERY = re.compile(r"\?.+", re.DOTALL)
#: German names of groups of settings with their members; `x_` stands for all that begin so
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Dienst": (
        "data", "host", "port", "hosts", "public_url", "trusted_proxies", "database_url", "threads",
        "reserve_mb",
    ),
    "Webseite und Widget": ("display_name", "widget_origins", "originals", "texts"),
    "Ansprechpartner": ("contact_",),
    "Anmeldung": ("oidc_", "session_"),
    "Sprachmodell und Suche": (
        "embedder", "embedder_", "reranker", "reranker_", "synonyms", "qdrant_",
    ),
    "Einlesen": ("max_file_mb", "web_", "parse_"),
    "Aufbewahrung": ("questions_days", "callbacks_days", "audit_days"),
    "Grenzen": ("limit_",),
    "Mail": ("smtp_", "notices_"),
    "Slack": ("slack_",),
}  # fmt: skip
_OTHERS = "Weitere"


class Origin(StrEnum):
    """`START`: an option of the command that started the service; `FILE`: what the data folder holds."""

    DEFAULT = "default"
    ENVIRONMENT = "environment"
    START = "start"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """`value` is empty for what is not set, and for secrets; `given` says whether there is a value."""

    name: str
    group: str
    description: str
    value: str
    origin: Origin
    secret: bool
    given: bool


@dataclass(frozen=True, slots=True)
class Versions:
    """`index` is what the index in use was made with, `wanted` what one made now would be."""

    software: str
    python: str
    schema: str
    generation: str
    index: Mapping[str, str | int]
    wanted: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class DiskUse:
    """Bytes by part of the data folder, and of its disk; what lies on a server is not counted."""

    folder: str
    parts: Mapping[str, int]
    free: int
    disk: int

    @property
    def used(self) -> int:
        """Bytes of the whole data folder."""
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True)
class InForce:
    """All of it."""

    settings: tuple[SettingInForce, ...]
    versions: Versions
    disk: DiskUse

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "disk": {**asdict(self.disk), "used": self.disk.used}}


def in_force(desk: Desk) -> InForce:
    """What holds for an opened desk now."""
    found = {
        "data": (str(desk.folder.path), _origin_of_folder(desk)),
        **_files(desk),
    }
    return InForce(settings_in_force(desk.settings, found), _versions(desk), disk_use(desk.folder))


def settings_in_force(
    settings: Settings, found: Mapping[str, tuple[str, Origin]] | None = None
) -> tuple[SettingInForce, ...]:
    """Every setting, by group; `found` has values and origins of those that are decided elsewhere."""
    named = in_environment()
    every = [_setting(settings, name, named, found or {}) for name in Settings.model_fields]
    order = [*_GROUPS, _OTHERS]
    return tuple(sorted(every, key=lambda one: order.index(one.group)))


def disk_use(folder: DataFolder) -> DiskUse:
    """How much room a data folder takes. Reads the sizes of all its files."""
    parts = dict.fromkeys(("index", "originals", "cache", "inbox", "database", "other"), 0)
    for entry in folder.path.iterdir():
        of_database = entry.name.startswith(folder.database.name)
        part = "database" if of_database else entry.name if entry.name in parts else "other"
        parts[part] += _size(entry)
    disk = shutil.disk_usage(folder.path)
    return DiskUse(str(folder.path), parts, disk.free, disk.total)


def without_secrets(address: str) -> str:
    """An address as it may be shown; other text stays as it is."""
    if "://" not in address:
        return address
    return _QUERY.sub(f"?{HIDDEN}", _LOGIN.sub(f"{HIDDEN}@", address))


def _setting(
    settings: Settings,
    name: str,
    named: frozenset[str],
    found: Mapping[str, tuple[str, Origin]],
) -> SettingInForce:
    value = getattr(settings, name)
    secret = isinstance(value, SecretStr)
    given = bool(value.get_secret_value()) if secret else value not in (None, "")
    shown = "" if secret or not given else without_secrets(_spelled(value))
    if name not in settings.model_fields_set:
        origin = Origin.DEFAULT
    else:
        origin = Origin.ENVIRONMENT if name in named else Origin.START
    if name in found:
        shown, origin = found[name]
        given = bool(shown)
    return SettingInForce(
        name=f"AUSKUNFT_{name.upper()}",
        group=_group_of(name),
        description=Settings.model_fields[name].description or "",
        value=shown,
        origin=origin,
        secret=secret,
        given=given,
    )


def _spelled(value: object) -> str:
    return ("ja" if value else "nein") if isinstance(value, bool) else str(value)


def _group_of(name: str) -> str:
    for group, members in _GROUPS.items():
        for member in members:
            if name == member or (member.endswith("_") and name.startswith(member)):
                return group
    return _OTHERS


def _origin_of_folder(desk: Desk) -> Origin:
    """The environment where it names the folder; else the command's option or the working directory."""
    path, named = desk.folder.path, desk.settings.data
    if named is not None and DataFolder(named).path == path:
        return Origin.ENVIRONMENT if "data" in in_environment() else Origin.START
    usual = path.parent == Path.cwd() and path.name in ("data", "demo-data")
    return Origin.DEFAULT if usual else Origin.START


def _files(desk: Desk) -> dict[str, tuple[str, Origin]]:
    """Settings that a file of the data folder stands in for, where there is one."""
    places = {"synonyms": desk.parts.synonyms, "texts": desk.folder.path / "texte"}
    return {
        name: (str(place), Origin.FILE)
        for name, place in places.items()
        if not getattr(desk.settings, name) and place.exists()
    }


def _versions(desk: Desk) -> Versions:
    generation = desk.board.lane.generation
    return Versions(
        software=version(_SOFTWARE),
        python=platform.python_version(),
        schema=desk.parts.database.schema,
        generation=generation.name,
        index=stored_in(generation).as_dict(),
        wanted=desk.board.wanted.as_dict(),
    )


def _size(path: Path) -> int:
    """Bytes of a file or of all files below a folder; what goes away meanwhile counts nothing."""
    files: Iterable[Path] = (path,) if path.is_file() else path.rglob("*")
    return sum(_bytes_of(file) for file in files)


def _bytes_of(file: Path) -> int:
    try:
        status = file.lstat()
    except OSError:
        return 0
    return status.st_blocks * 512
