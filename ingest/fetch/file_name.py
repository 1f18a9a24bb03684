"""A file name for what came from the web, out of Content-Disposition or the address.

The name is shown, cited and gives the suffix that chooses a converter; it never becomes a path. All
the same nothing in it may look like one, hide its end, or be longer than file systems take.
"""

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import unquote

import httpx

from ingest.fetch.address import WebAddress

_LONGEST_BYTES = 180
_LONGEST_HEADER = 4_000
_PARAMETER = re.compile(r';\s*([\w*]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_FORBIDDEN = re.compile(r'[<>:"|?*\\/\0-\x1f\x7f]+')
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: content type → suffixes that fit it, the first is added where none does
_SUFFIXES = {
    "text/html": (".html", ".htm"),
    "application/xhtml+xml": (".html", ".htm"),
    "application/pdf": (".pdf",),
    "application/x-pdf": (".pdf",),
    f"{_OFFICE}wordprocessingml.document": (".docx",),
    f"{_OFFICE}spreadsheetml.sheet": (".xlsx",),
    f"{_OFFICE}presentationml.presentation": (".pptx",),
    "application/msword": (".doc", ".dot", ".rtf", ".docx"),
    "application/vnd.ms-excel": (".xls", ".xlsx", ".csv"),
    "application/vnd.ms-powerpoint": (".ppt",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/rtf": (".rtf",),
    "text/rtf": (".rtf",),
    "text/csv": (".csv",),
    "text/markdown": (".md", ".markdown"),
    "application/zip": (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods"),
}
_KNOWN = frozenset(suffix for suffixes in _SUFFIXES.values() for suffix in suffixes) | {".txt"}
#: a program on the server that made the content, not the content's own kind
_PROGRAMS = frozenset(
    {".php", ".asp", ".aspx", ".ashx", ".jsp", ".jspx", ".do", ".cfm", ".cgi", ".pl", ".shtml"}
)


def file_name(address: WebAddress, disposition: str, content_type: str) -> str:
    """`disposition` and `content_type` as the headers have them; either may be empty."""
    given = _clean(_named(disposition[:_LONGEST_HEADER])) or _clean(_last_of(address.path))
    name = given or _clean(httpx.URL(str(address)).host.replace(":", "-"))
    kind = content_type.partition(";")[0].strip().lower()
    suffix = PurePosixPath(given).suffix.lower()
    return _shortened(*_with_suffix(name, suffix, kind))


def _with_suffix(name: str, suffix: str, kind: str) -> tuple[str, str]:
    """The name as stem and suffix, the latter such that it fits the content type."""
    stem = name[: len(name) - len(suffix)]
    fitting = _SUFFIXES.get(kind, ())
    if suffix in fitting or (not fitting and suffix in _KNOWN):
        return stem, name[len(stem) :]
    wanted = fitting[0] if fitting else ".txt" if kind == "text/plain" else ""
    if suffix in _PROGRAMS:
        return stem, wanted
    return name, wanted


def _named(disposition: str) -> str:
    """The name in Content-Disposition: `filename*` (RFC 8187) before `filename`."""
    found = {name.lower(): value.strip() for name, value in _PARAMETER.findall(f";{disposition}")}
    charset, mark, rest = found.get("filename*", "").strip('"').partition("'")
    if mark:
        value = rest.partition("'")[2]
        encoding = "latin-1" if charset.strip().lower() == "iso-8859-1" else "utf-8"
        return unquote(value, encoding, "replace")
    value = found.get("filename", "")
    if value.startswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))
    return unquote(value)


def _last_of(path: str) -> str:
    """The last part of a path that says anything: `/service/foerderung/` is `foerderung`."""
    parts = [part for part in path.split("/") if part]
    return unquote(parts[-1], "utf-8", "replace") if parts else ""


def _clean(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    composed = unicodedata.normalize("NFC", last)
    plain = "".join(char for char in composed if unicodedata.category(char)[0] != "C")
    plain = _FORBIDDEN.sub("_", plain).replace("\ufffd", "_")
    return " ".join(plain.split()).lstrip(". ~").rstrip(". ")


def _shortened(stem: str, suffix: str) -> str:
    kept = stem.encode()[: _LONGEST_BYTES - len(suffix.encode())].decode("utf-8", "ignore")
    return kept.rstrip(". ") + suffix
