"""The rows of the list of documents: what is in the registry, what failed, what waits for its turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from integrations.desk import Desk
from integrations.failed_files import FailedFile
from integrations.tasks import UPLOAD
from integrations.web.answer_view import Badge, badge_of
from integrations.web.document_view import KIND_NAMES
from integrations.web.phrases import Language
from kb.audience import PUBLIC, STAFF, Viewer
from kb.index.port import Scope
from kb.passages import Kind
from kb.state.registry import StoredDocument
from kb.validity import ValidityState
from kb.versions import Successors

KINDS = KIND_NAMES["de"]
_LANGUAGE: Language = "de"


class State(StrEnum):
    """What became of a file, in the words that the page shows."""

    INDEXED = "eingelesen"
    SUPERSEDED = "ersetzt"
    FAILED = "fehlgeschlagen"
    WAITING = "wartet"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `document_id` is empty for a file that is no document (yet).

    `reason` is why the newest version of the file could not be read; `job_id` the job that tried.
    """

    file: str
    title: str
    state: State
    document_id: str = ""
    kind: Kind | None = None
    audience: str = ""
    validity: ValidityState = ValidityState.UNKNOWN
    valid_from: date | None = None
    valid_until: date | None = None
    review: date | None = None
    pages: int = 0
    passages: int = 0
    warnings: tuple[str, ...] = ()
    reason: str = ""
    job_id: str = ""
    folded: str = field(default="", repr=False)

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind] if self.kind else ""

    @property
    def badge(self) -> Badge | None:
        """The validity in words; None for a file that is no document."""
        if not self.document_id:
            return None
        return badge_of(self.validity.value, self.valid_from, self.valid_until, _LANGUAGE)

    @property
    def audience_name(self) -> str:
        return audience_name(self.audience)


def audience_name(audience: str) -> str:
    """An audience in words; a group is called by its name."""
    return {PUBLIC: "öffentlich", STAFF: "Mitarbeitende"}.get(audience, audience)


class Entries:
    """All rows of a desk; documents are read from the database again only after a change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._documents: tuple[int, Sequence[StoredDocument]] = (-1, ())

    def all(self, today: date) -> list[Entry]:
        """By place. For editors: nothing is hidden from them."""
        registry = self._desk.knowledge.registry
        changes = registry.changes()
        if self._documents[0] != changes:
            self._documents = changes, registry.all()
        return _entries(self._desk, self._documents[1], today)


def _entries(desk: Desk, documents: Sequence[StoredDocument], today: date) -> list[Entry]:
    failed = {one.uri: one for one in desk.failed_files.all()}
    reviews = desk.reviews.all()
    groups = frozenset(one.head.audience for one in documents) - {PUBLIC}
    successors = Successors(desk.knowledge.registry.live(), Scope(Viewer(groups)), today)
    rows = [
        _of_document(
            document,
            failed.pop(document.head.uri, None),
            reviews.get(document.head.document_id),
            superseded=successors.of(document.head) is not None,
            today=today,
        )
        for document in documents
    ]
    return [*(_of_failure(one) for one in failed.values()), *_waiting(desk), *rows]


def _of_document(
    document: StoredDocument,
    failure: FailedFile | None,
    review: date | None,
    *,
    superseded: bool,
    today: date,
) -> Entry:
    head = document.head
    state = State.SUPERSEDED if superseded else State.INDEXED
    validity = head.validity.state(today)
    words = (head.title, head.file, head.publisher, head.document_id, head.audience)
    return Entry(
        file=head.file,
        title=head.title,
        state=State.FAILED if failure else state,
        document_id=head.document_id,
        kind=head.kind,
        audience=head.audience,
        validity=validity,
        valid_from=head.validity.valid_from,
        valid_until=head.validity.valid_until,
        review=review,
        pages=document.pages,
        passages=document.passages,
        warnings=document.warnings,
        reason=failure.reason if failure else "",
        job_id=failure.job_id if failure else "",
        folded="\n".join(words).casefold(),
    )


def _of_failure(failure: FailedFile) -> Entry:
    return Entry(
        file=failure.file,
        title=failure.file,
        state=State.FAILED,
        reason=failure.reason,
        job_id=failure.job_id,
        folded=failure.file.casefold(),
    )


def _waiting(desk: Desk) -> list[Entry]:
    """Files in the inbox that no finished job has taken in yet."""
    found = []
    for job in desk.jobs.unfinished():
        folder = desk.folder.inbox / str(job.order.get("inbox", ""))
        if job.kind != UPLOAD or not folder.is_dir():
            continue
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            found.append(
                Entry(
                    file=path.name,
                    title=path.name,
                    state=State.WAITING,
                    job_id=job.job_id,
                    folded=path.name.casefold(),
                )
            )
    return found
