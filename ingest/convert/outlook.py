"""Outlook messages (.msg): a compound file whose streams are the message's properties.

Read with olefile alone: a message inside a message is a folder in there with the same streams. A
body that Outlook kept only as RTF is read as text.
"""

import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.utils import parsedate_to_datetime

import olefile  # type: ignore[import-untyped]
from compressed_rtf import decompress  # type: ignore[import-untyped]

from ingest.convert.blocks import Conversion
from ingest.convert.mail import Mail, MailFile, as_eml, conversion
from ingest.convert.rtf_reader import rtf_text
from ingest.sources import SourceFile

#: properties by their number, see [MS-OXPROPS]
_SUBJECT = 0x0037
_SENT = 0x0039
_HEADERS = 0x007D
_SENDER_NAME = 0x0C1A
_SENDER_ADDRESS = 0x0C1F
_SENDER_SMTP = 0x5D01
_COPIES = 0x0E03
_RECIPIENTS = 0x0E04
_BODY = 0x1000
_RTF_BODY = 0x1009
_HTML_BODY = 0x1013
_FILE_DATA = 0x3701
_FILE_NAME = 0x3704
_FILE_LONG_NAME = 0x3707
_FILE_TYPE = 0x370E
_FILE_CONTENT_ID = 0x3712
_INTERNET_CODE_PAGE = 0x3FDE
_CODE_PAGE = 0x3FFD

_UNICODE, _STRING8, _BINARY, _FOLDER = "001F", "001E", "0102", "000D"
_MAX_DEPTH = 8
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def convert(source: SourceFile) -> Conversion:
    """Convert an Outlook message."""
    # not the bytes themselves: olefile takes less than 1,536 of them for a path and opens it
    with olefile.OleFileIO(io.BytesIO(source.data)) as ole:
        return conversion(_mail(_Folder(ole, (), header_size=32), depth=1))


class _Folder:
    """The properties of a message or attachment: streams named by number and type of the property."""

    def __init__(self, ole: olefile.OleFileIO, path: tuple[str, ...], header_size: int) -> None:
        self._ole = ole
        self._path = path
        self._fixed = dict(_fixed_properties(self._stream("__properties_version1.0")[header_size:]))

    def folder(self, name: str, header_size: int) -> "_Folder":
        return _Folder(self._ole, (*self._path, name), header_size)

    def names(self) -> list[str]:
        """What lies directly in this folder."""
        depth = len(self._path)
        entries = self._ole.listdir(streams=True, storages=True)
        return [entry[depth] for entry in entries if tuple(entry[:-1]) == self._path]

    def data(self, number: int) -> bytes:
        return self._stream(f"__substg1.0_{number:04X}{_BINARY}")

    def text(self, number: int) -> str:
        """A text property; those of old messages are in the code page that the message names."""
        if wide := self._stream(f"__substg1.0_{number:04X}{_UNICODE}"):
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._stream(f"__substg1.0_{number:04X}{_STRING8}")
        return self.decoded(narrow, _CODE_PAGE).rstrip("\0")

    def decoded(self, data: bytes, code_page: int) -> str:
        number = self._fixed.get(code_page, 1252) & 0xFFFFFFFF
        try:
            return data.decode("utf-8" if number == 65001 else f"cp{number}")
        except (LookupError, UnicodeDecodeError):
            return data.decode("cp1252", "replace")

    def moment(self, number: int) -> datetime | None:
        """A point of time, stored as steps of 100 ns since 1601, in UTC."""
        steps = self._fixed.get(number, 0)
        try:
            return _EPOCH + timedelta(microseconds=steps // 10) if steps else None
        except OverflowError:
            return None

    def _stream(self, name: str) -> bytes:
        path = [*self._path, name]
        if not self._ole.exists(path) or self._ole.get_type(path) != olefile.STGTY_STREAM:
            return b""
        with self._ole.openstream(path) as stream:
            return bytes(stream.read())


def _fixed_properties(data: bytes) -> Iterator[tuple[int, int]]:
    """Number and value of the properties of at most eight bytes."""
    for start in range(0, len(data) - 15, 16):
        _, number, _, value = struct.unpack_from("<HHIQ", data, start)
        yield number, value


def _mail(folder: _Folder, depth: int) -> Mail:
    headers = message_from_string(folder.text(_HEADERS))
    warnings: list[str] = []
    markup = folder.decoded(folder.data(_HTML_BODY), _INTERNET_CODE_PAGE) or folder.text(_HTML_BODY)
    plain = folder.text(_BODY)
    if not plain.strip() and not markup.strip():
        plain = _rtf_body(folder.data(_RTF_BODY), warnings)
    return Mail(
        subject=folder.text(_SUBJECT),
        sender=_sender(folder),
        recipients=folder.text(_RECIPIENTS),
        copies=folder.text(_COPIES),
        sent=_sent(headers.get("Date", "")) or folder.moment(_SENT),
        plain=plain,
        html=markup,
        files=list(_files(folder, depth)),
        warnings=tuple(warnings),
    )


def _sender(folder: _Folder) -> str:
    name = folder.text(_SENDER_NAME).strip()
    addresses = (folder.text(_SENDER_SMTP), folder.text(_SENDER_ADDRESS))
    address = next((text for text in addresses if "@" in text), "")  # else a path in Exchange
    return f"{name} <{address}>" if name and address and name != address else name or address


def _sent(header: str) -> datetime | None:
    """The moment in the sender's own time zone, which only the header knows."""
    try:
        return parsedate_to_datetime(header)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _rtf_body(data: bytes, warnings: list[str]) -> str:
    if not data:
        return ""
    try:
        return rtf_text(decompress(data))
    except Exception:  # the package raises bare Exceptions for a damaged body
        warnings.append("Der Text der Nachricht ist beschädigt und wurde nicht übernommen.")
        return ""


def _files(folder: _Folder, depth: int) -> Iterator[MailFile]:
    for name in folder.names():
        if not name.startswith("__attach_version1.0_"):
            continue
        entry = folder.folder(name, header_size=8)
        inner = f"__substg1.0_{_FILE_DATA:04X}{_FOLDER}"
        file_name = entry.text(_FILE_LONG_NAME) or entry.text(_FILE_NAME)
        if inner in entry.names() and depth < _MAX_DEPTH:
            mail = _mail(entry.folder(inner, header_size=24), depth + 1)
            yield MailFile(mail.subject or "Nachricht", "message/rfc822", as_eml(mail))
        elif data := entry.data(_FILE_DATA):
            media_type = entry.text(_FILE_TYPE) or "application/octet-stream"
            yield MailFile(file_name, media_type, data, entry.text(_FILE_CONTENT_ID))
