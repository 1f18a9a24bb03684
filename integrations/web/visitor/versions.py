"""The versions of a document that a viewer may see: what it replaces, and what replaces it."""

from dataclasses import dataclass
from datetime import date

from integrations.web.answer_view import Badge, badge_of, spell_date
from integrations.web.phrases import Language
from kb.audience import Viewer
from kb.passages import DocumentHead
from kb.state.registry import LiveDocuments


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version; `href` is empty for the one whose page this is, `newest` holds for the latest."""

    title: str
    dated: str
    badge: Badge
    href: str
    newest: bool


def versions_of(
    head: DocumentHead, live: LiveDocuments, viewer: Viewer, as_of: date, language: Language
) -> tuple[VersionView, ...]:
    """All versions, newest first; nothing for a document that there is only once."""
    heads = _chain(
        head, [each.head for each in live.values() if viewer.may_see(each.head.audience)]
    )
    if len(heads) < 2:
        return ()
    query = "" if language == "de" else f"?lang={language}"
    return tuple(
        VersionView(
            title=each.title,
            dated=spell_date(each.dated, language),
            badge=badge_of(
                each.validity.state(as_of).value,
                each.validity.valid_from,
                each.validity.valid_until,
                language,
            ),
            href=""
            if each.document_id == head.document_id
            else f"/dokumente/{each.document_id}{query}",
            newest=position == 0,
        )
        for position, each in enumerate(heads)
    )


def _chain(head: DocumentHead, heads: list[DocumentHead]) -> list[DocumentHead]:
    """Everything that is joined to the document by „replaces“, the latest first."""
    joined = {head.document_id: head}
    waiting = [head]
    while waiting:
        one = waiting.pop()
        for other in heads:
            if other.document_id not in joined and (_replaces(one, other) or _replaces(other, one)):
                joined[other.document_id] = other
                waiting.append(other)
    return sorted(joined.values(), key=_age, reverse=True)


def _replaces(newer: DocumentHead, older: DocumentHead) -> bool:
    return bool(newer.supersedes) and newer.supersedes in (older.file, older.document_id)


def _age(head: DocumentHead) -> tuple[date, str]:
    return head.validity.valid_from or head.dated or date.min, head.document_id
