"""What an answer shows: the answer JSON of the API turned into ready-made words for the template.

Everything here has its twin in `static/auskunft.js`, which builds the same view from the stream; a
browser test compares the two renderings. Text is passed on untouched: escaping is the template's.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from integrations.web.phrases import PHRASES, Language

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
#: A source further down is folded; a citation that points to it unfolds it.
OPEN_SOURCES = 3


@dataclass(frozen=True, slots=True)
class Badge:
    """The validity of a source in words; `state` picks the colour, the words carry the meaning."""

    state: str
    text: str


@dataclass(frozen=True, slots=True)
class CitationView:
    """The chip behind a statement; `label` is what a screen reader says."""

    n: str
    label: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """One sentence of the answer and the sources it rests on.

    `heads` are the questions that begin to be answered here, where several were asked at once.
    """

    text: str
    citations: tuple[CitationView, ...]
    heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A warning or hint; the label says its kind in words."""

    kind: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with its quote; `href` is empty where no document page can be linked.

    `caution` says that the quote was read from a bad scan. `picture` is the address of a picture of
    the page, empty where there is none.
    """

    n: str
    title: str
    place: str
    badge: Badge
    dated: str
    quote: str
    href: str
    lang: str
    open: bool
    caution: str = ""
    picture: str = ""
    picture_alt: str = ""


@dataclass(frozen=True, slots=True)
class ContactView:
    """Whom to ask instead; an empty field is not shown."""

    name: str
    text: str
    phone: str
    phone_href: str
    email: str
    email_href: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One question with its answer; `turn` counts the questions of a conversation from 1."""

    turn: int
    question: str
    asked_as: str
    flag: str
    lang: str
    asked_lang: str
    message: str
    counter_question: str
    composed: str
    as_of: str
    statements: tuple[StatementView, ...]
    notices: tuple[NoticeView, ...]
    sources: tuple[SourceView, ...]
    contacts: tuple[ContactView, ...]
    answer_id: str = ""


def spell_date(value: date | str | None, language: Language) -> str:
    """`31.12.2026` or `31 December 2026`; what is no ISO date is shown as it is."""
    if not value:
        return ""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value[:10])
    except ValueError:
        return str(value)
    if language == "de":
        return f"{day:%d.%m.%Y}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def badge_of(
    state: str, valid_from: date | str | None, valid_until: date | str | None, language: Language
) -> Badge:
    """The badge for one of the four validity states; an unknown word counts as unknown."""
    words = PHRASES[language]
    start, end = spell_date(valid_from, language), spell_date(valid_until, language)
    if state == "expired":
        return Badge(state, words["expired_on"].format(date=end) if end else words["expired"])
    if state == "upcoming":
        text = words["upcoming_from"].format(date=start) if start else words["upcoming"]
        return Badge(state, text)
    if state == "current":
        if end:
            return Badge(state, words["valid_until"].format(date=end))
        text = words["valid_from"].format(date=start) if start else words["valid"]
        return Badge(state, text)
    return Badge("unknown", words["validity_unknown"])


def safe_href(link: str, language: Language) -> str:
    """A link to a document page, or "" when it is neither a path of ours nor http(s).

    The page language travels in the address (no cookies), and the quoted passage is jumped to.
    """
    if not re.match(r"(https?://|/(?![/\\]))", link):
        return ""
    address, _, fragment = link.partition("#")
    if address.startswith("/"):
        fragment = fragment or "zitat"
        if language != "de":
            address += ("&" if "?" in address else "?") + f"lang={language}"
    return f"{address}#{fragment}" if fragment else address


def _notice(kind: str, text: str, language: Language) -> NoticeView:
    words = PHRASES[language]
    return NoticeView(kind, words.get(f"notice_{kind}", words["notice_other"]), text)


def notices_of(
    notices: Sequence[Mapping[str, Any]], language: Language, *, demo: bool
) -> tuple[NoticeView, ...]:
    """The notices with their headings; sample data are always marked as such, exactly once."""
    shown = [_notice(str(notice["kind"]), str(notice["text"]), language) for notice in notices]
    if demo and not any(notice.kind == "demo" for notice in shown):
        shown.append(_notice("demo", PHRASES[language]["demo_banner"], language))
    return tuple(shown)


def _picture(source: Mapping[str, Any]) -> str:
    """The address of a picture of the source's page; only PDFs have some."""
    if not source.get("page") or not re.search(r"\.pdf$", str(source["file"]), re.IGNORECASE):
        return ""
    return f"/dokumente/{source['document_id']}/seite/{source['page']}.png"


def _source(source: Mapping[str, Any], language: Language, originals: bool) -> SourceView:
    words = PHRASES[language]
    validity = source.get("validity") or {}
    place = [str(source.get("locator") or "")]
    if source.get("page"):
        page = words["page"].format(n=source["page"])
        if not place[0].endswith(page):
            place.append(page)
    dated = spell_date(source.get("date"), language)
    title = str(source.get("title") or source.get("file") or "")
    picture = _picture(source) if originals else ""
    return SourceView(
        n=str(source["n"]),
        title=title,
        place=" · ".join(part for part in place if part),
        badge=badge_of(
            str(validity.get("state")), validity.get("from"), validity.get("until"), language
        ),
        dated=words["dated"].format(date=dated) if dated else "",
        quote=str(source.get("quote") or ""),
        href=safe_href(str(source.get("link") or ""), language),
        lang=str(source.get("language") or "de"),
        open=int(source["n"]) <= OPEN_SOURCES,
        caution=words["poorly_read"] if source.get("poorly_read") else "",
        picture=picture,
        picture_alt=picture and words["picture_alt"].format(n=source["page"], title=title),
    )


