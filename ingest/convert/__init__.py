"""Files to blocks: picks the converter by what the file is, and lets no foreign exception out."""

from collections.abc import Callable
from importlib import import_module

from ingest.convert.blocks import Conversion
from ingest.convert.file_type import actual_suffix, other_format
from ingest.sources import SourceFile
from kb.errors import (
    AuskunftError,
    EmptySourceError,
    SourceUnreadableError,
    UnsupportedFormatError,
)

#: raised whenever a converter gives other blocks for the same bytes
FORMATS_VERSION = 3

#: the module of each format; read when the first file of it comes, some take a while
_CONVERTERS: dict[str, str] = {
    ".csv": "table",
    ".docx": "docx",
    ".eml": "eml",
    ".htm": "html",
    ".html": "html",
    ".jpeg": "image",
    ".jpg": "image",
    ".markdown": "markdown",
    ".md": "markdown",
    ".msg": "outlook",
    ".odp": "odp",
    ".ods": "ods",
    ".odt": "odt",
    ".pdf": "pdf",
    ".png": "image",
    ".pptx": "slides",
    ".rtf": "rtf",
    ".tif": "image",
    ".tiff": "image",
    ".txt": "text",
    ".xls": "xls",
    ".xlsb": "xlsb",
    ".xlsx": "xlsx",
    ".zip": "archive",
}
SUPPORTED_SUFFIXES = tuple(_CONVERTERS)
#: formats that may hold other files
CONTAINERS = frozenset((".eml", ".msg", ".zip"))

_SUPPORTED = (
    "PDF, .docx, .odt, .rtf, .txt, .md, .html, .xlsx, .xlsb, .xls, .ods, .csv, .pptx, .odp, .eml, "
    ".msg, .zip sowie Bilder (.png, .jpg, .tif)"
)


def convert(source: SourceFile) -> Conversion:
    """Convert a file to blocks. Raises only SourceErrors; each says in German what to do."""
    converter = _converter(_format(source))
    try:
        conversion = converter(source)
    except AuskunftError:
        raise
    except Exception as error:
        raise SourceUnreadableError(
            f"{source.name}: Die Datei ist beschädigt oder ungewöhnlich aufgebaut und lässt sich "
            f"nicht lesen ({type(error).__name__}). Bitte im ursprünglichen Programm öffnen, neu "
            "speichern und noch einmal ablegen."
        ) from error
    if not conversion.blocks and not conversion.attachments:
        raise EmptySourceError(
            f"{source.name}: Die Datei enthält keinen Text. Bitte prüfen, ob es die richtige Datei "
            "ist, und sie mit Inhalt erneut ablegen."
        )
    return conversion


def _converter(suffix: str) -> Callable[[SourceFile], Conversion]:
    module = import_module(f"ingest.convert.{_CONVERTERS[suffix]}")
    converter: Callable[[SourceFile], Conversion] = module.convert
    return converter


def holds_files(source: SourceFile) -> bool:
    """Whether a file may hold others, by its content and its name; raises SourceError."""
    return actual_suffix(source) in CONTAINERS


def _format(source: SourceFile) -> str:
    """The suffix whose converter fits. The content decides when it contradicts the suffix."""
    found = actual_suffix(source)
    if found in _CONVERTERS:
        return found
    reason = other_format(found) or (
        f"Das Format „{source.suffix}“ wird nicht unterstützt."
        if source.suffix
        else "Die Datei hat keine Endung, und ihr Inhalt verrät das Format nicht."
    )
    raise UnsupportedFormatError(f"{source.name}: {reason} Unterstützt werden {_SUPPORTED}.")
