"""Bytes to text: byte order mark, UTF-8, UTF-16 without mark, then Windows-1252 and the like."""

from charset_normalizer import from_bytes

from kb.errors import SourceUnreadableError

_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
#: the code pages German offices have produced; a wider choice makes short texts ambiguous
_LEGACY = ["cp1252", "iso8859_15", "cp850", "mac_roman"]
_SAMPLE = 64 * 1024


def decode(data: bytes, name: str) -> str:
    """The text of `data`. Raises SourceUnreadableError when it is no text at all."""
    text = _decoded(data)
    sample = text[:_SAMPLE]
    odd = sum(1 for char in sample if char < " " and char not in "\t\n\r\f\v\0")
    odd += sample.count("\ufffd")
    if odd > 0.05 * len(sample) or sample.count("\0") > 0.2 * len(sample):
        raise SourceUnreadableError(
            f"{name}: Die Datei enthält keinen lesbaren Text. Bitte prüfen, ob die Endung zum "
            "Inhalt passt, und die Datei als Text (UTF-8), .docx oder PDF speichern."
        )
    return text


def has_mark(data: bytes) -> bool:
    """Whether the bytes begin with a byte order mark."""
    return data.startswith(tuple(mark for mark, _ in _BOMS))


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if wide := _utf16_without_mark(data):
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4:  # only the last character is cut off
            return data.decode("utf-8", errors="ignore")
    best = from_bytes(data[:_SAMPLE], cp_isolation=_LEGACY).best()
    return data.decode(best.encoding if best else "cp1252", errors="replace")


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:2000]
    half = len(sample) // 2
    if sample[1::2].count(0) > 0.6 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.6 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None
