"""The zip archive behind office files: whole, not a bomb, and without XML that builds itself.

All of it is unpacked once and thrown away, because the libraries that read these files believe the
sizes in the archive's headers. Entity declarations are refused: no office program writes them, and
they are how XML reads other files or grows without end.
"""

import io
import zipfile
from collections.abc import Iterable

from ingest.convert.unpack import DAMAGED, Unpacking
from ingest.sources import SourceFile
from kb.errors import SourceTooLargeError, SourceUnreadableError

_MAX_PARTS = 20_000
_XML_SUFFIXES = (".xml", ".rels", ".vml")
#: as UTF-8 and the like, and as UTF-16 of either byte order
_ENTITY = (b"<!ENTITY", "<!ENTITY".encode("utf-16-le"), "<!ENTITY".encode("utf-16-be"))
_OVERLAP = max(map(len, _ENTITY)) - 1


def open_archive(source: SourceFile) -> zipfile.ZipFile:
    """The file's archive. Raises SourceUnreadableError or SourceTooLargeError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
        _check_parts(source, archive)
    except RuntimeError as error:  # what zipfile says of a password
        raise SourceUnreadableError(
            f"{source.name}: Die Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort "
            "speichern und noch einmal ablegen."
        ) from error
    except DAMAGED as error:
        raise SourceUnreadableError(
            f"{source.name}: Die Datei ist beschädigt oder keine {source.suffix}-Datei. Bitte im "
            "ursprünglichen Programm öffnen, neu speichern und noch einmal ablegen."
        ) from error
    return archive


def _check_parts(source: SourceFile, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > _MAX_PARTS:
        raise SourceTooLargeError(
            f"{source.name}: Die Datei besteht aus {len(entries)} Teilen, erlaubt sind "
            f"{_MAX_PARTS}. Bitte aufteilen und erneut ablegen."
        )
    unpacking = Unpacking(source, archive)
    for entry in entries:
        is_xml = entry.filename.lower().endswith(_XML_SUFFIXES)
        if _declares_entities(unpacking.pieces(entry)) and is_xml:
            raise SourceUnreadableError(
                f"{source.name}: Die Datei enthält in „{entry.filename}“ Anweisungen, die kein "
                "Office-Programm schreibt (XML-Entitäten), und wird nicht gelesen. Bitte den "
                "Inhalt in ein neues Dokument übernehmen und dieses ablegen."
            )


def _declares_entities(pieces: Iterable[bytes]) -> bool:
    """Whether an entity is declared in there; reads all pieces in any case."""
    found = False
    end = b""
    for piece in pieces:
        window = end + piece
        found = found or any(mark in window for mark in _ENTITY)
        end = window[-_OVERLAP:]
    return found