def contact_view(
    contact: Mapping[str, Any], language: Language = "de", question: str = ""
) -> ContactView:
    """A contact with what a tap on phone and mail does; a `question` is written into the mail."""
    phone, email = str(contact.get("phone") or ""), str(contact.get("email") or "")
    return ContactView(
        name=str(contact.get("name") or ""),
        text=str(contact.get("text") or ""),
        phone=phone,
        phone_href="tel:" + re.sub(r"[^+0-9]", "", phone.replace("(0)", "")) if phone else "",
        email=email,
        email_href=_mail(email, language, question) if email else "",
    )


def _mail(email: str, language: Language, question: str) -> str:
    if not question:
        return "mailto:" + email
    words = PHRASES[language]
    body = words["mail_body"].format(question=question)
    return f"mailto:{email}?subject={_encoded(words['mail_subject'])}&body={_encoded(body)}"


def _encoded(text: str) -> str:
    """As `encodeURIComponent` does it."""
    return quote(text, safe="!'()*")


def needs_a_person(answer: Mapping[str, Any]) -> bool:
    """Whether somebody should be asked: nothing found, all sources expired, or they contradict."""
    states = [(source.get("validity") or {}).get("state") for source in answer["sources"]]
    return (
        answer["status"] == "not_found"
        or (bool(states) and all(state == "expired" for state in states))
        or any(notice["kind"] == "contradiction" for notice in answer["notices"])
    )


def _contacts(
    answer: Mapping[str, Any],
    *,
    fallback: str,
    office: Mapping[str, Any] | None,
    language: Language,
) -> tuple[ContactView, ...]:
    """The answer's contacts; where a person is needed and none is named, the organisation's own."""
    contacts = answer["contacts"]
    if not contacts and needs_a_person(answer):
        if office:
            contacts = (office,)
        elif fallback:
            contacts = ({"name": PHRASES[language]["contact"], "text": fallback},)
    return tuple(contact_view(contact, language, str(answer["question"])) for contact in contacts)


def _heads(parts: Sequence[Mapping[str, Any]], index: int) -> tuple[str, ...]:
    """The questions whose first statement is the one at `index`; none where only one was asked."""
    if len(parts) < 2:
        return ()
    return tuple(str(part["asked_as"]) for part in parts if part["statements"][:1] == [index])


def _statement(
    statement: Mapping[str, Any],
    titles: Mapping[str, str],
    language: Language,
    heads: tuple[str, ...],
) -> StatementView:
    word = PHRASES[language]["source"]
    numbers = [str(n) for n in statement["citations"]]
    return StatementView(
        text=str(statement["text"]),
        citations=tuple(
            CitationView(n, f"{word} {n}: {titles[n]}" if titles.get(n) else f"{word} {n}")
            for n in numbers
        ),
        heads=heads,
    )


def answer_view(
    answer: Mapping[str, Any],
    *,
    language: Language,
    demo: bool,
    contact: str = "",
    office: Mapping[str, Any] | None = None,
    originals: bool = False,
    turn: int = 1,
) -> AnswerView:
    """The API's answer JSON as the template shows it.

    `office` is the organisation's contact, `contact` a line about it where there is no more.
    """
    words = PHRASES[language]
    question, status = str(answer["question"]), str(answer["status"])
    asked_as = str(answer.get("asked_as") or "")
    sources = tuple(_source(source, language, originals) for source in answer["sources"])
    titles = {source.n: source.title for source in sources}
    missing = status == "not_found"
    extractive = answer.get("composed_by", "extractive") == "extractive"
    composed = "extractive" if extractive else "generated"
    as_of = spell_date(answer.get("as_of"), language)
    parts = answer.get("parts") or []
    headed = len(parts) > 1 and bool(answer["statements"])
    return AnswerView(
        turn=turn,
        question=question,
        asked_as="" if headed or asked_as.strip() == question.strip() else asked_as,
        flag=words[status] if status in ("partial", "not_found") else "",
        lang="de" if extractive else str(answer.get("language") or "de"),
        asked_lang=str(answer.get("language") or "de"),
        message=str(answer.get("message") or (words["not_found_message"] if missing else "")),
        counter_question=str(answer.get("counter_question") or ""),
        composed=words[f"composed_{composed if answer['statements'] else 'nothing'}"],
        as_of=words["as_of"].format(date=as_of) if as_of else "",
        statements=tuple(
            _statement(each, titles, language, _heads(parts, index))
            for index, each in enumerate(answer["statements"])
        ),
        notices=notices_of(answer["notices"], language, demo=demo),
        sources=sources,
        contacts=_contacts(answer, fallback=contact, office=office, language=language),
        answer_id=str(answer.get("answer_id") or ""),
    )


def blank_answer() -> AnswerView:
    """One of everything, empty: the pattern that the script clones and fills."""
    return AnswerView(
        turn=0,
        question="",
        asked_as="",
        flag="",
        lang="de",
        asked_lang="de",
        message="",
        counter_question="",
        composed="",
        as_of="",
        statements=(StatementView("", (CitationView("0", ""),), ("",)),),
        notices=(NoticeView("", "", ""),),
        sources=(
            SourceView("0", "", "", Badge("", ""), "", "", "#", "de", open=False, picture="#"),
        ),
        contacts=(ContactView("", "", "", "", "", ""),),
    )
