"""https over real TLS: the name counts for the certificate, the checked address for the connection."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ingest.fetch.address import parse_address
from ingest.fetch.manners import Pacing
from ingest.fetch.web import Reply
from kb.errors import SourceRefusedError, SourceUnreachableError
from tests.ingest.fetch.site import PUBLIC, Detour, Names, Site, served, web

NAME = "amt.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for amt.example with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "amt.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(pem, form, plain) + made.public_bytes(pem))
    return path


@pytest.fixture
def named() -> list[str | None]:
    """The names that clients asked the server for (SNI)."""
    return []


@pytest.fixture
def secure(certificate: Path, named: list[str | None]) -> Iterator[Site]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: named.append(name)
    with served(context) as site:
        yield site


def get(site: Site, certificate: Path | None, url: str, plain: Site | None = None) -> Reply:
    ways = {(PUBLIC, 443): site, (PUBLIC, 80): plain or site}
    names = Names(amt_example=[[PUBLIC]], fern_example=[[PUBLIC]])
    trust = ssl.create_default_context(cafile=str(certificate)) if certificate else None
    using = web(resolve=names, network=Detour(ways), trust=trust)
    return using.get(parse_address(url), Pacing())


def test_name_in_tls_and_host_header(
    secure: Site, certificate: Path, named: list[str | None]
) -> None:
    secure.page("/seite", b"sicher")
    assert get(secure, certificate, "https://amt.example/seite").data == b"sicher"
    assert named == [NAME] and secure.asked[0].host == NAME


@pytest.mark.parametrize("url", ["https://fern.example/", f"https://{PUBLIC}/"])
def test_certificate_of_another_name(secure: Site, certificate: Path, url: str) -> None:
    with pytest.raises(SourceUnreachableError, match=r"Zertifikat von .* ist nicht gültig"):
        get(secure, certificate, url)
    assert secure.asked == []


def test_certificate_that_nobody_vouches_for(secure: Site) -> None:
    with pytest.raises(SourceUnreachableError, match=r"Zertifikat von amt\.example"):
        get(secure, None, "https://amt.example/")


def test_no_way_back_to_http(secure: Site, certificate: Path, site: Site) -> None:
    site.redirect("/a", "https://amt.example/b")
    secure.redirect("/b", "http://amt.example/c")
    with pytest.raises(SourceRefusedError, match=r"ungesicherten http://amt\.example/c"):
        get(secure, certificate, "http://amt.example/a", plain=site)
    assert (site.paths, secure.paths) == (["/a"], ["/b"])


def test_http_behind_https(site: Site) -> None:
    with pytest.raises(SourceUnreachableError, match="gesicherte Verbindung kommt nicht zustande"):
        get(site, None, "https://amt.example/")
