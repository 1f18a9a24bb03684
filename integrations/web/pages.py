"""The pages: plain values in, one HTML document out; routes and status codes are the app's.

Jinja2 with autoescape and StrictUndefined: text from documents is data and never becomes markup.
Pages carry no inline style and no inline script, so the strict content security policy holds.
Static files are linked by their content (`static_files.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from integrations.web.answer_view import (
    answer_view,
    badge_of,
    blank_answer,
    contact_view,
    notices_of,
    spell_date,
)
from integrations.web.phrases import PHRASES, SCRIPT_PHRASES, Language
from integrations.web.static_files import static_address
from kb.state.accounts import Account
from kb.state.invites import Invite
from kb.state.sessions import Session

TEMPLATE_DIR = Path(__file__).parent / "templates"
MAX_QUESTION = 2000
#: A table of contents is offered from this number of headed sections on.
CONTENTS_FROM = 4


@dataclass(frozen=True, slots=True)
class PageContext:
    """What every page needs.

    `contact` is plain text and may be empty; `office` is the same as in an answer's `contacts`.
    `address` is the path and query of the page shown, so that the language switch keeps the reader
    where they are. `rebuilding`: nothing can be answered until the index is rebuilt. `callbacks`: one
    can ask to be called back. `originals`: this viewer gets originals. `texts` are the names of the
    operator's texts that there are. `account` is the name of who is signed in, empty for the public;
    `csrf` is what their forms and scripts send along, `desk` whether they may see the admin's desk.
    """

    display_name: str
    demo: bool
    contact: str
    language: Language = "de"
    address: str = "/"
    rebuilding: bool = False
    account: str = ""
    csrf: str = ""
    desk: bool = False
    office: Mapping[str, str] | None = None
    callbacks: bool = False
    originals: bool = False
    texts: Sequence[str] = ()

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    def at(self, address: str) -> str:
        """An address of this site in the language of the page."""
        if self.language == "de":
            return address
        path, mark, fragment = address.partition("#")
        return f"{path}{'&' if '?' in path else '?'}lang={self.language}{mark}{fragment}"


class Piece(NamedTuple):
    """A run of text; highlighted pieces are the quoted passage."""

    text: str
    highlighted: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of a document; `page` is set where a new page begins with this paragraph.

    `kind` is a `BlockKind` value (`paragraph`, `list_item`, `table_row`); `level` is the nesting
    depth of a list item, from 1.
    """

    pieces: tuple[Piece, ...]
    page: int | None = None
    kind: str = "paragraph"
    level: int = 1


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """A heading (level 1…6, may be empty before the first one) and the text under it."""

    heading: tuple[Piece, ...]
    level: int
    anchor: str
    paragraphs: tuple[Paragraph, ...]
    page: int | None = None

    @property
    def title(self) -> str:
        return "".join(piece.text for piece in self.heading)


@dataclass(frozen=True, slots=True)
class ValidityView:
    """State (`current`, `expired`, `upcoming`, `unknown`) and ISO days of the period, or None."""

    state: str = "unknown"
    valid_from: str | None = None
    valid_until: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as its page shows it.

    `kind` is a label in the page's language, `dated` an ISO day or free text, `notices` are
    (kind, text) as in an answer's notices.
    """

    title: str
    file: str
    kind: str
    publisher: str
    dated: str
    validity: ValidityView
    notices: tuple[tuple[str, str], ...]
    sections: tuple[DocumentSection, ...]
    language: str = "de"

    @property
    def quoted(self) -> bool:
        """Whether any piece of the text is highlighted."""
        return any(
            piece.highlighted
            for section in self.sections
            for pieces in (section.heading, *(p.pieces for p in section.paragraphs))
            for piece in pieces
        )

    @property
    def quoted_page(self) -> int:
        """The page on which the quoted passage begins, 0 where nothing is quoted or no page known."""
        page = 0
        for section in self.sections:
            page = section.page or page
            if any(piece.highlighted for piece in section.heading):
                return page
            for paragraph in section.paragraphs:
                page = paragraph.page or page
                if any(piece.highlighted for piece in paragraph.pieces):
                    return page
        return 0


def _runs(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, list[Paragraph]]]:
    """Neighbours of one kind belong into one list."""
    for kind, run in groupby(paragraphs, key=lambda paragraph: paragraph.kind):
        yield kind, list(run)


def _switch_address(address: str, language: str) -> str:
    """The same page in the other language; German is the default and needs no parameter."""
    parts = urlsplit(address)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "lang"]
    return f"{parts.path or '/'}?{urlencode([*query, ('lang', language)])}"


def _query_without(address: str, name: str) -> str:
    """The address's query without a parameter, ready for another one behind it."""
    query = [(key, value) for key, value in parse_qsl(urlsplit(address).query) if key != name]
    return f"{urlencode(query)}&" if query else ""


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["runs"] = _runs
    environment.globals["static"] = static_address
    return environment


