"""Mail to the operator through real SMTP servers: plain, with STARTTLS and a login, and none at all."""

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from integrations.remembering import mail as mail_module
from integrations.remembering.mail import Mail, Mailer, MailOptions
from tests.integrations.running import free_port


class Postbox:
    """Keeps what a server takes in; refuses the first `refusals` mails."""

    def __init__(self, refusals: int = 0) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals = refusals

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusals:
            self.refusals -= 1
            return "451 later"
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return "250 OK"

    def wait(self, number: int = 1) -> list[EmailMessage]:
        deadline = time.monotonic() + 20
        while len(self.mails) < number and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.mails


def options(port: int, **changes: Any) -> MailOptions:
    plain: dict[str, Any] = {
        "host": "localhost",
        "port": port,
        "user": "",
        "password": "",
        "tls": "none",
        "sender": "auskunft@kammer.example",
        "recipient": "büro@kammer.example".replace("ü", "ue"),
    }
    return MailOptions(**{**plain, **changes})


@pytest.fixture
def server() -> Iterator[tuple[Postbox, int]]:
    postbox, port = Postbox(), free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield postbox, port
    controller.stop()


def test_a_mail_arrives_as_it_was_meant(server: tuple[Postbox, int]) -> None:
    postbox, port = server
    mailer = Mailer(options(port))
    text = "Jemand bittet um Rückruf.\n\nFrage:\nGrüße & Küsse? 💶 <b>\n.\nEnde"
    mailer.send(Mail("Rückruf\r\nBcc: alle@x.example", text, "erika@firma.example"))
    (mail,) = postbox.wait()
    mailer.close()
    assert mail["Subject"] == "Rückruf Bcc: alle@x.example" and mail["Bcc"] is None
    assert mail["Reply-To"] == "erika@firma.example"
    assert mail["To"] == "buero@kammer.example" and mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n").rstrip() == text


def test_a_busy_server_is_asked_again(
    server: tuple[Postbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_module, "_PAUSES", (0.0, 0.05, 0.05))
    postbox, port = server
    postbox.refusals = 2
    mailer = Mailer(options(port))
    mailer.send(Mail("eins", "x"))
    assert len(postbox.wait()) == 1
    mailer.close()


def test_a_server_that_is_away_is_logged_without_addresses(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mail_module, "_PAUSES", (0.0, 0.01))
    mailer = Mailer(options(free_port()))
    begun = time.monotonic()
    mailer.send(Mail("eins", "Telefon 0211 123456", "erika@firma.example"))
    assert time.monotonic() - begun < 0.5
    mailer.close()
    assert "given up" in caplog.text
    assert "erika" not in caplog.text and "0211" not in caplog.text


def test_nothing_is_sent_without_a_server() -> None:
    mailer = Mailer(options(1, host=""))
    assert not mailer.configured
    mailer.send(Mail("eins", "x"))
    mailer.close()


def test_starttls_and_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    seen: list[bytes] = []

    def authenticate(server: Any, session: Any, envelope: Any, way: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        seen.extend((data.login, data.password))
        return AuthResult(success=data.password == b"geheim")

    postbox, port = Postbox(), free_port()
    controller = Controller(
        postbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
    )
    controller.start()
    try:
        secured = options(port, tls="starttls", user="auskunft", password="geheim")
        monkeypatch.setattr(mail_module, "_PAUSES", (0.0,))
        stranger = Mailer(secured)
        stranger.send(Mail("nicht vertraut", "x"))
        stranger.close()
        assert postbox.mails == [] and seen == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        mailer = Mailer(secured)
        mailer.send(Mail("vertraut", "x"))
        assert [mail["Subject"] for mail in postbox.wait()] == ["vertraut"]
        assert seen == [b"auskunft", b"geheim"]
        mailer.close()
    finally:
        controller.stop()


def _certificate(folder: Path) -> Path:
    """A key and a certificate for localhost that signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file
