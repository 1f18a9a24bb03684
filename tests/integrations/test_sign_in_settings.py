"""Settings of signing in: what is accepted, and the German sentence for what is not."""

import pytest

from integrations.settings import read_settings
from integrations.sign_in import group_mapping, issuer_address, public_address, role_mapping
from kb.errors import InputError
from kb.roles import Role
from tests import folders


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("", ""),
        ("https://auskunft.example.org", "https://auskunft.example.org"),
        ("https://Auskunft.Example.org:443/", "https://auskunft.example.org"),
        ("https://auskunft.example.org:8443", "https://auskunft.example.org:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_public_addresses(given: str, address: str) -> None:
    assert public_address(given) == address


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("auskunft.example.org", "keine Webadresse"),
        ("ftp://auskunft.example.org", "keine Webadresse"),
        ("https://", "keine Webadresse"),
        ("https://user@auskunft.example.org", "keine Webadresse"),
        ("https://auskunft.example.org:99999", "keine Webadresse"),
        ("https://[::1", "keine Webadresse"),
        ("http://auskunft.example.org", "Ohne Verschlüsselung"),
        ("http://10.0.0.1:8000", "Ohne Verschlüsselung"),
        ("https://example.org/auskunft", "hinter dem Hostnamen"),
        ("https://example.org/?a=b", "hinter dem Hostnamen"),
    ],
)
def test_addresses_that_are_refused(given: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        public_address(given)
    assert "AUSKUNFT_PUBLIC_URL" in str(refused.value)


def test_the_public_host_is_answered_and_linked_to() -> None:
    settings = folders.settings(public_url="https://Auskunft.example.org/", host="0.0.0.0")
    assert settings.address == "https://auskunft.example.org"
    assert "auskunft.example.org" in settings.allowed_hosts
    assert "" not in settings.allowed_hosts
    assert folders.settings(host="0.0.0.0", port=81).address == "http://127.0.0.1:81"


def test_mappings() -> None:
    assert role_mapping(" IT Admins = admin, redaktion=Editor ,") == {
        "IT Admins": Role.ADMIN,
        "redaktion": Role.EDITOR,
    }
    names = "CN=Admins,OU=IT=admin;CN=Alle,OU=IT=staff"
    assert role_mapping(names) == {"CN=Admins,OU=IT": Role.ADMIN, "CN=Alle,OU=IT": Role.STAFF}
    assert group_mapping("AG Allianz=Allianz-Köln") == {"AG Allianz": "allianz-köln"}
    assert role_mapping("") == {} == group_mapping("")


@pytest.mark.parametrize("value", ["admins", "admins=", "=admin", "admins=public", "a=root"])
def test_roles_that_are_refused(value: str) -> None:
    with pytest.raises(InputError, match="AUSKUNFT_OIDC_ROLES"):
        role_mapping(value)


@pytest.mark.parametrize("value", ["a", "a=staff", "a=public", "a=b c"])
def test_groups_that_are_refused(value: str) -> None:
    with pytest.raises(InputError, match="AUSKUNFT_OIDC_GROUPS"):
        group_mapping(value)


def test_a_provider_needs_https_and_a_client() -> None:
    assert issuer_address("https://login.example/realms/a/") == "https://login.example/realms/a/"
    with pytest.raises(InputError, match="AUSKUNFT_OIDC_ISSUER"):
        issuer_address("http://login.example")
    with pytest.raises(InputError, match="AUSKUNFT_OIDC_CLIENT_ID fehlt"):
        folders.settings(oidc_issuer="https://login.example").require_usable()
    assert folders.settings().oidc is None


def test_wrong_settings_are_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSKUNFT_PUBLIC_URL", "auskunft.example.org")
    with pytest.raises(InputError, match="AUSKUNFT_PUBLIC_URL"):
        read_settings()


def test_the_secret_is_not_shown() -> None:
    settings = folders.settings(
        oidc_issuer="https://login.example", oidc_client_id="a", oidc_client_secret="geheim-7"
    )
    assert settings.oidc is not None and settings.oidc.client_secret == "geheim-7"
    assert "geheim-7" not in repr(settings) + repr(settings.oidc)
