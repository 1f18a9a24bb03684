"""One document from the web: new, unchanged or gone, or a SourceError that says what to do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from ingest.fetch.address import WebAddress, parse_address
from ingest.fetch.file_name import file_name
from ingest.fetch.manners import Manners, Pacing
from ingest.fetch.web import Reply, Validators, Web
from kb.errors import SourceError, SourceUnreachableError, SourceUnreadableError

_BUSY = (429, 503)
_LONGEST_TYPE = 200
_GONE = (404, 410)
_NOT_FOR_US = (401, 402, 403, 407, 451)


class FetchStatus(StrEnum):
    """`new`: here are the bytes. `unchanged`: they are those that we have. `gone`: no such page."""

    NEW = "new"
    UNCHANGED = "unchanged"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Fetched:
    """One document. Addresses are canonical: `url` as it was asked for, `final_url` after redirects.

    `content_type` is the header as it is; `name` is fit to be a file's name.
    """

    url: str
    final_url: str
    status: FetchStatus
    data: bytes = field(default=b"", repr=False)
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    name: str = ""

    @property
    def validators(self) -> Validators:
        """To be kept, and given back when the document is fetched the next time."""
        return Validators(self.final_url, self.etag, self.last_modified)


class Client:
    """Fetches documents. `longest_wait`: seconds a server may ask us to wait before a second try."""

    def __init__(self, web: Web, longest_wait: float = 60.0, tries: int = 3) -> None:
        self._web = web
        self._longest_wait = longest_wait
        self._tries = tries

    def fetch(
        self,
        url: str,
        validators: Validators = Validators(),
        *,
        manners: Manners | None = None,
        max_bytes: int = 0,
    ) -> Fetched:
        """`max_bytes`: other than the client's own limit. Raises SourceErrors in German."""
        address = parse_address(url)
        behaving = manners or Pacing()
        for attempt in range(1, self._tries + 1):
            reply = self._web.get(address, behaving, validators=validators, max_bytes=max_bytes)
            pause = _pause_asked_for(reply)
            if pause is None:
                break
            if pause > self._longest_wait or attempt == self._tries:
                raise _busy(reply, pause)
            behaving.wait(pause)
        return _fetched(address, reply, validators)


def _fetched(address: WebAddress, reply: Reply, validators: Validators) -> Fetched:
    url, final = str(address), str(reply.address)
    if reply.status in (200, 203):
        kind = reply.text("content-type")[:_LONGEST_TYPE]
        name = file_name(reply.address, reply.text("content-disposition"), kind)
        etag, changed = reply.validator("etag"), reply.validator("last-modified")
        return Fetched(url, final, FetchStatus.NEW, reply.data, kind, etag, changed, name)
    if reply.status == 304 and reply.asked:
        etag = reply.validator("etag") or validators.etag
        changed = reply.validator("last-modified") or validators.last_modified
        return Fetched(url, final, FetchStatus.UNCHANGED, etag=etag, last_modified=changed)
    if reply.status in _GONE:
        return Fetched(url, final, FetchStatus.GONE)
    raise _failed(reply)


def _pause_asked_for(reply: Reply) -> float | None:
    """Seconds of Retry-After, as a number or an HTTP date (RFC 9110, 10.2.3), when busy."""
    value = reply.text("retry-after").strip()
    if reply.status not in _BUSY or not value:
        return None
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _busy(reply: Reply, pause: float) -> SourceUnreachableError:
    minutes = max(1, round(pause / 60))
    asked = f"{minutes} Minuten" if minutes > 1 else "einer Minute"
    return SourceUnreachableError(
        f"{reply.address}: Der Server ist ausgelastet und bittet um eine Pause von {asked} "
        f"(Status {reply.status}). Bitte danach noch einmal versuchen.",
        retry_after=max(1.0, pause),
    )


def _failed(reply: Reply) -> SourceError:
    what = f"{reply.address}: "
    status = f"(Status {reply.status})"
    if reply.status in _NOT_FOR_US:
        return SourceUnreadableError(
            f"{what}Der Server gibt die Seite ohne Anmeldung oder für Programme nicht heraus "
            f"{status}. Bitte das Dokument von Hand herunterladen und als Datei ablegen."
        )
    if reply.status >= 500 or reply.status == 429:
        return SourceUnreachableError(
            f"{what}Der Server kann die Seite gerade nicht liefern {status}. Bitte später noch "
            "einmal versuchen; bleibt es dabei, den Betreiber der Website fragen."
        )
    return SourceUnreadableError(
        f"{what}Der Server liefert statt der Seite eine Antwort, mit der Auskunft nichts anfangen "
        f"kann {status}. Bitte die Adresse im Browser prüfen."
    )
