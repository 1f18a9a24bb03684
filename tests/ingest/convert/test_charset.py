"""What HTTP says of a text's encoding reaches the converters: after a mark, before a meta element."""

import codecs

import pytest

from ingest.charset import self_describing
from tests.ingest.convert.conftest import Convert

WORDS = "Förderung für Gebäude: 5 €"


def page(meta: str = "") -> str:
    return f"<html><head>{meta}</head><body><main><p>{WORDS}</p></main></body></html>"


META_LATIN = '<meta charset="iso-8859-1">'
META_UTF8 = '<meta charset="utf-8">'


@pytest.mark.parametrize(
    ("content", "sent", "said"),
    [
        (page(), "cp1252", "text/html; charset=windows-1252"),
        (page(), "cp1252", 'Text/HTML;charset="ISO-8859-1"'),
        (page(), "mac_roman", "text/html; charset=macintosh"),
        (page(META_UTF8), "cp1252", "text/html; charset=windows-1252"),
        (page(META_LATIN), "utf-8", "text/html; charset=utf-8"),
        (page(META_LATIN), "utf-8-sig", "text/html; charset=windows-1252"),
        (page(META_LATIN), "utf-8-sig", "text/html"),
        (page(), "utf-16-le", "application/xhtml+xml; charset=utf-16le"),
        (page(META_UTF8), "utf-8", "text/html; charset=utf-16"),
        (page(META_UTF8), "utf-8", "text/html; charset=gibtesnicht"),
    ],
    ids=[
        "HTTP alone", "Latin-1 means Windows", "HTTP says what nobody would guess",
        "HTTP before meta", "HTTP UTF-8 before meta", "BOM before HTTP and meta", "BOM before meta",
        "UTF-16", "HTTP says what cannot be", "HTTP says what does not exist",
    ],
)  # fmt: skip
def test_pages(converted: Convert, content: str, sent: str, said: str) -> None:
    found = converted("a.html", self_describing(content.encode(sent), said))
    assert [block.text for block in found.blocks] == [WORDS]


def test_plain_text_and_tables(converted: Convert) -> None:
    text = self_describing(f"{WORDS}\n".encode("mac_roman"), "text/plain; charset=macintosh")
    assert [block.text for block in converted("a.txt", text).blocks] == [WORDS]
    table = "Maßnahme;Höhe\nGebäude;5\nKälte;7\n".encode("cp850")
    assert self_describing(table, "text/csv") == table


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7 \xe4\xf6", "text/html; charset=iso-8859-15"),
        (b"\x00\x01\xe4", "text/plain; charset=iso-8859-15"),
        ("ä".encode("cp1252"), "application/pdf; charset=windows-1252"),
        ("ä".encode("cp1252"), "text/html; charset=utf-8"),
        (b"plain", "text/html; charset=windows-1252"),
        ("ä".encode(), "text/html; charset=utf-8"),
        (codecs.BOM_UTF8 + b"a", "text/html; charset=windows-1252"),
        (b"a", "text/plain; charset=rot13"),
        (b"\xe4", "text/plain; charset=unicode_escape"),
    ],
)
def test_what_needs_no_mark_or_is_no_text_stays_as_it_is(data: bytes, said: str) -> None:
    assert self_describing(data, said) is data
