"""What a file really is: its content is looked at before its suffix is believed."""

import io
import re
import zipfile

import olefile  # type: ignore[import-untyped]

from ingest.convert.unpack import DAMAGED
from ingest.sources import SourceFile
from kb.errors import SourceUnreadableError

_OTHERS = {
    ".doc": ("ein altes Word-Dokument", "bitte als .docx oder PDF speichern"),
    ".dot": ("eine alte Word-Vorlage", "bitte als .docx oder PDF speichern"),
    ".pages": ("ein Pages-Dokument", "bitte als .docx oder PDF speichern"),
    ".numbers": ("eine Numbers-Tabelle", "bitte als .xlsx oder .csv speichern"),
    ".key": ("eine Keynote-Präsentation", "bitte als .pptx oder PDF speichern"),
    ".ppt": ("eine alte PowerPoint-Präsentation", "bitte als .pptx oder PDF speichern"),
    ".odg": ("eine OpenDocument-Zeichnung", "bitte als PDF speichern"),
    ".mbox": ("ein Postfach", "bitte die E-Mails einzeln als .eml speichern"),
    ".7z": ("ein Archiv", "bitte als .zip packen oder die Dateien einzeln ablegen"),
    ".rar": ("ein Archiv", "bitte als .zip packen oder die Dateien einzeln ablegen"),
    ".tar": ("ein Archiv", "bitte als .zip packen oder die Dateien einzeln ablegen"),
    ".gz": ("ein Archiv", "bitte als .zip packen oder die Dateien einzeln ablegen"),
    ".gif": ("ein Bild", "bitte als .png, .jpg oder PDF speichern"),
    ".bmp": ("ein Bild", "bitte als .png, .jpg oder PDF speichern"),
    ".webp": ("ein Bild", "bitte als .png, .jpg oder PDF speichern"),
    ".heic": ("ein Bild", "bitte als .png, .jpg oder PDF speichern"),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MAGIC = (
    (b"{\\rtf", ".rtf"),
    (b"\x89PNG\r\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"Rar!\x1a\x07", ".rar"),
    (b"\x1f\x8b\x08", ".gz"),
)
_OFFICE_PARTS = (
    ("word/", ".docx"),
    ("xl/workbook.bin", ".xlsb"),
    ("xl/", ".xlsx"),
    ("ppt/", ".pptx"),
)
_ZIP_TYPES = {
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.text-template": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.spreadsheet-template": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/vnd.oasis.opendocument.presentation-template": ".odp",
    "application/vnd.oasis.opendocument.graphics": ".odg",
}
#: suffixes whose files are archives inside; one that cannot be told apart is left to its converter
_ZIPPED = (".docx", ".xlsx", ".xlsb", ".pptx", ".odt", ".ods", ".odp")
_OLE_STREAMS = (
    ("WordDocument", ".doc"),
    ("Workbook", ".xls"),
    ("Book", ".xls"),
    ("PowerPoint Document", ".ppt"),
    ("__properties_version1.0", ".msg"),
)
_HTML_STARTS = (b"<!doctype html", b"<html")
_TEXT_SUFFIXES = (".html", ".htm", ".md", ".markdown")
_HEADER_LINE = re.compile(rb"([!-9;-~]+):|[ \t]")
#: only mail programs write these, a letter in a text file does not begin with them
_MAIL_HEADERS = (b"received", b"message-id", b"mime-version", b"return-path", b"delivered-to")


def actual_suffix(source: SourceFile) -> str:
    """The suffix that fits the content, or the file's own when the content does not tell."""
    data = source.data
    if data.startswith(_ZIP):
        return _zip_suffix(source) or source.suffix
    if data.startswith(_OLE):
        return _compound_suffix(source)
    for magic, suffix in _MAGIC:
        if data.startswith(magic):
            return suffix
    if b"%PDF-" in data[:1024]:  # readers allow for something in front
        return ".pdf"
    return _text_suffix(source)


def other_format(suffix: str) -> str:
    """A German sentence on a known format that is not supported; empty for an unknown one."""
    what, advice = _OTHERS.get(suffix, ("", ""))
    return f"Die Datei ist {what}; {advice}." if what else ""


def _zip_suffix(source: SourceFile) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                with archive.open("mimetype") as entry:
                    return _ZIP_TYPES.get(entry.read(100).decode("ascii", "replace").strip(), "")
    except (*DAMAGED, RuntimeError):
        return ""
    if "[Content_Types].xml" in names:
        for part, suffix in _OFFICE_PARTS:
            if any(name.startswith(part) for name in names):
                return suffix
    if any(name.endswith(".iwa") for name in names):
        return source.suffix if source.suffix in _OTHERS else ".pages"
    return source.suffix if source.suffix in _ZIPPED else ".zip"


def _compound_suffix(source: SourceFile) -> str:
    """Office before 2007, Outlook, and today's files with a password share one container."""
    try:
        with olefile.OleFileIO(io.BytesIO(source.data)) as ole:
            for stream, suffix in _OLE_STREAMS:
                if ole.exists(stream):
                    return suffix
    except Exception:  # olefile lets all kinds out for a damaged file; the suffix decides then
        pass
    if source.suffix not in _ZIPPED:
        return source.suffix if source.suffix in (*_OTHERS, ".xls", ".msg") else ".doc"
    raise SourceUnreadableError(
        f"{source.name}: Die Datei ist mit einem Kennwort geschützt oder in einem alten "
        f"Office-Format gespeichert. Bitte ohne Kennwort als {source.suffix} speichern und noch "
        "einmal ablegen."
    )


def _text_suffix(source: SourceFile) -> str:
    start = source.data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if source.suffix not in _TEXT_SUFFIXES and start.lower().startswith(_HTML_STARTS):
        return ".html"
    if source.suffix != ".eml" and _is_mail(source.data):
        return ".eml"
    if source.suffix == ".xls" and b"\0" not in start:  # programs export lists under this name
        return ".csv"
    return source.suffix


def _is_mail(data: bytes) -> bool:
    """Whether the file begins with a mail's headers."""
    names = set()
    for line in data[:16_384].splitlines():
        found = _HEADER_LINE.match(line)
        if not found:
            break
        names.add((found[1] or b"").lower())
    return b"from" in names and any(name in names for name in _MAIL_HEADERS)
