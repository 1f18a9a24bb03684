"""What operators do with documents: find them by id or file name, show, correct, remove, count."""

from collections.abc import Mapping, Sequence
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ingest.classify import CORRECTION, head_of, values_of
from integrations.building_state import iso
from integrations.desk import Desk
from kb.errors import InputError, NotFoundError
from kb.passages import DocumentHead
from kb.state.jobs import Job
from kb.state.registry import StoredDocument
from kb.synonyms import Synonyms


def find_documents(desk: Desk, wanted: Sequence[str]) -> list[StoredDocument]:
    """Documents by id, id prefix (from 6 characters), file name or pattern; each must match."""
    documents = desk.knowledge.registry.all()
    found: dict[str, StoredDocument] = {}
    for name in wanted:
        hits = [document for document in documents if _matches(document, name)]
        if not hits:
            raise NotFoundError(
                f"Kein Dokument passt zu {name!r}. „auskunft documents list“ zeigt alle."
            )
        found.update((document.head.document_id, document) for document in hits)
    return list(found.values())


def _matches(document: StoredDocument, name: str) -> bool:
    head = document.head
    if len(name) >= 6 and head.document_id.startswith(name):
        return True
    return name in (head.file, head.uri) or fnmatch(head.file, name)


def correct_documents(
    desk: Desk, documents: Sequence[StoredDocument], values: Mapping[str, str]
) -> list[StoredDocument]:
    """Apply an admin's values to documents; all values are checked before the first is changed."""
    if not values:
        raise InputError("Es ist nichts angegeben, was geändert werden soll.")
    heads = [_corrected(document.head, values) for document in documents]
    for document, head in zip(documents, heads, strict=True):
        desk.knowledge.correct(document.head.document_id, head, values)
    return [
        stored
        for document in documents
        if (stored := desk.knowledge.registry.find(document.head.document_id)) is not None
    ]


def _corrected(head: DocumentHead, values: Mapping[str, str]) -> DocumentHead:
    return head_of(head.uri, head.file, {**values_of(head), **values}, head.document_id)


def reread(desk: Desk, wanted: Sequence[str]) -> Job:
    """Hand in the reading of documents once more, from their kept originals; of all without a name.

    Raises NotFoundError.
    """
    documents = find_documents(desk, wanted)
    return desk.jobs.reread(
        [document.head.document_id for document in documents],
        [document.head.file for document in documents],
    )


def described(document: StoredDocument, as_of: date) -> dict[str, Any]:
    """A document for operators, as JSON."""
    head = document.head
    return {
        "document_id": head.document_id,
        "file": head.file,
        "uri": head.uri,
        **dict.fromkeys(("publisher", "date", "valid_from", "valid_until", "supersedes"), ""),
        **values_of(head),
        "validity": head.validity.state(as_of).value,
        "passages": document.passages,
        "pages": document.pages,
        "ocr_pages": document.ocr_pages,
        "warnings": list(document.warnings),
        "origins": {**document.origins, **dict.fromkeys(document.corrections, CORRECTION)},
        "corrections": dict(document.corrections),
        "revision": document.revision,
        "ingested_at": document.ingested_at.isoformat(timespec="seconds") + "Z",
    }


def status_of(desk: Desk, as_of: date) -> dict[str, Any]:
    """Counts and settings of a desk, as JSON."""
    documents = desk.knowledge.registry.all()
    audiences: dict[str, int] = {}
    validity: dict[str, int] = {}
    for document in documents:
        head = document.head
        audiences[head.audience] = audiences.get(head.audience, 0) + 1
        state = head.validity.state(as_of).value
        validity[state] = validity.get(state, 0) + 1
    building, lane = desk.building.state, desk.board.lane
    return {
        "data": str(desk.folder.path),
        "demo": desk.folder.demo,
        "documents": len(documents),
        "passages": desk.knowledge.index.total(),
        "audiences": audiences,
        "validity": validity,
        "warnings": sum(bool(document.warnings) for document in documents),
        "model": desk.embedder.model_id,
        "index": desk.settings.qdrant_url or "embedded",
        "generation": lane.generation.name,
        "answering": lane.mismatch is None,
        "mismatch": str(lane.mismatch or ""),
        "building": building.as_dict() if building else None,
        "rebuild_needed": desk.building.needed(),
        "paused": desk.remembered.paused is not None,
        "synonyms": _synonyms(desk.parts.synonyms),
    }


def _synonyms(file: Path) -> dict[str, Any]:
    """The admin's synonyms: how many groups can be read, and what is wrong with the other lines."""
    table = Synonyms(file).own()
    return {"file": str(file), "groups": table.groups, "problems": list(table.problems)}


def generations_of(desk: Desk) -> list[dict[str, Any]]:
    """The generations of the index, oldest first, as JSON; `bytes` is null for those on a server."""
    return [
        {
            "name": one.name,
            "state": one.state.value,
            "fingerprint": dict(one.fingerprint),
            "created_at": iso(one.created_at),
            "switched_at": iso(one.switched_at),
            "bytes": desk.parts.generations.bytes_on_disk(one.name),
        }
        for one in desk.parts.ledger.all()
    ]
