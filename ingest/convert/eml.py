"""Mails as files (.eml): what their headers and parts say, however badly they are declared.

The standard library divides the mail under its older policy, which gives headers as they are: the
newer one reads them itself, and fails on some that mail programs accept.
"""

import re
from datetime import datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from bs4.dammit import EncodingDetector

from ingest.convert.blocks import Conversion
from ingest.convert.mail import Mail, MailFile, conversion
from ingest.convert.wording import tidy
from ingest.sources import SourceFile
from kb.errors import SourceUnreadableError

_LOCKED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


def convert(source: SourceFile) -> Conversion:
    """Convert a mail. Raises SourceUnreadableError for an encrypted one."""
    message = message_from_bytes(source.data)
    if message.get_content_type() in _LOCKED:
        raise SourceUnreadableError(
            f"{source.name}: Die E-Mail ist verschlüsselt oder versiegelt (S/MIME, PGP). Bitte im "
            "E-Mail-Programm öffnen und unverschlüsselt oder als PDF speichern."
        )
    if not any(header(message, name) for name in ("From", "Subject", "Date")):
        raise SourceUnreadableError(
            f"{source.name}: Die Datei ist keine E-Mail oder beschädigt: Absender, Betreff und Datum "
            "fehlen. Bitte im E-Mail-Programm neu speichern."
        )
    reading = _Reading()
    reading.part(message)
    return conversion(
        Mail(
            subject=header(message, "Subject"),
            sender=header(message, "From"),
            recipients=header(message, "To"),
            copies=header(message, "Cc"),
            sent=_moment(header(message, "Date")),
            plain="\n\n".join(reading.plain),
            html="\n".join(reading.html),
            files=reading.files,
            warnings=tuple(reading.warnings),
        )
    )


def header(message: Message, name: str) -> str:
    """A header's text with its encoded words read; empty when there is none."""
    fields = message.raw_items()
    return _words(next((str(value) for key, value in fields if key.lower() == name.lower()), ""))


def _words(raw: str) -> str:
    """Encoded words as text; undeclared bytes are taken for UTF-8, else for Windows-1252."""
    line = _readable(re.sub(r"\r?\n[ \t]*", " ", raw).encode("utf-8", "surrogateescape"))
    try:
        parts = decode_header(line)
    except HeaderParseError:
        return tidy(line)
    return tidy("".join(_part_text(part, charset) for part, charset in parts)) or tidy(line)


def _part_text(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    if charset is None:  # what stands between encoded words
        return part.decode("raw-unicode-escape", "replace")
    try:
        return part.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return _readable(part)


def _readable(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


class _Reading:
    """Collects texts and files from the parts of a mail."""

    def __init__(self) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []
        self.files: list[MailFile] = []
        self.warnings: list[str] = []

    def part(self, part: Message) -> None:
        media_type = part.get_content_type()
        if media_type == "message/rfc822":
            self._mail(part)
        elif part.is_multipart():
            for child in _children(part):
                self.part(child)
        elif _is_text(part, media_type):
            (self.html if media_type == "text/html" else self.plain).append(_text(part))
        else:
            self._file(part, media_type)

    def _mail(self, part: Message) -> None:
        for inner in _children(part):
            subject = header(inner, "Subject") or "Nachricht"
            try:
                data = inner.as_bytes()
            except (UnicodeError, LookupError, ValueError):
                self.warnings.append(f"Die angehängte E-Mail „{subject}“ ist beschädigt.")
            else:
                self.files.append(MailFile(subject, "message/rfc822", data))

    def _file(self, part: Message, media_type: str) -> None:
        name = _file_name(part)
        if media_type == "application/ms-tnef" or name.lower() == "winmail.dat":
            self.warnings.append(
                "Die Anlagen stecken in einer Outlook-Datei (winmail.dat), die nicht gelesen wird; "
                "bitte die E-Mail in Outlook als .msg speichern."
            )
        elif data := _payload(part):
            content_id = header(part, "Content-ID").strip("<> ")
            self.files.append(MailFile(name, media_type, data, content_id))


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if part.is_multipart() else []


def _is_text(part: Message, media_type: str) -> bool:
    """A part to be read in the mail itself; so is one that claims to have parts and has none."""
    if part.get_content_disposition() == "attachment" or _file_name(part):
        return False
    return media_type in ("text/plain", "text/html") or media_type.startswith("multipart/")


def _file_name(part: Message) -> str:
    return _words(part.get_filename() or "")


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    """The text of a part: by the charset it declares, or the one its HTML declares."""
    data = _payload(part)
    charset = str(part.get_content_charset() or "")
    if not charset and part.get_content_type() == "text/html":
        charset = EncodingDetector.find_declared_encoding(data[:4096], is_html=True) or ""
    if charset in ("", "iso-8859-1", "us-ascii"):  # is often said of Windows-1252
        return _readable(data)
    try:
        return data.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return _readable(data)
