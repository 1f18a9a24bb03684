"""OpenDocument files (.odt, .odp, .ods): an archive of XML parts, and what it says about itself."""

from typing import IO, Any

from lxml import etree  # type: ignore[import-untyped]

from ingest.convert.blocks import CREATED
from ingest.convert.office_archive import open_archive
from ingest.convert.properties import iso_date
from ingest.convert.wording import tidy
from ingest.sources import SourceFile
from kb.errors import SourceUnreadableError

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
OFFICE = f"{{{_NAMESPACE}:office:1.0}}"
STYLE = f"{{{_NAMESPACE}:style:1.0}}"
TEXT = f"{{{_NAMESPACE}:text:1.0}}"
TABLE = f"{{{_NAMESPACE}:table:1.0}}"
DRAW = f"{{{_NAMESPACE}:drawing:1.0}}"
PRESENTATION = f"{{{_NAMESPACE}:presentation:1.0}}"
FO = f"{{{_NAMESPACE}:xsl-fo-compatible:1.0}}"
SVG = f"{{{_NAMESPACE}:svg-compatible:1.0}}"
META = f"{{{_NAMESPACE}:meta:1.0}}"
DC = "{http://purl.org/dc/elements/1.1/}"
XML = "{http://www.w3.org/XML/1998/namespace}"


class OdfPackage:
    """One OpenDocument file. Raises SourceUnreadableError or SourceTooLargeError."""

    def __init__(self, source: SourceFile) -> None:
        self._archive = open_archive(source)
        if "META-INF/manifest.xml" in self._archive.namelist():
            manifest = self._archive.read("META-INF/manifest.xml")
            if b"encryption-data" in manifest or b"encrypted-package" in manifest:
                raise SourceUnreadableError(
                    f"{source.name}: Die Datei ist mit einem Kennwort geschützt. Bitte ohne "
                    "Kennwort speichern und noch einmal ablegen."
                )

    def part(self, name: str) -> Any:
        """The root element of an XML part; an empty element when there is no such part."""
        try:
            return etree.fromstring(self._archive.read(name), _parser())
        except KeyError:
            return etree.Element("empty")

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream, for those too large for a tree. Raises KeyError."""
        return self._archive.open(name)

    def properties(self) -> dict[str, str]:
        """Title, language and the day on which it was begun, as far as the file tells.

        The day of the last change (`dc:date`) is none of the document's: saving it again moves it.
        """
        meta = self.part("meta.xml")
        found = {
            "title": _value(meta, f"{DC}title"),
            "language": _value(meta, f"{DC}language").partition("-")[0].lower(),
            CREATED: iso_date(_value(meta, f"{META}creation-date")) or "",
        }
        return {key: value for key, value in found.items() if value}


def _parser() -> etree.XMLParser:
    """A parser that neither resolves entities nor loads anything; lxml's limits stay in force."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _value(meta: Any, tag: str) -> str:
    element = next(meta.iter(tag), None)
    return "" if element is None else tidy(element.text or "")
