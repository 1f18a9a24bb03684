"""What a transfer says of a text's encoding (`Content-Type: text/html; charset=windows-1252`).

It is lost with the transfer, but a document is read again from its kept original. So the text is put
into UTF-8 with a byte order mark: the strongest statement there is (BOM, HTTP, meta element; HTML
standard, „determining the character encoding“), and the original says itself how to read it.
"""

import codecs
import re

_TEXT = re.compile(r"\s*(?:text/|application/(?:xhtml\+xml|xml)\b)", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_USUAL = re.compile(r"utf-8|utf-16(?:-[bl]e)?|cp12\d\d|cp866|iso8859-\d+|koi8-[ru]|mac-roman")
#: what servers call Latin-1 or ASCII is Windows-1252, as browsers have it
_WINDOWS = ("iso8859-1", "ascii")
#: a text in UTF-8 needs a mark only where it names another encoding itself
_NAMES_ANOTHER = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?(?!utf-?8)[\w-]{3}", re.IGNORECASE)
_HEAD = 4_096
#: other files that a server calls text
_OTHER_FILE = (b"%PDF", b"{\\rtf")
_CONTROLS = re.compile(rb"[\x00-\x08]")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def self_describing(data: bytes, content_type: str) -> bytes:
    """A text's bytes, put into UTF-8 with a mark where `content_type` says how to read them.

    Other files, texts with a mark, plain ASCII and bytes that are not what it says stay as they are.
    """
    encoding = _encoding(content_type)
    if not encoding or data.startswith(_MARKS):
        return data
    wide = "16" in encoding
    if wide is not (b"\0" in data) or (not wide and (data.isascii() or _is_no_text(data))):
        return data
    if encoding == "utf-8" and not _NAMES_ANOTHER.search(data[:_HEAD]):
        return data
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return data
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def _is_no_text(data: bytes) -> bool:
    return data.startswith(_OTHER_FILE) or bool(_CONTROLS.search(data))


def _encoding(content_type: str) -> str:
    """Python's name of the encoding; empty for what is no text or names none that is in use."""
    named = _CHARSET.search(content_type) if _TEXT.match(content_type) else None
    try:
        name = codecs.lookup(named[1]).name if named else ""
    except LookupError:
        return ""
    name = "cp1252" if name in _WINDOWS else name
    return name if _USUAL.fullmatch(name) else ""
