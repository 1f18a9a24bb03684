"""What people change of documents, for the API and the admin's desk alike: each change is noted."""

from collections.abc import Mapping, Sequence
from datetime import date

from ingest.classify import values_of
from integrations.catalogue import correct_documents, reread
from integrations.desk import Desk
from kb.state.jobs import Job
from kb.state.registry import StoredDocument


def correct(
    desk: Desk, who: str, documents: Sequence[StoredDocument], values: Mapping[str, str]
) -> list[StoredDocument]:
    """Give documents an admin's values. Raises InputError before anything is changed."""
    changed = correct_documents(desk, documents, values)
    for old, new in zip(documents, changed, strict=False):
        before, after = (
            ", ".join(f"{name}: {values_of(entry.head).get(name, '')}" for name in values)
            for entry in (old, new)
        )
        desk.remembered.note(who, "document.correct", named(old), before, after)
    return changed


def plan_review(
    desk: Desk, who: str, documents: Sequence[StoredDocument], due: date | None
) -> None:
    """Set the day on which somebody has to look at documents again; None: no day any more."""
    planned = desk.reviews.all()
    changed = [one for one in documents if planned.get(one.head.document_id) != due]
    desk.reviews.plan([document.head.document_id for document in changed], due)
    for document in changed:
        before = planned.get(document.head.document_id)
        days = [f"review: {day.isoformat() if day else ''}" for day in (before, due)]
        desk.remembered.note(who, "document.review", named(document), *days)


def remove(desk: Desk, who: str, documents: Sequence[StoredDocument]) -> None:
    """Delete documents with their originals."""
    for document in documents:
        desk.knowledge.remove(document.head.document_id)
        desk.remembered.note(who, "document.remove", named(document))


def reindex(desk: Desk, who: str, wanted: Sequence[str]) -> Job:
    """Read documents once more, all of them without a name. Raises what `reread` raises."""
    desk.require_serving()
    job = reread(desk, wanted)
    desk.remembered.note(who, "document.reindex", job.label)
    return job


def named(document: StoredDocument) -> str:
    """A document as the audit log names it."""
    return f"{document.head.file} ({document.head.document_id[:8]})"
