"""From a stored document to its page: sections, paragraphs, pages, and the quoted span marked."""

from collections.abc import Sequence
from datetime import date

from assistant.phrases import phrase, spelled
from integrations.web.pages import (
    DocumentSection,
    DocumentView,
    Paragraph,
    Piece,
    ValidityView,
)
from kb.passages import DocumentHead, Kind
from kb.state.registry import OutlineEntry, StoredDocument, StoredText
from kb.validity import ValidityState

KIND_NAMES: dict[str, dict[Kind, str]] = {
    "de": {
        Kind.GUIDELINE: "Förderrichtlinie",
        Kind.PLAN: "Plan",
        Kind.ROLE: "Zuständigkeit",
        Kind.MINUTES: "Protokoll oder Vereinbarung",
        Kind.REFERENCE: "Information",
    },
    "en": {
        Kind.GUIDELINE: "Funding guideline",
        Kind.PLAN: "Plan",
        Kind.ROLE: "Responsibility",
        Kind.MINUTES: "Minutes or agreement",
        Kind.REFERENCE: "Information",
    },
}


def view_document(
    document: StoredDocument,
    text: StoredText,
    span: tuple[int, int] | None,
    as_of: date,
    language: str,
    successor: DocumentHead | None = None,
) -> DocumentView:
    """The page's data; `span` are the character offsets of the quote in the stored text.

    `successor` is the version that replaces the document on that day.
    """
    head = document.head
    validity = head.validity
    return DocumentView(
        title=head.title,
        file=head.file,
        kind=KIND_NAMES[language][head.kind],
        publisher=head.publisher,
        dated=head.dated.isoformat() if head.dated else "",
        validity=ValidityView(
            validity.state(as_of).value,
            validity.valid_from.isoformat() if validity.valid_from else None,
            validity.valid_until.isoformat() if validity.valid_until else None,
        ),
        notices=(*_replaced(head, successor, language), *_notices(head, as_of, language)),
        sections=_sections(text, span or (0, 0)),
        language=head.language,
    )


def _replaced(
    head: DocumentHead, successor: DocumentHead | None, language: str
) -> tuple[tuple[str, str], ...]:
    if successor is None:
        return ()
    text = phrase(language, "superseded", title=head.title, newer=successor.title)
    return (("superseded", text),)


def _notices(head: DocumentHead, as_of: date, language: str) -> tuple[tuple[str, str], ...]:
    state = head.validity.state(as_of)
    if state is ValidityState.EXPIRED and head.validity.valid_until:
        day = spelled(head.validity.valid_until, language)
        return (("expired", phrase(language, "expired", title=head.title, day=day)),)
    if state is ValidityState.UPCOMING and head.validity.valid_from:
        day = spelled(head.validity.valid_from, language)
        return (("upcoming", phrase(language, "upcoming", title=head.title, day=day)),)
    return ()


def _sections(text: StoredText, span: tuple[int, int]) -> tuple[DocumentSection, ...]:
    sections: list[DocumentSection] = []
    heading: OutlineEntry | None = None
    paragraphs: list[Paragraph] = []
    page: int | None = None

    def close() -> None:
        if heading is None and not paragraphs:
            return
        sections.append(
            DocumentSection(
                heading=_pieces(text.text, heading, span) if heading else (),
                level=heading.level if heading else 1,
                anchor=f"abschnitt-{len(sections) + 1}",
                paragraphs=tuple(paragraphs),
                page=heading.page if heading else None,
            )
        )

    for entry in text.outline:
        if entry.kind == "heading":
            close()
            heading, paragraphs = entry, []
            page = entry.page if entry.page is not None else page
            continue
        turned = entry.page if entry.page != page else None
        page = entry.page
        paragraphs.append(
            Paragraph(
                _pieces(text.text, entry, span),
                page=turned,
                kind=entry.kind,
                level=max(entry.level, 1),
            )
        )
    close()
    return tuple(sections)


def _pieces(text: str, entry: OutlineEntry, span: tuple[int, int]) -> tuple[Piece, ...]:
    begin, end = max(entry.start, span[0]), min(entry.end, span[1])
    if begin >= end:
        return (Piece(text[entry.start : entry.end]),)
    parts: Sequence[tuple[int, int, bool]] = (
        (entry.start, begin, False),
        (begin, end, True),
        (end, entry.end, False),
    )
    return tuple(Piece(text[first:last], marked) for first, last, marked in parts if first < last)