_PAGES = _environment()


def render_page(template: str, context: PageContext, **values: Any) -> str:
    """A template of this folder with what every page needs, and with these values."""
    words = PHRASES[context.language]
    other: Language = "en" if context.language == "de" else "de"
    return _PAGES.get_template(template).render(
        context=context,
        t=words,
        office=contact_view(context.office) if context.office else None,
        script_phrases={key: words[key] for key in SCRIPT_PHRASES},
        home=context.at("/"),
        other_language=other,
        other_address=_switch_address(context.address, other),
        **values,
    )


def render_ask(
    context: PageContext,
    *,
    question: str = "",
    answer: Mapping[str, Any] | None = None,
    examples: Sequence[str] = (),
) -> str:
    """The start page; with `answer` (the API's answer JSON) also the answer, for no-JS readers."""
    view = answer and answer_view(
        answer,
        language=context.language,
        demo=context.demo,
        contact=context.contact,
        office=context.office,
        originals=context.originals,
    )
    return render_page(
        "ask.html",
        context,
        question=question,
        view=view,
        blank=blank_answer(),
        examples=examples,
        max_question=MAX_QUESTION,
    )


def _outline(sections: Sequence[DocumentSection]) -> list[tuple[str, DocumentSection]]:
    """Each section with its heading's tag; levels never skip one on the way down (h1: title)."""
    outline: list[tuple[str, DocumentSection]] = []
    depth = 1
    for section in sections:
        if section.title:
            depth = max(2, min(section.level + 1, depth + 1, 6))
        outline.append((f"h{depth}", section))
    return outline


def render_document(
    context: PageContext,
    view: DocumentView,
    *,
    versions: Sequence[Any] = (),
    original: str = "",
    pages: int = 0,
    shown_page: int = 0,
) -> str:
    """One document with the quoted passage marked (`<mark id="zitat">`).

    `versions` are its versions (see `visitor.versions`), `original` is the address of the download.
    Of its `pages` pictures can be shown; `shown_page` is the one asked for, 0: that of the quote.
    """
    language, validity = context.language, view.validity
    contents = [section for section in view.sections if section.title and section.anchor]
    notices = [{"kind": kind, "text": text} for kind, text in view.notices]
    return render_page(
        "document.html",
        context,
        view=view,
        dated=spell_date(view.dated, language),
        badge=badge_of(validity.state, validity.valid_from, validity.valid_until, language),
        notices=notices_of(notices, language, demo=False),
        outline=_outline(view.sections),
        contents=contents if len(contents) >= CONTENTS_FROM else [],
        versions=versions,
        original=original,
        pages=pages,
        picture=min(shown_page or view.quoted_page or 1, pages),
        picture_open=shown_page > 0,
        picture_query=_query_without(context.address, "bild"),
    )


def render_error(context: PageContext, *, status: int, title: str, detail: str) -> str:
    """An error as a page: what happened and the way back."""
    return render_page("error.html", context, status=status, title=title, detail=detail)


def render_sign_in(context: PageContext, *, provider: str) -> str:
    """How to sign in; `provider` is the way to the OpenID provider, empty when there is none."""
    return render_page("sign_in.html", context, provider=provider)


def render_signed_out(context: PageContext, *, way: str) -> str:
    """Signed out here; `way` is where the provider ends its own session."""
    return render_page("signed_out.html", context, way=way)


def render_invite(context: PageContext, invite: Invite) -> str:
    """A one-time link, with the button that uses it up."""
    return render_page("invite.html", context, invite=invite, until=_moment(invite.expires_at))


def render_account(
    context: PageContext, account: Account, sessions: Sequence[Session], this: str
) -> str:
    """Who is signed in, and where; `this` is the session that the page is shown in."""
    rows = [
        {
            "session_id": one.session_id,
            "begun": _moment(one.created_at),
            "seen": _moment(one.seen_at),
            "this": one.session_id == this,
        }
        for one in sessions
    ]
    return render_page("account.html", context, account=account, sessions=rows)


def _moment(utc: datetime) -> str:
    """Day and minute in this machine's time zone."""
    return utc.replace(tzinfo=UTC).astimezone().strftime("%d.%m.%Y %H:%M")
