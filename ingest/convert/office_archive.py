"""The zip archive behind .docx and .xlsx: whole, and not a bomb."""

import io
import zipfile

from ingest.sources import SourceFile
from kb.errors import SourceTooLargeError, SourceUnreadableError

_MAX_UNPACKED = 1024**3


def open_archive(source: SourceFile) -> zipfile.ZipFile:
    """The file's archive. Raises SourceUnreadableError or SourceTooLargeError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
        unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceUnreadableError(
            f"{source.name}: Die Datei ist beschädigt oder keine {source.suffix}-Datei. Bitte im "
            "ursprünglichen Programm öffnen, neu speichern und noch einmal ablegen."
        ) from error
    if unpacked > _MAX_UNPACKED:
        raise SourceTooLargeError(
            f"{source.name}: Die Datei ist entpackt {unpacked / 1024**2:.0f} MB groß, erlaubt sind "
            f"{_MAX_UNPACKED / 1024**2:.0f} MB. Bitte aufteilen und erneut ablegen."
        )
    return archive
