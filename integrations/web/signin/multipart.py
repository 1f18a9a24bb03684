"""The first field of a form that carries files (RFC 7578), read before anything of the files is."""

import re

_BOUNDARY = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70})"?', re.IGNORECASE)


def first_field(begin: bytes, content_type: str, name: str) -> str:
    """Its value if it is the field of this name, else the empty string.

    `begin` are the first bytes of the body; the field has to end within them.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        return ""
    delimiter = b"--" + found[1].encode("ascii")
    opening, _, part = begin.partition(delimiter + b"\r\n")
    head, separator, rest = part.partition(b"\r\n\r\n")
    value, end, _ = rest.partition(b"\r\n" + delimiter)
    named = f'form-data; name="{name}"'.encode()
    lines = head.split(b"\r\n")
    if opening or not separator or not end or len(lines) != 1:
        return ""
    header, _, disposition = lines[0].partition(b":")
    is_field = header.lower() == b"content-disposition" and disposition.strip() == named
    return value.decode("utf-8", "replace") if is_field else ""
