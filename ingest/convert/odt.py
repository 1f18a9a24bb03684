"""OpenDocument texts (.odt) to blocks."""

from ingest.convert.blocks import Conversion
from ingest.convert.odf_package import OFFICE, OdfPackage
from ingest.convert.odf_styles import Styles
from ingest.convert.odf_text import TextWalk
from ingest.sources import SourceFile


def convert(source: SourceFile) -> Conversion:
    """Convert an .odt file."""
    package = OdfPackage(source)
    content = package.part("content.xml")
    walk = TextWalk(Styles(package, content))
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    blocks = () if body is None else tuple(walk.container(body))
    return Conversion(blocks, package.properties())
