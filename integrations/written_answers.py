"""Answers that editors write by hand: draft, approval, document, new version, withdrawal.

Approval hands the text to the ordinary ingestion, so it is cited like every other document. Who wrote
and who approved stands in the audit log and with the answer, not in the document.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from integrations.building_state import iso
from integrations.desk import Desk
from integrations.written_document import FOLDER, markdown_of, name_of, place_of, stated_of
from kb.audience import parse_audience
from kb.errors import InputError, NotFoundError
from kb.passages import Kind
from kb.questions import WorkState
from kb.state.written_answers import WrittenAnswer, WrittenContent
from kb.validity import Validity

#: headings of a document have six levels at most, and the answer is to be read, not the questions
MOST_QUESTIONS = 5
LONGEST_QUESTION, LONGEST_TEXT = 300, 20_000


def content_of(
    questions: Sequence[str],
    text: str,
    *,
    kind: str = Kind.REFERENCE.value,
    audience: str = "",
    contact: str = "",
    validity: Validity = Validity(),
) -> WrittenContent:
    """What somebody wrote, checked. Without an audience it is for staff only. Raises InputError."""
    asked = tuple(dict.fromkeys(line for one in questions if (line := " ".join(one.split()))))
    written = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not asked:
        raise InputError("Bitte mindestens eine Frage angeben, zu der die Antwort gehört.")
    if len(asked) > MOST_QUESTIONS:
        raise InputError(
            f"Es sind {len(asked)} Fragen; erlaubt sind {MOST_QUESTIONS}. Bitte die häufigsten "
            "Formulierungen behalten."
        )
    if any(len(question) > LONGEST_QUESTION for question in asked):
        raise InputError(f"Eine Frage darf höchstens {LONGEST_QUESTION} Zeichen haben.")
    if not written:
        raise InputError("Die Antwort ist leer. Bitte den Text schreiben.")
    if len(written) > LONGEST_TEXT:
        raise InputError(f"Die Antwort darf höchstens {LONGEST_TEXT} Zeichen haben.")
    if kind not in tuple(Kind):
        raise InputError(f"Dokumentart {kind!r} gibt es nicht. Erlaubt sind {', '.join(Kind)}.")
    return WrittenContent(
        asked,
        written,
        kind,
        parse_audience(audience or "staff"),
        " ".join(contact.split()),
        validity,
    )


def write(desk: Desk, who: str, content: WrittenContent, item_id: str = "") -> WrittenAnswer:
    """A draft, for an item of the work list where one is named. Raises NotFoundError."""
    if item_id:
        desk.remembered.worklist.change(item_id, state=WorkState.IN_WORK)
    answer = desk.answers.add(content, who, desk.remembered.moment, item_id)
    desk.remembered.note(who, "answer.write", answer.answer_id, after=_version(answer))
    return answer


def revise(desk: Desk, who: str, answer_id: str, content: WrittenContent) -> WrittenAnswer:
    """A new wording as a draft; an approved one before stays a document until this is approved."""
    answer = desk.answers.revise(answer_id, content, who, desk.remembered.moment)
    desk.remembered.note(who, "answer.revise", answer_id, after=_version(answer))
    return answer


def approve(desk: Desk, who: str, answer_id: str, version: int) -> WrittenAnswer:
    """Make the draft that somebody has read a document.

    Raises InputError, NotFoundError, StorageFullError; then nothing is approved.
    """
    desk.require_serving()
    desk.folder.require_room(desk.ingest_options.reserve_mb)
    answer = desk.answers.approve(answer_id, version, who, desk.remembered.moment)
    _publish(desk, answer)
    _set_item(desk, answer, WorkState.ANSWERED)
    told = f"{_version(answer)}, geschrieben von {answer.written_by}"
    desk.remembered.note(who, "answer.approve", answer_id, after=told)
    return answer


def withdraw(desk: Desk, who: str, answer_id: str) -> WrittenAnswer:
    """Take an answer back: at once nothing is answered out of it. Raises NotFoundError."""
    before = desk.answers.find(answer_id)
    answer = desk.answers.withdraw(answer_id)
    document = desk.knowledge.registry.at(place_of(answer_id))
    if document is not None:
        desk.knowledge.remove(document.head.document_id)
    if before.published:
        _set_item(desk, answer, WorkState.OPEN)
    desk.remembered.note(who, "answer.withdraw", answer_id, before.state.value)
    return answer


def described(desk: Desk, answer: WrittenAnswer) -> dict[str, Any]:
    """An answer as JSON; `document_id` is null as long as there is no document."""
    content = answer.content
    document = desk.knowledge.registry.at(place_of(answer.answer_id))
    first, last = content.validity.valid_from, content.validity.valid_until
    return {
        "answer_id": answer.answer_id,
        "state": answer.state.value,
        "published": answer.published,
        "version": answer.version,
        "questions": list(content.questions),
        "text": content.text,
        "kind": content.kind,
        "audience": content.audience,
        "contact": content.contact,
        "valid_from": first.isoformat() if first else "",
        "valid_until": last.isoformat() if last else "",
        "item_id": answer.item_id,
        "written_by": answer.written_by,
        "written_at": iso(answer.written_at),
        "approved_by": answer.approved_by,
        "approved_at": iso(answer.approved_at),
        "document_id": document.head.document_id if document else None,
    }


def _publish(desk: Desk, answer: WrittenAnswer) -> None:
    inbox, name = secrets.token_hex(8), name_of(answer.answer_id)
    folder = desk.folder.inbox / inbox / FOLDER
    folder.mkdir(parents=True)
    (folder / name).write_text(markdown_of(answer), "utf-8")
    publisher = desk.settings.contact_name or desk.settings.display_name
    stated = stated_of(answer, publisher, desk.remembered.today)
    job = desk.jobs.written_answer(answer.answer_id, inbox, stated)
    if not desk.jobs.works:
        desk.jobs.run(job)


def _set_item(desk: Desk, answer: WrittenAnswer, state: WorkState) -> None:
    """The item may have been deleted meanwhile."""
    if answer.item_id:
        with suppress(NotFoundError):
            desk.remembered.worklist.change(answer.item_id, state=state)


def _version(answer: WrittenAnswer) -> str:
    return f"Fassung {answer.version}"
