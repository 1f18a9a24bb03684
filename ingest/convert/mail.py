"""Mails to blocks, whatever program wrote them: a heading, who wrote to whom, the text in sections.

The body is the plain text, or the HTML where that says or divides more. Earlier mails quoted below
and the signature get headings of their own, so that they are not taken for what this mail says.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header
from email.message import EmailMessage

from bs4 import BeautifulSoup

from ingest.convert import html, text
from ingest.convert.blocks import Attachment, Block, BlockKind, Conversion
from ingest.convert.file_names import Names, plain_name
from ingest.convert.mail_parts import SIGNATURE, plain_sections, with_sections
from ingest.convert.wording import tidy

_MAX_RECIPIENTS = 10
_SMALL_IMAGE = 64 * 1024
_RICH_TAGS = ("h1", "h2", "h3", "h4", "li", "th")
#: signatures, certificates, receipts and calendar entries: nobody's document
_TECHNICAL = frozenset(
    (
        "application/pgp-signature",
        "application/pgp-keys",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "message/delivery-status",
        "message/disposition-notification",
        "text/calendar",
        "text/rfc822-headers",
        "text/vcard",
        "text/x-vcard",
    )
)
_SUFFIXES = {
    "application/pdf": ".pdf",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "message/rfc822": ".eml",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
}


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that came with a mail. `content_id` is the name by which the HTML shows it."""

    name: str
    media_type: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as its reader sees it. `sent` is in the sender's time zone, None when unknown."""

    subject: str = ""
    sender: str = ""
    recipients: str = ""
    copies: str = ""
    sent: datetime | None = None
    plain: str = ""
    html: str = ""
    files: Sequence[MailFile] = ()
    warnings: tuple[str, ...] = ()


def conversion(mail: Mail) -> Conversion:
    """The mail's blocks, its subject and day as properties, its files as attachments."""
    subject = tidy(mail.subject)
    blocks = [Block(BlockKind.HEADING, subject, level=1)] if subject else []
    if head := _head(mail):
        blocks.append(Block(BlockKind.PARAGRAPH, head))
    blocks += _body(mail)
    properties = {"title": subject} if subject else {}
    if mail.sent:
        properties["date"] = mail.sent.date().isoformat()
    attachments = tuple(_attachments(mail.files, mail.html))
    return Conversion(tuple(blocks), properties, mail.warnings, attachments=attachments)


def _head(mail: Mail) -> str:
    sent = f"{mail.sent:%d.%m.%Y %H:%M}" if mail.sent else ""
    fields = (
        ("Von", tidy(mail.sender)),
        ("An", _shortened(mail.recipients)),
        ("Kopie", _shortened(mail.copies)),
        ("Datum", sent),
    )
    return "; ".join(f"{name}: {value}" for name, value in fields if value)


def _shortened(recipients: str) -> str:
    """A long list of addresses by its first ones."""
    clean = tidy(recipients)
    people = _people(clean)
    if len(people) <= _MAX_RECIPIENTS:
        return clean
    return f"{', '.join(people[:_MAX_RECIPIENTS])} und {len(people) - _MAX_RECIPIENTS} weitere"


def _people(recipients: str) -> list[str]:
    """The single recipients; where there are addresses, a comma may also stand inside a name."""
    parts = re.split(r"[,;] ", recipients)
    if "@" not in recipients:
        return parts
    people: list[str] = []
    is_open = False
    for part in parts:
        if is_open:
            people[-1] += f", {part}"
        else:
            people.append(part)
        is_open = "@" not in part
    return people


def _body(mail: Mail) -> list[Block]:
    if mail.html and _is_richer(mail.html, mail.plain):
        blocks = with_sections(html.fragment_blocks(mail.html))
        return [_in_section(block, "") for block in blocks]
    found: list[Block] = []
    for heading, lines in plain_sections(mail.plain):
        if heading:
            found.append(Block(BlockKind.HEADING, heading, level=2))
        found += (_in_section(block, heading) for block in text.blocks(lines))
    return found


def _in_section(block: Block, section: str) -> Block:
    """Headings of the body rank below the subject; a signature has none."""
    if block.kind is not BlockKind.HEADING:
        return block
    if section == SIGNATURE:
        return Block(BlockKind.PARAGRAPH, block.text)
    return Block(BlockKind.HEADING, block.text, level=max(block.level, 2))


def _is_richer(markup: str, plain: str) -> bool:
    """Whether the HTML divides the text by headings, lists or tables, or the plain text lacks it."""
    soup = BeautifulSoup(markup, "lxml")
    for tag in soup(("style", "script", "title")):
        tag.decompose()
    words = len(plain.split())
    return words < 0.5 * len(soup.get_text(" ").split()) or soup.find(_RICH_TAGS) is not None


def _attachments(files: Iterable[MailFile], markup: str) -> Iterable[Attachment]:
    names = Names()
    for number, file in enumerate(files, start=1):
        media_type = file.media_type.lower()
        if media_type in _TECHNICAL or _is_decoration(file, markup):
            continue
        suffix = _SUFFIXES.get(media_type, "")
        name = plain_name(file.name) or f"Anhang {number}{suffix}"
        if media_type == "message/rfc822" and not name.lower().endswith(".eml"):
            name += ".eml"
        yield Attachment(names.distinct(name), file.data)


def _is_decoration(file: MailFile, markup: str) -> bool:
    """A logo that the mail's own text shows."""
    shown = bool(file.content_id) and f"cid:{file.content_id}" in markup
    return shown and file.media_type.lower().startswith("image/") and len(file.data) < _SMALL_IMAGE


def as_eml(mail: Mail) -> bytes:
    """The mail in the form in which mails are exchanged, to be kept as a file of its own."""
    message = EmailMessage(policy=policy.SMTP)
    fields = (
        ("Subject", mail.subject),
        ("From", mail.sender),
        ("To", mail.recipients),
        ("Cc", mail.copies),
    )
    for name, value in fields:
        if value:
            message[name] = Header(tidy(value), "utf-8").encode()
    if mail.sent:
        message["Date"] = mail.sent
    message.set_content(mail.plain)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    for file in mail.files:
        main, _, sub = file.media_type.partition("/")
        if main in ("message", "multipart"):
            main, sub = "application", "octet-stream"
        message.add_attachment(
            file.data,
            maintype=main or "application",
            subtype=sub or "octet-stream",
            filename=plain_name(file.name) or None,
            cid=f"<{file.content_id}>" if file.content_id else None,
        )
    return message.as_bytes()
