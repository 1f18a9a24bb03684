"""Sign-ins under way: sealed in the browser's cookie, used once, for ten minutes."""

import pytest
from starlette.datastructures import Headers

from integrations.web.signin.own_site import at_own_address, from_own_site
from integrations.web.signin.pending import LIFETIME_S, PendingSignIns
from kb.errors import SignInError

LOST = "Die Anmeldung lässt sich nicht zuordnen."


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def title_of(pending: PendingSignIns, cookie: str, state: str) -> str:
    with pytest.raises(SignInError) as refused:
        pending.take(cookie, state)
    return refused.value.title


def test_each_is_taken_once_in_its_time() -> None:
    clock = Clock()
    pending = PendingSignIns(clock)
    first, cookie = pending.begin("/konto")
    second, other = pending.begin("/")
    assert first.verifier not in (first.challenge, first.state) and len(first.verifier) >= 43
    assert title_of(pending, cookie, second.state) == LOST
    assert pending.take(cookie, first.state) == first and first.back == "/konto"
    assert title_of(pending, cookie, first.state) == LOST
    clock.now += LIFETIME_S - 1
    assert pending.take(other, second.state) == second
    clock.now += 1
    late = title_of(pending, other, second.state)
    assert late == "Die Anmeldung hat zu lange gedauert."


def test_nobody_else_can_make_or_change_the_cookie() -> None:
    pending, stranger = PendingSignIns(), PendingSignIns()
    begun, cookie = stranger.begin("/")
    assert title_of(pending, cookie, begun.state) == LOST
    own, sealed = pending.begin("/")
    content, _, seal = sealed.rpartition(".")
    for changed in (content, f"{content}.", f"{content[:-2]}AA.{seal}", f".{seal}", "x" * 9_000):
        assert title_of(pending, changed, own.state) == LOST
    assert pending.take(sealed, own.state) == own


OWN = "https://auskunft.example.org"


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin", "origin": OWN}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "none", "origin": OWN}, True),
        ({"origin": OWN}, True),
        ({"origin": "http://auskunft.example.org:8000"}, False),  # what anybody can answer for
        ({"origin": "http://auskunft.example.org"}, False),
        ({"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"}, True),
        ({"origin": "http://127.0.0.1:8001", "host": "127.0.0.1:8000"}, False),
        ({"origin": "http://localhost:8000", "host": "127.0.0.1:8000"}, False),
        ({"origin": "http://[::1", "host": "[::1"}, False),
        ({}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://auskunft.example.org.evil.example"}, False),
        ({"origin": "https://auskunft.example.org:444"}, False),
        ({"sec-fetch-site": "same-site", "origin": OWN}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, False),
    ],
)
def test_what_a_browser_says_of_where_a_request_comes_from(
    headers: dict[str, str], own: bool
) -> None:
    given = Headers({"host": "auskunft.example.org:8000", **headers})
    assert from_own_site(given, OWN) is own


@pytest.mark.parametrize(
    ("host", "public", "own"),
    [
        ("auskunft.example.org", True, True),
        ("AUSKUNFT.example.org:8443", True, True),
        ("127.0.0.1:8000", True, False),
        ("auskunft.example.org.evil.example", True, False),
        ("[::1", False, False),
        ("127.0.0.1:8000", False, True),
        ("localhost", False, True),
        ("[::1]:8000", False, True),
        ("10.0.0.1:8000", False, False),
        ("auskunft.lan", False, False),
        ("", False, False),
    ],
)
def test_where_people_may_sign_in(host: str, public: bool, own: bool) -> None:
    assert at_own_address(Headers({"host": host}), OWN, public) is own
