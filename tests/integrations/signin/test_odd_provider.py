"""A provider that is away, slow, wrong or hostile: nobody is signed in, and a page says why.

The service's app in this process over real HTTP to the provider made by hand.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey

from integrations.desk import Desk
from integrations.web.app import create_app
from kb.roles import Role
from tests import folders
from tests.integrations.running import free_port
from tests.integrations.signin.odd_provider import CLIENT, SECRET, OddProvider, odd_provider

URL = "http://127.0.0.1:8000"


@pytest.fixture
def provider() -> Iterator[OddProvider]:
    with odd_provider() as opened:
        yield opened


@pytest.fixture
def desk(provider: OddProvider) -> Iterator[Desk]:
    with desk_for(provider.address) as opened:
        yield opened


@contextmanager
def desk_for(issuer: str, **changes: Any) -> Iterator[Desk]:
    values = {
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_roles": "Redaktion=editor",
        **changes,
    }
    with folders.quick_folder() as folder, folders.opened(folder / "daten", **values) as desk:
        yield desk


@pytest.fixture
def browser(desk: Desk) -> TestClient:
    return browser_at(desk)


def browser_at(desk: Desk, url: str = URL) -> TestClient:
    return TestClient(
        create_app(desk), base_url=url, headers={"accept": "text/html"}, follow_redirects=False
    )


def sent(browser: TestClient, back: str = "/konto") -> str:
    """The address that the browser is sent to."""
    answer = browser.get("/anmelden/dienst", params={"zurueck": back})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def returned(browser: TestClient, provider: OddProvider) -> httpx.Response:
    parts = urlsplit(provider.consent(sent(browser)))
    return browser.get(f"{parts.path}?{parts.query}")


def heading(response: httpx.Response) -> str:
    element = BeautifulSoup(response.text, "lxml").h1
    return element.get_text() if element else ""


def refused(response: httpx.Response, browser: TestClient, status: int, title: str) -> None:
    """An error page, and nobody is signed in."""
    assert (response.status_code, heading(response)) == (status, title)
    assert "Max-Age=0" in response.headers.get("set-cookie", "Max-Age=0")
    assert browser.get("/api/v1/me").json()["role"] == "public"


def test_the_whole_way(browser: TestClient, provider: OddProvider, desk: Desk) -> None:
    answer = returned(browser, provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/konto")
    assert answer.headers["cache-control"] == "no-store"
    asked = provider.asked
    assert asked["scope"] == "openid profile email" and asked["response_type"] == "code"
    assert asked["tenant"] == "1" and asked["redirect_uri"] == f"{URL}/anmelden/rueckkehr"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    me = browser.get("/api/v1/me").json()
    assert me["role"] == "editor"  # the groups came from userinfo
    assert desk.accounts.all()[0].subject == "erna"
    stored = repr(desk.accounts.all()) + repr(desk.sessions.running())
    assert browser.cookies["auskunft"] not in stored


def test_one_comes_back_to_the_host_that_began(browser: TestClient, desk: Desk) -> None:
    """The cookie of a sign-in begun at `localhost` would not be sent to 127.0.0.1."""
    begun = browser_at(desk, "http://localhost:8000").get("/anmelden/dienst?zurueck=/konto")
    assert begun.headers["location"] == f"{URL}/anmelden/dienst?zurueck=/konto"
    assert "set-cookie" not in begun.headers


def test_a_client_without_secret_and_one_that_posts_it(provider: OddProvider) -> None:
    def posted(document: dict[str, Any]) -> None:
        document["token_endpoint_auth_methods_supported"] = ["client_secret_post"]

    provider.document = posted
    with desk_for(provider.address) as desk:
        assert returned(browser_at(desk), provider).status_code == 303
    with desk_for(provider.address, oidc_client_secret="") as desk:
        browser = browser_at(desk)
        refused(returned(browser, provider), browser, 502, "Der Anmeldedienst hat abgelehnt.")


CLAIMS: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "somebody-else"},
    "another audience too": {"aud": ["somebody-else"]},
    "several audiences without a party": {"aud": [CLIENT, "somebody-else"]},
    "another party": {"azp": "somebody-else"},
    "another issuer": {"iss": "http://127.0.0.1:1"},
    "another nonce": {"nonce": "x" * 43},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "a subject that is none": {"sub": 7},
    "no end": {"exp": None},
    "an end that is none": {"exp": "bald"},
    "no beginning": {"iat": None},
}


@pytest.mark.parametrize("case", CLAIMS)
def test_a_token_that_proves_nothing(browser: TestClient, provider: OddProvider, case: str) -> None:
    provider.claims = lambda claims: claims.update(CLAIMS[case])
    answer = returned(browser, provider)
    refused(answer, browser, 403, "Die Anmeldung ist nicht nachgewiesen.")
    assert "somebody-else" not in answer.text


def test_several_audiences_with_us_as_the_party(browser: TestClient, provider: OddProvider) -> None:
    provider.claims = lambda claims: claims.update({"aud": ["other", CLIENT], "azp": CLIENT})
    assert returned(browser, provider).status_code == 303


@pytest.mark.parametrize("way", ["unsigned", "with_secret", "another key", "no token at all"])
def test_a_token_that_the_provider_did_not_sign(
    browser: TestClient, provider: OddProvider, way: str
) -> None:
    stranger = OddProvider()
    provider.sign = {
        "unsigned": provider.unsigned,
        "with_secret": provider.with_secret,
        "another key": stranger.signed,
        "no token at all": lambda claims: "abc",
    }[way]
    refused(returned(browser, provider), browser, 403, "Die Anmeldung ist nicht nachgewiesen.")


@pytest.mark.parametrize(
    ("claim", "away", "title"),
    [
        ("exp", -61, "Die Anmeldung ist schon abgelaufen."),
        ("iat", 120, "Die Anmeldung liegt in der Zukunft."),
    ],
)
def test_clocks_that_differ(
    browser: TestClient, provider: OddProvider, claim: str, away: int, title: str
) -> None:
    provider.claims = lambda claims: claims.update({claim: int(time.time()) + away})
    answer = returned(browser, provider)
    refused(answer, browser, 403, title)
    assert "Uhren" in answer.text
    provider.claims = lambda claims: claims.update({claim: int(time.time()) + away // 3})
    assert returned(browser, provider).status_code == 303


def test_new_keys_of_the_provider_are_noticed(browser: TestClient, provider: OddProvider) -> None:
    assert returned(browser, provider).status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    provider.served_keys = [provider.key]
    assert returned(browser, provider).status_code == 303
    assert provider.requests.count("/keys") == 2


def test_userinfo_about_somebody_else(browser: TestClient, provider: OddProvider) -> None:
    provider.userinfo = {"sub": "chefin", "groups": ["Redaktion"]}
    refused(returned(browser, provider), browser, 403, "Die Anmeldung ist nicht nachgewiesen.")


def test_a_provider_that_is_away() -> None:
    with desk_for(f"http://127.0.0.1:{free_port()}") as desk:
        browser = browser_at(desk)
        answer = browser.get("/anmelden/dienst")
        refused(answer, browser, 502, "Der Anmeldedienst ist nicht erreichbar.")
        assert "ohne Anmeldung" in answer.text


def test_a_provider_that_goes_away_in_between(browser: TestClient, provider: OddProvider) -> None:
    provider.token_status = 503
    title = "Der Anmeldedienst antwortet nicht, wie er soll."
    refused(returned(browser, provider), browser, 502, title)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://login.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": ["x"]},
    ],
)
def test_a_provider_that_describes_itself_wrongly(
    browser: TestClient, provider: OddProvider, change: dict[str, Any]
) -> None:
    provider.document = lambda document: document.update(change)
    answer = browser.get("/anmelden/dienst")
    refused(answer, browser, 502, "Der Anmeldedienst antwortet nicht, wie er soll.")


def test_unreadable_keys(browser: TestClient, provider: OddProvider) -> None:
    provider.served_keys = []
    title = "Der Anmeldedienst antwortet nicht, wie er soll."
    refused(returned(browser, provider), browser, 502, title)


_LOST = "Die Anmeldung lässt sich nicht zuordnen."


def test_a_code_is_used_once(browser: TestClient, provider: OddProvider) -> None:
    parts = urlsplit(provider.consent(sent(browser)))
    kept = browser.cookies["auskunft-anmeldung"]
    assert browser.get(f"{parts.path}?{parts.query}").status_code == 303
    thief = TestClient(browser.app, base_url=URL, headers={"accept": "text/html"})
    refused(thief.get(f"{parts.path}?{parts.query}"), thief, 403, _LOST)
    thief.cookies.set("auskunft-anmeldung", kept)
    refused(thief.get(f"{parts.path}?{parts.query}"), thief, 403, _LOST)


def test_a_code_of_another_sign_in(browser: TestClient, provider: OddProvider, desk: Desk) -> None:
    """Somebody else's code in one's own sign-in: the verifier of PKCE does not fit."""
    other = browser_at(desk)
    theirs = parse_qs(urlsplit(provider.consent(sent(other))).query)["code"][0]
    state = parse_qs(urlsplit(sent(browser)).query)["state"][0]
    answer = browser.get("/anmelden/rueckkehr", params={"code": theirs, "state": state})
    refused(answer, browser, 403, "Die Anmeldung ist schon abgelaufen.")


@pytest.mark.parametrize("state", ["", "x" * 43, "ü"])
def test_a_wrong_state(browser: TestClient, provider: OddProvider, state: str) -> None:
    provider.consent(sent(browser))
    answer = browser.get("/anmelden/rueckkehr", params={"code": "code-0", "state": state})
    refused(answer, browser, 403, _LOST)
    assert "/token" not in provider.requests


@pytest.mark.parametrize("cookie", ["", "x", "x.y", ".", "e30.0"])
def test_a_cookie_that_is_not_ours(browser: TestClient, provider: OddProvider, cookie: str) -> None:
    parts = urlsplit(provider.consent(sent(browser)))
    browser.cookies.clear()
    browser.cookies.set("auskunft-anmeldung", cookie)
    refused(browser.get(f"{parts.path}?{parts.query}"), browser, 403, _LOST)


def test_a_sign_in_that_took_too_long(
    browser: TestClient, provider: OddProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.web.signin.pending.LIFETIME_S", 0)
    answer = returned(browser, provider)
    refused(answer, browser, 403, "Die Anmeldung hat zu lange gedauert.")


def test_an_answer_of_another_provider(browser: TestClient, provider: OddProvider) -> None:
    parts = urlsplit(provider.consent(sent(browser)))
    answer = browser.get(f"{parts.path}?{parts.query}&iss=https://evil.example")
    refused(answer, browser, 403, _LOST)
    assert "/token" not in provider.requests


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        ("access_denied", 403, "Die Anmeldung wurde abgelehnt."),
        ("temporarily_unavailable", 502, "Der Anmeldedienst ist überlastet."),
        ("<script>", 502, "Der Anmeldedienst hat abgelehnt."),
    ],
)
def test_a_provider_that_says_no(browser: TestClient, error: str, status: int, title: str) -> None:
    answer = browser.get("/anmelden/rueckkehr", params={"error": error, "state": "x"})
    refused(answer, browser, status, title)
    assert "<script>" not in answer.text.replace('<script src="/static', "")


@pytest.mark.parametrize(
    ("back", "shown"),
    [
        ("/konto?lang=en", "/konto?lang=en"),
        ("/dokumente/abc?von=1&bis=2#zitat", "/dokumente/abc?von=1&bis=2#zitat"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("konto", "/"),
        ("", "/admin"),  # on the way nowhere: where an editor's work is
        ("/" + "a" * 600, "/"),
        ("/a\r\nset-cookie: x=y", "/"),
    ],
)
def test_one_comes_back_to_our_own_pages_only(
    browser: TestClient, provider: OddProvider, back: str, shown: str
) -> None:
    parts = urlsplit(provider.consent(sent(browser, back)))
    assert browser.get(f"{parts.path}?{parts.query}").headers["location"] == shown
    # the same where somebody is signed in already
    again = browser.get("/anmelden", params={"zurueck": back})
    assert (again.status_code, again.headers["location"]) == (303, shown)


def test_a_disabled_account_stays_out(
    browser: TestClient, provider: OddProvider, desk: Desk
) -> None:
    assert returned(browser, provider).status_code == 303
    desk.accounts.set_disabled(desk.accounts.all()[0].account_id, True)
    answer = returned(browser, provider)
    refused(answer, browser, 403, "Dieses Konto ist gesperrt.")


def test_a_public_address_makes_cookies_that_only_this_host_can_set(
    provider: OddProvider,
) -> None:
    address = "https://auskunft.example.org"
    with desk_for(provider.address, public_url=f"{address}/") as desk:
        browser = browser_at(desk, address)
        begun = browser.get("/anmelden/dienst")
        parts = urlsplit(provider.consent(begun.headers["location"]))
        done = browser.get(f"{parts.path}?{parts.query}")
        assert provider.asked["redirect_uri"] == f"{address}/anmelden/rueckkehr"
        lines = begun.headers.get_list("set-cookie") + done.headers.get_list("set-cookie")
        assert [line.split("=")[0] for line in lines] == [
            "__Host-auskunft-anmeldung",
            "__Host-auskunft",
            "__Host-auskunft-anmeldung",
        ]
        for line in lines:
            parts_of_line = {part.strip().lower() for part in line.split(";")[1:]}
            assert {"secure", "httponly", "samesite=lax", "path=/"} <= parts_of_line
            assert "domain" not in line.lower()
        assert browser.get("/api/v1/me").json()["role"] == Role.EDITOR
        # under the plain name, as a page of a neighbouring host could plant it, it is nothing
        planted = browser_at(desk, address)
        planted.cookies.set("auskunft", browser.cookies["__Host-auskunft"])
        assert planted.get("/api/v1/me").json()["role"] == "public"
        elsewhere = browser_at(desk, "http://127.0.0.1:8000").get("/anmelden")
        assert elsewhere.status_code == 403 and f"{address}/anmelden" in elsewhere.text


def test_without_a_public_address_people_sign_in_on_this_machine_only() -> None:
    with desk_for("", hosts="auskunft.lan") as desk:
        assert browser_at(desk, "http://127.0.0.1:8000").get("/anmelden").status_code == 200
        refused_page = browser_at(desk, "http://auskunft.lan:8000").get("/anmelden")
        assert refused_page.status_code == 403 and "AUSKUNFT_PUBLIC_URL" in refused_page.text
        assert browser_at(desk).get("/anmelden/dienst").status_code == 404


def signed_out(browser: TestClient, action: str) -> httpx.Response:
    tree = BeautifulSoup(browser.get("/konto").text, "lxml")
    proof = str(tree.select_one(f"form[action='{action}'] input[name=csrf]")["value"])  # type: ignore[index]
    return browser.post(action, data={"csrf": proof}, headers={"sec-fetch-site": "same-origin"})


@pytest.mark.parametrize("action", ["/abmelden", "/konto/abmelden"])
def test_signing_out_goes_on_to_a_provider_that_has_a_way_for_it(
    browser: TestClient, provider: OddProvider, action: str
) -> None:
    end = f"{provider.address}/ende?mandant=1"
    provider.document = lambda document: document.update(end_session_endpoint=end)
    returned(browser, provider)
    page = signed_out(browser, action)
    assert (
        page.status_code == 200 and "form-action 'self'" in page.headers["content-security-policy"]
    )
    assert page.headers["cache-control"] == "no-store" and "Erna" not in page.text
    assert "Max-Age=0" in page.headers["set-cookie"]
    assert browser.get("/api/v1/me").json()["role"] == "public"
    tree = BeautifulSoup(page.text, "lxml")
    ways = [str(tree.select("main a.button")[0]["href"])]
    ways += [str(tree.select("meta[http-equiv=refresh]")[0]["content"]).removeprefix("0; url=")]
    for way in ways:
        assert way.startswith(f"{end}&")
        told = parse_qs(urlsplit(way).query)
        assert told == {
            "mandant": ["1"],
            "client_id": [CLIENT],
            "post_logout_redirect_uri": [f"{URL}/"],
        }


def test_signing_out_where_the_provider_has_no_way_for_it_or_is_away(
    desk: Desk, browser: TestClient, provider: OddProvider
) -> None:
    returned(browser, provider)
    left = signed_out(browser, "/abmelden")
    assert (left.status_code, left.headers["location"]) == (303, "/")
    returned(browser, provider)
    with browser_at(desk) as restarted:  # it has to ask the provider for its addresses anew
        restarted.cookies = browser.cookies
        provider.document = lambda document: document.update(issuer="https://evil.example")
        left = signed_out(restarted, "/abmelden")
        assert (left.status_code, left.headers["location"]) == (303, "/")
        assert restarted.get("/api/v1/me").json()["role"] == "public"


def test_whoever_came_by_a_link_leaves_here_only(desk: Desk, browser: TestClient) -> None:
    _, secret = desk.invites.create("Ida Igel", Role.STAFF)
    used = browser.post(f"/einladung/{secret}", headers={"sec-fetch-site": "same-origin"})
    assert (used.status_code, used.headers["location"]) == (303, "/")
    assert signed_out(browser, "/abmelden").headers["location"] == "/"


@pytest.mark.parametrize(
    ("role", "place"), [("viewer", "/"), ("staff", "/"), ("editor", "/admin"), ("admin", "/admin")]
)
def test_a_link_leads_to_where_the_work_is(
    desk: Desk, browser: TestClient, role: str, place: str
) -> None:
    _, secret = desk.invites.create("Ida Igel", Role(role))
    used = browser.post(f"/einladung/{secret}", headers={"sec-fetch-site": "same-origin"})
    assert used.headers["location"] == place
    assert browser.get("/anmelden").headers["location"] == place
    shown = BeautifulSoup(browser.get("/").text, "lxml").select("nav.sections a[href='/admin']")
    assert len(shown) == (place == "/admin")
