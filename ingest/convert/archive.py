"""ZIP archives: every file within becomes an attachment; folders stay in its name."""

import io
import re
import stat
import unicodedata
import zipfile

from ingest.convert.advance import advance
from ingest.convert.blocks import Attachment, Conversion
from ingest.convert.file_names import Names
from ingest.convert.unpack import DAMAGED, MAX_ENTRIES, Unpacking
from ingest.sources import SourceFile, is_left_out
from kb.errors import EmptySourceError, SourceTooLargeError, SourceUnreadableError

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")


def convert(source: SourceFile) -> Conversion:
    """The archive's files as attachments; what was refused is named in the warnings.

    Raises SourceTooLargeError at a limit of `unpack`, EmptySourceError when no file is left.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
    except DAMAGED as error:
        raise SourceUnreadableError(
            f"{source.name}: Das Archiv ist beschädigt oder unvollständig. Bitte neu packen oder "
            "die Dateien einzeln ablegen."
        ) from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        raise SourceTooLargeError(
            f"{source.name}: Das Archiv enthält {len(entries)} Dateien, erlaubt sind "
            f"{MAX_ENTRIES}. Bitte auf mehrere Archive aufteilen."
        )
    attachments, warnings = _unpacked(entries, Unpacking(source, archive))
    if not attachments:
        reasons = " ".join(warnings) or "Es ist leer oder enthält nur verborgene Dateien."
        raise EmptySourceError(
            f"{source.name}: Aus dem Archiv lässt sich keine Datei übernehmen. {reasons}"
        )
    return Conversion((), warnings=tuple(warnings), attachments=tuple(attachments))


def _unpacked(
    entries: list[zipfile.ZipInfo], unpacking: Unpacking
) -> tuple[list[Attachment], list[str]]:
    attachments: list[Attachment] = []
    warnings: list[str] = []
    names = Names()
    for done, entry in enumerate(entries, start=1):
        name = _name(entry)
        parts = name.split("/")
        if ".." not in parts and any(is_left_out(part) for part in parts):
            continue
        if reason := _refusal(entry, name):
            warnings.append(f"„{_shown(name)}“ im Archiv wurde nicht übernommen: {reason}.")
            continue
        try:
            data = b"".join(unpacking.pieces(entry))
        except (*DAMAGED, RuntimeError):
            warnings.append(
                f"„{_shown(name)}“ im Archiv ist beschädigt und wurde nicht übernommen."
            )
        else:
            attachments.append(Attachment(names.distinct(name), data))
        advance(done, len(entries))
    return attachments, warnings


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name. Old programs wrote code page 437, those on a Mac UTF-8 without saying so."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8_FLAG:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = entry.orig_filename
    return unicodedata.normalize("NFC", name).removeprefix("./")


def _refusal(entry: zipfile.ZipInfo, name: str) -> str:
    """Why an entry is not unpacked; empty when it is."""
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return "die Datei ist mit einem Kennwort geschützt"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "es ist nur ein Verweis auf eine andere Datei"
    climbs = any(part in ("", ".", "..") for part in name.split("/"))
    odd = "\\" in name or not name.isprintable() or _DRIVE.match(name)
    if climbs or odd:
        return "der Name ist kein gewöhnlicher Pfad innerhalb des Archivs"
    return ""


def _shown(name: str) -> str:
    """The name as it can be printed: at most 120 characters, control characters as `?`."""
    return "".join(char if char.isprintable() else "?" for char in name)[:120]
