"""News for the operator: what a digest tells of files and documents, as values and as a mail.

What is there comes in, items and a text go out; nothing here sends or remembers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from integrations.failed_files import FailedFile
from integrations.remembering.notice_options import NoticeOptions
from kb.passages import DocumentHead

_MOST_LINES = 30
_LONGEST = 300


class NewsKind(StrEnum):
    """What a digest tells of, in this order."""

    FAILED = "failed"
    EXPIRING = "expiring"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be told: it is told again only when its `state` has changed."""

    kind: NewsKind
    subject: str
    state: str
    line: str


_TITLES: Mapping[NewsKind, tuple[str, str]] = {
    NewsKind.FAILED: ("Dateien, die sich nicht lesen ließen", "?status=fehlgeschlagen"),
    NewsKind.EXPIRING: ("Dokumente, die bald ablaufen", "?auffaellig=laeuft-ab"),
    NewsKind.REVIEW: ("Dokumente, die zu prüfen sind", "?auffaellig=pruefung"),
}


def items_of(
    failed: Iterable[FailedFile],
    heads: Iterable[DocumentHead],
    reviews: Mapping[str, date],
    today: date,
    options: NoticeOptions,
) -> list[Item]:
    """All that could be told today; `reviews` has planned days by document id."""
    items = [Item(NewsKind.FAILED, one.uri, one.reason, _failure(one)) for one in failed]
    latest = today + timedelta(days=options.ahead_days)
    for head in sorted(heads, key=lambda head: (head.title.casefold(), head.document_id)):
        link = f"{options.address}/admin/dokumente/{head.document_id}"
        until, due = head.validity.valid_until, reviews.get(head.document_id)
        if until is not None and today <= until <= latest:
            line = f"{head.title} (gültig bis {until:%d.%m.%Y})\n  {link}"
            items.append(Item(NewsKind.EXPIRING, head.document_id, until.isoformat(), line))
        if due is not None and due <= today:
            line = f"{head.title} (Prüfung fällig seit {due:%d.%m.%Y})\n  {link}"
            items.append(Item(NewsKind.REVIEW, head.document_id, due.isoformat(), line))
    return items


def digest_of(items: Sequence[Item], options: NoticeOptions) -> str:
    """The text of a digest."""
    sections = ["Was seit der letzten Sammelmail dazugekommen ist:"]
    for kind, (title, query) in _TITLES.items():
        lines = [item.line for item in items if item.kind is kind]
        if not lines:
            continue
        listed = "\n".join(f"- {line}" for line in lines[:_MOST_LINES])
        more = len(lines) - _MOST_LINES
        also = f"\n… und {more} weitere" if more > 0 else ""
        every = f"\nAlle: {options.address}/admin/dokumente{query}"
        sections.append(f"{title}\n{listed}{also}{every}")
    return "\n\n".join(sections) + "\n"


def _failure(failed: FailedFile) -> str:
    reason = " ".join(failed.reason.split())
    return f"{failed.file}: {reason[:_LONGEST]}{' …' if len(reason) > _LONGEST else ''}"
