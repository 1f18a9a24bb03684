"""One spelling for each address, and none for what two programs may read differently."""

import pytest

from ingest.fetch.address import host_of, parse_address
from kb.errors import SourceRefusedError


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("HTTPS://WWW.Amt.DE", "https://www.amt.de/"),
        (" https://amt.de:443/a/../b?x=1#teil ", "https://amt.de/b?x=1"),
        ("http://amt.de.:8080/", "http://amt.de:8080/"),
        ("http://amt.de:443/", "http://amt.de:443/"),
        ("https://müller.de/Förderung?q=ß", "https://xn--mller-kva.de/F%C3%B6rderung?q=%C3%9F"),
        ("https://faß.de/", "https://xn--fa-hia.de/"),
        ("http://[2606:4700::0001]:8080/x", "http://[2606:4700::1]:8080/x"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
        ("http://192.0.2.1", "http://192.0.2.1/"),
        ("http://unter_strich.amt.de/", "http://unter_strich.amt.de/"),
        ("http://amt.de?x", "http://amt.de/?x"),
    ],
)
def test_canonical_spelling(given: str, canonical: str) -> None:
    assert str(parse_address(given)) == canonical
    assert str(parse_address(canonical)) == canonical


@pytest.mark.parametrize(
    "given",
    [
        "",
        "amt.de",
        "//amt.de/",
        "http:amt.de",
        "http:///seite",
        "ftp://amt.de/",
        "file:///etc/passwd",
        "gopher://amt.de:6379/_INFO",
        "data:text/html,x",
        "javascript:alert(1)",
        "http://nutzer@amt.de/",
        "http://nutzer:geheim@amt.de/",
        "http://:@amt.de/",
        "http://amt.de\\@127.0.0.1/",
        "http://amt.de\\.intern.de/",
        "http://amt.de%2f.intern.de/",
        "http://amt.de%00.de/",
        "http://amt.de:22/",
        "http://amt.de:0/",
        "http://amt.de:99999/",
        "http://amt.de:-1/",
        "http://amt.de:8o/",
        "http://2130706433/",
        "http://0177.0.0.1",
        "http://0x7f.0.0.1/",
        "http://0x7f000001/",
        "http://127.1",
        "http://127.0.0.1./",
        "http://1.2.3.4.5/",
        "http://amt.0x1/",
        "http://１２７.０.０.１/",
        "http://①②⑦.⓪.⓪.①/",
        "http://\u00ad127.0.0.1/",
        "http://[fe80::1%25eth0]/",
        "http://[::1/",
        "http://[v1.x]/",
        "http://[:::1]/",
        "http://a b.de/",
        "http://*.amt.de/",
        "http://-amt.de/",
        "http://amt..de/",
        f"http://{'a' * 64}.de/",
        f"http://{'a.' * 130}de/",
        "http://amt.de/\r\nHost: intern",
        "http://amt.de\n.intern.de/",
        "http://amt.de/" + "a" * 4_000,
    ],
)
def test_anything_else_is_refused_in_german(given: str) -> None:
    with pytest.raises(SourceRefusedError, match="Bitte die Adresse so eintragen"):
        parse_address(given)


@pytest.mark.parametrize("place", ["amt.de/seite", "amt.de:x/", "[amt.de/", "x@amt.de"])
def test_credentials_are_not_shown(place: str) -> None:
    with pytest.raises(SourceRefusedError) as caught:
        parse_address(f"http://nutzer:geheim@{place}")
    assert "geheim" not in str(caught.value) and "amt.de" in str(caught.value)


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("/b", "https://amt.de/b"),
        ("c?d=1#e", "https://amt.de/a/c?d=1"),
        ("//fern.de/x", "https://fern.de/x"),
        ("http://fern.de", "http://fern.de/"),
        ("ü", "https://amt.de/a/%C3%BC"),
    ],
)
def test_references_are_resolved(reference: str, target: str) -> None:
    assert str(parse_address("https://amt.de/a/b").join(reference)) == target


@pytest.mark.parametrize(
    "reference",
    [
        "http://x@fern.de/",
        "http://fern.de:6379/",
        "//amt.de:8080/",
        "file:///etc/passwd",
        "//127.1/",
        "//[::1",
    ],
)
def test_references_are_as_strict(reference: str) -> None:
    with pytest.raises(SourceRefusedError):
        parse_address("https://amt.de/a/b").join(reference)


@pytest.mark.parametrize(
    ("name", "host"),
    [("Müller.DE.", "xn--mller-kva.de"), ("::1", "::1"), ("[2606:4700::1]", "2606:4700::1")],
)
def test_hosts_alone(name: str, host: str) -> None:
    assert host_of(name) == host


def test_a_page_on_an_unusual_port_may_lead_to_the_same_port() -> None:
    page = parse_address("http://amt.de:8080/")
    assert str(page.join("//fern.de:8080/x")) == "http://fern.de:8080/x"
    assert str(page.join("https://fern.de/x")) == "https://fern.de/x"
