"""OpenDocument files, written by hand as LibreOffice would."""

import io
import zipfile

_PREFIXES = ("office", "style", "text", "table", "drawing:draw", "presentation", "meta")
_NAMESPACES = " ".join(
    f'xmlns:{entry.rpartition(":")[2]}="urn:oasis:names:tc:opendocument:xmlns:{entry.partition(":")[0]}:1.0"'
    for entry in _PREFIXES
)
NAMESPACES = (
    f"{_NAMESPACES} "
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def odf(
    kind: str,
    body: str,
    *,
    automatic: str = "",
    styles: str = "",
    meta: str = "",
    manifest: str = "",
) -> bytes:
    """A file of this kind (text, spreadsheet, presentation) with a body and styles."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "content.xml",
            f"<office:document-content {NAMESPACES}><office:automatic-styles>{automatic}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml", f"<office:document-styles {NAMESPACES}>{styles}</office:document-styles>"
        )
        archive.writestr(
            "meta.xml",
            f"<office:document-meta {NAMESPACES}><office:meta>{meta}</office:meta>"
            "</office:document-meta>",
        )
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return stream.getvalue()
