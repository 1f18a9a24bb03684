"""Contact blocks, a press portal's additions and legal notices get sections of their own.

Nothing is dropped: a heading is put in front of them, so that a passage of the body does not end in a
phone number or a copyright line. Where the body goes on behind them, its heading is repeated.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.convert.blocks import Block, BlockKind

CONTACT = "Kontakt"
PORTAL = "Angaben des Portals"
LEGAL = "Rechtliche Hinweise"
HEADINGS = frozenset((CONTACT, PORTAL, LEGAL))

_BEGINS = (
    (
        CONTACT,
        re.compile(
            r"(?:Presse|Medien)-?kontakte?\b|Kontakt(?: für [\w -]{3,40})?:"
            r"|(?:Bei |Für )?(?:weitere )?Rückfragen(?: bitte)? an\b|Rückfragehinweis\b"
            r"|(?:Ansprechpartner(?:in)?|Ansprechperson) (?:für|der) (?:die )?(?:Presse|Medien)\b"
            r"|Pressestelle:",
            re.IGNORECASE,
        ),
    ),
    (
        PORTAL,
        re.compile(
            r"Original-Content von\b|.{0,120}übermittelt durch news aktuell"
            r"|QR-Code für\b|Story ?Box-ID\b|Weiteres Material:|Querverweis:|Newsroom:|Pressemappe\b"
            r"|Diese (?:Presse)?(?:meldung|mitteilung) (?:kann unter|ist abrufbar)"
            r"|(?:Weitere|Letzte|Ähnliche|Alle|Verwandte) (?:Storys|Stories|Meldungen|Beiträge"
            r"|Nachrichten|Artikel)(?:\b.{0,40}:|:?$)"
            r"|(?:(?:Seite|Artikel|Beitrag|Meldung) )?(?:drucken|teilen|empfehlen)$|Druckversion$",
            re.IGNORECASE,
        ),
    ),
    (
        LEGAL,
        re.compile(
            r"©|\(c\) |Copyright\b|.{0,120}\bAlle Rechte vorbehalten\.?$"
            r"|Für die oben stehenden (?:Stories|Storys|Presse|Meldungen)"
            r"|(?:Diese|Unsere) (?:Website|Webseite|Internetseite|Seite) (?:verwendet|nutzt) Cookies"
            r"|Wir (?:verwenden|nutzen|setzen)\b.{0,60}\bCookies\b|Cookie-(?:Einstellungen|Hinweis)"
            r"|(?:Datenschutz(?:erklärung|hinweise?)?|Impressum|Haftungsausschluss)(?: ?[|·•/].*)?$",
            re.IGNORECASE,
        ),
    ),
)
_CONTACT_HEADING = re.compile(r"kontakt|ansprech|anschrift|adresse|impressum", re.IGNORECASE)
_REACHED_BY = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|\b(?:tel|telefon|fon|fax|telefax|mobil)\b[.:]? ?[+(]?\d"
    r"|\+49|\b0\d{2,5} ?[/-]? ?\d{3}",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b\d{5} [A-ZÄÖÜ]")
_ENDS_SENTENCE = re.compile(r"[.!?:;,]$")
_MAX_LINE = 90
_MAX_CARD = 300
_PROSE = 100


def set_apart(blocks: Iterable[Block]) -> list[Block]:
    """The blocks with headings in front of everything that is no body."""
    found: list[Block] = []
    section: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            found += _divided(section)
            section = [block]
        else:
            section.append(block)
    return [*found, *_divided(section)]


def _divided(section: Sequence[Block]) -> Iterator[Block]:
    """One heading (there may be none) and what stands below it."""
    heading = section[0] if section and section[0].kind is BlockKind.HEADING else None
    body = section[1:] if heading else section
    marks = _marks(body, heading)
    if heading:
        yield heading
    level = min((heading.level if heading else 1) + 1, 6)
    current = ""
    for block, mark in zip(body, marks, strict=True):
        if mark != current and mark:
            yield Block(BlockKind.HEADING, mark, level=level)
        elif mark != current and heading:
            yield heading
        current = mark
        yield block


def _marks(body: Sequence[Block], heading: Block | None) -> list[str]:
    """For each block what it is; empty for the body."""
    marks = [_begun(block) for block in body]
    for position, block in enumerate(body[1:], start=1):
        before = marks[position - 1]
        if before and not marks[position] and (before == CONTACT or _is_line(block)):
            marks[position] = "" if _is_prose(block) else before
    begin = _begin_of_card(body, marks)
    marks[begin:] = [mark or CONTACT for mark in marks[begin:]]
    if heading and _CONTACT_HEADING.search(heading.text):
        marks = ["" if mark == CONTACT else mark for mark in marks]
    if not heading:  # nothing could say where the body goes on
        last = max((at for at, mark in enumerate(marks) if not mark), default=-1)
        marks[: last + 1] = [""] * (last + 1)
    return marks


def _begun(block: Block) -> str:
    if block.kind is BlockKind.TABLE_ROW:
        return ""
    return next((name for name, begins in _BEGINS if begins.match(block.text)), "")


def _begin_of_card(body: Sequence[Block], marks: Sequence[str]) -> int:
    """Where the address and numbers begin that end a text without saying so; its length if none."""
    end = next((at for at, mark in enumerate(marks) if mark), len(body))
    if any(not mark for mark in marks[end:]):
        return len(body)
    begin = end
    while begin and _is_card_line(body[begin - 1]):
        begin -= 1
    card = body[begin:end]
    reached = any(_REACHED_BY.search(block.text) for block in card)
    whole = len(card) > 1 or any(_POSTCODE.search(block.text) for block in card)
    follows_prose = begin > 0 and _is_prose(body[begin - 1])
    return begin if reached and whole and follows_prose else len(body)


def _is_card_line(block: Block) -> bool:
    reached = bool(_REACHED_BY.search(block.text))
    if block.kind is BlockKind.PARAGRAPH and _is_line(block):
        return True
    is_text = block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
    return is_text and reached and len(block.text) <= _MAX_CARD and not _is_prose(block)


def _is_line(block: Block) -> bool:
    return len(block.text) <= _MAX_LINE and not _ENDS_SENTENCE.search(block.text)


def _is_prose(block: Block) -> bool:
    return len(block.text) >= _PROSE and block.text.endswith((".", "!", "?", "“", '"'))
