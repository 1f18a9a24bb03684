"""Sources of a data folder: adding and removing them, reading them when it is time."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from watchfiles import watch

from ingest.fetch.address import parse_address
from ingest.sources import require_paths
from integrations.building_state import iso
from integrations.jobs import JobDesk
from kb.errors import AuskunftError, InputError
from kb.state.database import Database
from kb.state.jobs import Job
from kb.state.sources import Source, SourceKind, Sources, SourceSpec

_WEB = ("http://", "https://")
#: milliseconds: changes that come close together are one
_GATHERING, _LOOKING = 1_600, 500
_log = logging.getLogger(__name__)


class SourceDesk:
    """`start` watches folders in the background; `tick` hands in what is due."""

    def __init__(self, database: Database, jobs: JobDesk) -> None:
        self._sources = Sources(database)
        self._jobs = jobs
        self._ended = threading.Event()
        self._changed = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Watch the folders that want it."""
        self._ended.clear()
        self._thread = threading.Thread(target=self._watch, name="watching", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Watch nothing any more."""
        self._ended.set()
        self._changed.set()
        if self._thread is not None:
            self._thread.join(5)
            self._thread = None

    def add(self, spec: SourceSpec) -> Source:
        """A new source. Raises InputError, SourceNotFoundError, SourceRefusedError for bad places."""
        source = self._sources.add(checked(spec))
        self._changed.set()
        if source.next_at is not None:
            self.tick()
        return source

    def all(self) -> list[Source]:
        """In the order in which they were added."""
        return self._sources.all()

    def remove(self, source_id: str) -> None:
        """Forget a source; its documents stay. Raises NotFoundError."""
        self._sources.remove(source_id)
        self._changed.set()

    def read(self, source_id: str) -> Job:
        """Hand in a reading of a source now. Raises NotFoundError, InputError when one is under way."""
        source = self._sources.find(source_id)
        if self._jobs.reads(source_id):
            raise InputError(f"Die Quelle {source_id} wird gerade gelesen.")
        return self._hand_in(source)

    def tick(self) -> None:
        """Hand in what is due and not being read already."""
        for source in self._sources.due():
            if not self._jobs.reads(source.source_id):
                self._hand_in(source)

    def described(self, source: Source) -> dict[str, Any]:
        """A source as JSON."""
        spec = source.spec
        return {
            "source_id": source.source_id,
            "kind": spec.kind.value,
            "places": list(spec.places),
            "sitemaps": list(spec.sitemaps),
            "include": list(spec.include),
            "exclude": list(spec.exclude),
            "hosts": list(spec.hosts),
            "public": spec.public,
            "prune": spec.prune,
            "watch": spec.watch,
            "every_minutes": spec.every_minutes,
            "next_at": iso(source.next_at),
            "last_job": source.last_job,
        }

    def _hand_in(self, source: Source) -> Job:
        job = self._jobs.source(source.source_id, f"Quelle: {_named(source.spec)}")
        self._sources.began(source.source_id, job.job_id)
        return job

    def _watch(self) -> None:
        while not self._ended.is_set():
            self._changed.clear()
            watched = [source for source in self._sources.all() if source.spec.watch]
            folders = [
                place for one in watched for place in one.spec.places if Path(place).exists()
            ]
            if not folders:
                self._changed.wait()
                continue
            self._note(watched, folders)  # what changed while nobody looked
            try:
                for changes in watch(
                    *folders, stop_event=self._changed, debounce=_GATHERING, rust_timeout=_LOOKING
                ):
                    self._note(watched, [path for _, path in changes])
            except OSError as error:  # too many folders for the system, or one that vanished
                _log.warning("watching folders failed: %s", error)
                self._changed.wait(60)

    def _note(self, watched: Sequence[Source], paths: Sequence[str]) -> None:
        """Read each source in which something changed; one that waits already will see it, too."""
        for source in watched:
            roots = [Path(place) for place in source.spec.places]
            changed = any(
                root == Path(path) or root in Path(path).parents for path in paths for root in roots
            )
            if changed and not self._jobs.will_read(source.source_id):
                try:
                    self._hand_in(source)
                except AuskunftError as error:
                    _log.warning("a changed source was not handed in: %s", error)


def spec_of(places: Sequence[str], **values: Any) -> SourceSpec:
    """A source of paths or of web addresses, whichever these are. Raises InputError for a mixture."""
    web = [place.startswith(_WEB) for place in places]
    if any(web) and not all(web):
        raise InputError(
            "Eine Quelle hat entweder Pfade oder Webadressen. Bitte zwei Quellen daraus machen."
        )
    kind = SourceKind.WEB if any(web) or values.get("sitemaps") else SourceKind.FOLDER
    if kind is SourceKind.WEB and places and not any(web):
        raise InputError(
            "Eine Sitemap und Pfade passen nicht zusammen. Bitte zwei Quellen anlegen."
        )
    return SourceSpec(kind, tuple(places), **values)


def checked(spec: SourceSpec) -> SourceSpec:
    """The source with its places in full. Raises InputError, SourceNotFoundError, SourceRefusedError."""
    if not spec.places and not spec.sitemaps:
        raise InputError(
            "Eine Quelle braucht mindestens einen Pfad, eine Adresse oder eine Sitemap."
        )
    values = {
        name: getattr(spec, name)
        for name in ("include", "exclude", "hosts", "public", "prune", "watch", "every_minutes")
    }
    if spec.kind is SourceKind.FOLDER:
        places = tuple(str(path) for path in require_paths([Path(one) for one in spec.places]))
        return SourceSpec(spec.kind, places, **values)
    if spec.watch:
        raise InputError("Beobachtet werden können nur Ordner dieses Rechners, keine Webadressen.")
    places = tuple(str(parse_address(one)) for one in spec.places)
    sitemaps = tuple(str(parse_address(one)) for one in spec.sitemaps)
    return SourceSpec(spec.kind, places, sitemaps, **values)


def _named(spec: SourceSpec) -> str:
    return ", ".join((*spec.places, *spec.sitemaps)[:3])
