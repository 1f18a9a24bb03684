"""What the reader must know beside the answer: expired, upcoming and superseded sources."""

from collections.abc import Sequence
from datetime import date

from assistant.answer import Notice, Source
from assistant.phrases import phrase, spelled
from kb.passages import DocumentHead
from kb.validity import ValidityState


def corrections_for(corrections: Sequence[tuple[str, str]], language: str) -> tuple[Notice, ...]:
    """What was searched for in place of words as they were written, (written, meant)."""
    return tuple(
        Notice("corrected", phrase(language, "corrected", written=written, meant=meant))
        for written, meant in corrections
    )


def notices_for(
    sources: Sequence[Source],
    superseded: dict[str, DocumentHead],
    as_of: date,
    language: str,
    demo: bool,
) -> tuple[Notice, ...]:
    """One notice per cited document and matter; `superseded` maps a document id to its successor."""
    notices: list[Notice] = []
    heads = {source.head.document_id: source.head for source in sources}
    for document_id, head in heads.items():
        state = head.validity.state(as_of)
        newer = superseded.get(document_id)
        if newer is not None:
            text = phrase(language, "superseded", title=head.title, newer=newer.title)
            notices.append(Notice("superseded", text))
        if state is ValidityState.EXPIRED and head.validity.valid_until:
            day = spelled(head.validity.valid_until, language)
            notices.append(
                Notice("expired", phrase(language, "expired", title=head.title, day=day))
            )
        elif state is ValidityState.UPCOMING and head.validity.valid_from:
            day = spelled(head.validity.valid_from, language)
            notices.append(
                Notice("upcoming", phrase(language, "upcoming", title=head.title, day=day))
            )
    if demo:
        notices.append(Notice("demo", phrase(language, "demo")))
    return tuple(notices)
