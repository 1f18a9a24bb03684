"""Zip archives read in pieces: real bytes are counted, what the archive's headers promise is not
believed. A bomb ends with an error while it is being unpacked, long before memory does.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator

from ingest.sources import SourceFile
from kb.errors import SourceTooLargeError

#: bytes that all entries of an archive may have together
MAX_UNPACKED = 512 * 1024**2
#: files in an archive of documents
MAX_ENTRIES = 2_000
#: unpacked to packed bytes of one entry, for entries over RATIO_FROM bytes; deflate reaches 1,032
MAX_RATIO = 200
RATIO_FROM = 10 * 1024**2
_PIECE = 1024**2

#: what Python's zipfile raises for a damaged entry
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    NotImplementedError,
)


class Unpacking:
    """Reads the entries of one archive and keeps count of all that came out of it."""

    def __init__(self, source: SourceFile, archive: zipfile.ZipFile) -> None:
        self._name = source.name
        self._archive = archive
        self._unpacked = 0

    def pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The entry's bytes, piece by piece.

        Raises SourceTooLargeError at a limit, one of DAMAGED for a broken entry (a size or checksum
        that does not fit included), RuntimeError for one with a password.
        """
        size = 0
        with self._archive.open(entry) as stream:
            while piece := stream.read(_PIECE):
                size += len(piece)
                self._unpacked += len(piece)
                self._check(entry, size)
                yield piece

    def _check(self, entry: zipfile.ZipInfo, size: int) -> None:
        if size > RATIO_FROM and size > MAX_RATIO * max(entry.compress_size, 1):
            raise SourceTooLargeError(
                f"{self._name}: „{entry.filename}“ ist darin auf weniger als ein {MAX_RATIO}stel "
                "gepackt. So etwas kommt bei Dokumenten nicht vor und kann den Rechner lahmlegen; "
                "die Datei wird nicht gelesen. Bitte den Inhalt einzeln ablegen."
            )
        if self._unpacked > MAX_UNPACKED:
            raise SourceTooLargeError(
                f"{self._name}: Die Datei ist entpackt größer als {MAX_UNPACKED // 1024**2} MB. "
                "Bitte aufteilen und erneut ablegen."
            )
