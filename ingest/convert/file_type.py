"""What a file really is: its content is looked at before its suffix is believed."""

import io
import zipfile

from ingest.sources import SourceFile
from kb.errors import SourceUnreadableError

_OTHERS = {
    ".doc": ("ein altes Word-Dokument", "bitte als .docx oder PDF speichern"),
    ".dot": ("eine alte Word-Vorlage", "bitte als .docx oder PDF speichern"),
    ".odt": ("ein OpenDocument-Text", "bitte als .docx oder PDF speichern"),
    ".rtf": ("ein RTF-Text", "bitte als .docx oder PDF speichern"),
    ".pages": ("ein Pages-Dokument", "bitte als .docx oder PDF speichern"),
    ".xls": ("eine alte Excel-Mappe", "bitte als .xlsx oder .csv speichern"),
    ".xlsb": ("eine binäre Excel-Mappe", "bitte als .xlsx oder .csv speichern"),
    ".ods": ("eine OpenDocument-Tabelle", "bitte als .xlsx oder .csv speichern"),
    ".ppt": ("eine alte PowerPoint-Präsentation", "bitte als PDF speichern"),
    ".pptx": ("eine PowerPoint-Präsentation", "bitte als PDF speichern"),
    ".odp": ("eine OpenDocument-Präsentation", "bitte als PDF speichern"),
    ".msg": ("eine Outlook-Nachricht", "bitte als PDF oder .txt speichern"),
    ".eml": ("eine E-Mail", "bitte als PDF oder .txt speichern"),
    ".zip": ("ein Archiv", "bitte entpacken und die Dateien einzeln ablegen"),
    ".gif": ("ein Bild", "bitte als .png, .jpg oder PDF speichern"),
    ".bmp": ("ein Bild", "bitte als .png, .jpg oder PDF speichern"),
    ".webp": ("ein Bild", "bitte als .png, .jpg oder PDF speichern"),
    ".heic": ("ein Bild", "bitte als .png, .jpg oder PDF speichern"),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"{\\rtf", ".rtf"),
    (b"\x89PNG\r\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
)
_ZIP_FOLDERS = (("word/", ".docx"), ("xl/", ".xlsx"), ("ppt/", ".pptx"))
_ZIP_TYPES = {
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
}
_HTML_STARTS = (b"<!doctype html", b"<html")
_TEXT_SUFFIXES = (".html", ".htm", ".md", ".markdown")


def actual_suffix(source: SourceFile) -> str:
    """The suffix that fits the content, or the file's own when the content does not tell."""
    data = source.data
    if b"%PDF-" in data[:1024]:
        return ".pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_suffix(data) or source.suffix
    if data.startswith(_OLE):
        return _old_office_suffix(source)
    for magic, suffix in _MAGIC:
        if data.startswith(magic):
            return suffix
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if source.suffix not in _TEXT_SUFFIXES and start.startswith(_HTML_STARTS):
        return ".html"
    return source.suffix


def other_format(suffix: str) -> str:
    """A German sentence on a known format that is not supported; empty for an unknown one."""
    what, advice = _OTHERS.get(suffix, ("", ""))
    return f"Die Datei ist {what}; {advice}." if what else ""


def _zip_suffix(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                with archive.open("mimetype") as entry:
                    return _ZIP_TYPES.get(entry.read(100).decode("ascii", "replace").strip(), "")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return ""
    for folder, suffix in _ZIP_FOLDERS:
        if any(name.startswith(folder) for name in names):
            return suffix
    return ".zip"


def _old_office_suffix(source: SourceFile) -> str:
    """Word and Excel before 2007, and today's files with a password, share one container."""
    if source.suffix not in (".docx", ".xlsx"):
        return source.suffix if source.suffix in _OTHERS else ".doc"
    raise SourceUnreadableError(
        f"{source.name}: Die Datei ist mit einem Kennwort geschützt oder in einem alten "
        f"Office-Format gespeichert. Bitte ohne Kennwort als {source.suffix} speichern und noch "
        "einmal ablegen."
    )
