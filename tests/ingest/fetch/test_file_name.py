"""A name for what came from the web: never a path, always with a fitting end."""

import pytest

from ingest.fetch.address import parse_address
from ingest.fetch.file_name import file_name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="Richtlinie 2026.pdf"', "Richtlinie 2026.pdf"),
        ("attachment;filename=Richtlinie.pdf ; size=3", "Richtlinie.pdf"),
        ("ATTACHMENT; FILENAME=Richtlinie.PDF", "Richtlinie.PDF"),
        ("attachment; filename*=UTF-8''F%C3%B6rder%20richtlinie.pdf", "Förder richtlinie.pdf"),
        ("attachment; filename*=utf-8'de'%e2%82%ac%20rates.pdf", "€ rates.pdf"),
        ("attachment; filename*=iso-8859-1''F%F6rderung.pdf", "Förderung.pdf"),
        ("attachment; filename=\"alt.pdf\"; filename*=UTF-8''neu.pdf", "neu.pdf"),
        ("attachment; filename*=UTF-8''neu.pdf; filename=alt.pdf", "neu.pdf"),
        ('inline; filename="Förderung.pdf"', "Förderung.pdf"),
        ('inline; filename="F%C3%B6rderung.pdf"', "Förderung.pdf"),
        ('attachment; filename="a;b\\"c.pdf"', "a;b_c.pdf"),
        ('attachment; filename="Fo\u0308rderung.pdf"', "Förderung.pdf"),
        ('attachment; filename="../../etc/passwd.pdf"', "passwd.pdf"),
        ('attachment; filename="C:\\\\Daten\\\\geheim.pdf"', "geheim.pdf"),
        ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fx.pdf", "x.pdf"),
        ("attachment; filename*=UTF-8''%2e%2e%5cx.pdf", "x.pdf"),
        ("attachment; filename=%252e%252e%252fx.pdf", "%2e%2e%2fx.pdf"),
        ('attachment; filename=".htaccess"', "htaccess.pdf"),
        ('attachment; filename="~$_x.pdf"', "$_x.pdf"),
        ('attachment; filename="x\u202efdp.exe"', "xfdp.exe.pdf"),
        ("attachment; filename*=UTF-8''x%00%0d%0a.pdf", "x.pdf"),
        ("attachment; filename*=UTF-8''%FF%FE.pdf", "__.pdf"),
        ('attachment; filename="a:b*c?.pdf"', "a_b_c_.pdf"),
        ('attachment; filename=".."', "seite.pdf"),
        ('attachment; filename=""', "seite.pdf"),
        ('attachment; filename="offen', "offen.pdf"),
        ("attachment; filename*=kaputt", "seite.pdf"),
        ("attachment", "seite.pdf"),
        (";" * 5_000, "seite.pdf"),
        ('";a="\\' * 5_000, "seite.pdf"),
    ],
)
def test_content_disposition(disposition: str, name: str) -> None:
    address = parse_address("https://amt.de/ordner/seite")
    assert file_name(address, disposition, "application/pdf") == name


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        ("https://www.amt.de/", "text/html; charset=utf-8", "www.amt.de.html"),
        ("https://müller.de", "text/html", "müller.de.html"),
        ("https://amt.de/foerderung/", "text/html", "foerderung.html"),
        ("https://amt.de/f%C3%B6rderung", "TEXT/HTML", "förderung.html"),
        ("https://amt.de/seite.htm?x=y.pdf", "text/html", "seite.htm"),
        ("https://amt.de/seite.php", "text/html", "seite.html"),
        ("https://amt.de/laden.aspx", "application/pdf", "laden.pdf"),
        ("https://amt.de/laden.php", "", "laden"),
        ("https://amt.de/merkblatt.pdf", "text/html", "merkblatt.pdf.html"),
        ("https://amt.de/merkblatt.PDF", "application/octet-stream", "merkblatt.PDF"),
        ("https://amt.de/merkblatt.docx", "application/zip", "merkblatt.docx"),
        ("https://amt.de/merkblatt.docx", "application/msword", "merkblatt.docx"),
        ("https://amt.de/stand-1.2", "application/pdf", "stand-1.2.pdf"),
        ("https://amt.de/stand-1.2", "application/octet-stream", "stand-1.2"),
        ("https://amt.de/liesmich.md", "text/plain", "liesmich.md"),
        ("https://amt.de/liesmich", "text/plain", "liesmich.txt"),
        ("https://amt.de/a%2Fb%5Cc.pdf", "application/pdf", "c.pdf"),
        ("https://amt.de/%2e%2e%2f", "text/html", "amt.de.html"),
        ("https://[2606:4700::1]/", "text/html", "2606-4700--1.html"),
        ("https://amt.de/" + "%C3%BC" * 300, "application/pdf", "ü" * 88 + ".pdf"),
        ("https://amt.de/" + "a" * 300 + ".pdf", "application/pdf", "a" * 176 + ".pdf"),
    ],
)
def test_name_from_the_address(url: str, kind: str, name: str) -> None:
    assert file_name(parse_address(url), "", kind) == name
