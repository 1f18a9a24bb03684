"""Limits and whom a request is from, with a clock that is turned by hand."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.requests import Request

from integrations.settings import networks_in, read_settings
from integrations.web.limits import Limits
from integrations.web.visitors import Visitors
from kb.errors import InputError, LimitReachedError
from tests import folders

SITE = "https://kammer.example"


def request(peer: str = "203.0.113.7", *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return Request({"type": "http", "client": (peer, 1234), "headers": headers})


class Clock:
    """Now, as the limits see it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC).timestamp()

    def today(self) -> date:
        return datetime.fromtimestamp(self.now, UTC).date()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    made = Clock()
    monkeypatch.setattr(time, "time", lambda: made.now)
    yield made


def limits(clock: Clock, **changes: Any) -> Limits:
    none = dict.fromkeys(
        (
            *("limit_visitor_minute", "limit_visitor_day", "limit_site_minute", "limit_site_day"),
            *("limit_all_day", "limit_attempts_hour"),
        ),
        0,
    )
    return Limits(folders.settings(**{**none, **changes}), clock.today)


def admitted(act: Callable[[], None], tries: int) -> int:
    """How many of so many tries get through."""
    through = 0
    for _ in range(tries):
        try:
            act()
            through += 1
        except LimitReachedError:
            pass
    return through


def test_a_visitor_waits_until_the_minute_is_over(clock: Clock) -> None:
    one = limits(clock, limit_visitor_minute=3)
    for step in (0, 10, 10):
        clock.now += step
        one.question(request())
    with pytest.raises(LimitReachedError) as refused:
        one.question(request())
    assert 39 <= refused.value.retry_after <= 41
    one.question(request("203.0.113.8"))
    clock.now += refused.value.retry_after
    one.question(request())
    assert admitted(lambda: one.question(request()), 5) == 0


def test_what_is_refused_does_not_count(clock: Clock) -> None:
    one = limits(clock, limit_visitor_minute=2, limit_all_day=10)
    assert admitted(lambda: one.question(request()), 50) == 2
    for number in range(4):
        assert admitted(lambda n=number: one.question(request(f"198.51.100.{n}")), 2) == 2
    assert admitted(lambda: one.question(request("198.51.100.99")), 1) == 0


def test_limits_of_a_day(clock: Clock) -> None:
    one = limits(clock, limit_visitor_day=4)
    assert admitted(lambda: one.question(request()), 9) == 4
    with pytest.raises(LimitReachedError, match="etwa 24 Stunden"):
        one.question(request())
    clock.now += 24 * 3600 + 1
    assert admitted(lambda: one.question(request()), 9) == 4


def test_a_foreign_website_has_limits_of_its_own(clock: Clock) -> None:
    one = limits(clock, limit_site_minute=3, limit_site_day=5)

    def ask(site: str) -> int:
        visitors = iter(range(100))
        return admitted(lambda: one.question(request(f"198.51.100.{next(visitors)}"), site), 10)

    assert ask(SITE) == 3 and ask("https://andere.example") == 3 and ask("") == 10
    clock.now += 61
    assert ask(SITE) == 2


def test_attempts_count_each_purpose_for_itself(clock: Clock) -> None:
    one = limits(clock, limit_attempts_hour=2)
    assert admitted(lambda: one.attempt(request(), "sign-in"), 5) == 2
    assert admitted(lambda: one.attempt(request(), "feedback"), 5) == 2
    assert admitted(lambda: one.question(request()), 5) == 5
    for number in range(5):
        admitted(lambda n=number: one.attempt(request(f"198.51.100.{n}"), "callback", 3), 1)
    with pytest.raises(LimitReachedError):
        one.attempt(request("198.51.100.77"), "callback", 3)
    clock.now += 3601
    one.attempt(request(), "sign-in")


def test_zero_is_no_limit(clock: Clock) -> None:
    one = limits(clock)
    assert admitted(lambda: one.question(request(), SITE), 500) == 500
    assert admitted(lambda: one.attempt(request(), "feedback"), 500) == 500


def test_the_refusal_names_the_contact(clock: Clock) -> None:
    contact = {"contact_name": "Kammer Musterstadt", "contact_phone": "0211 1"}
    one = limits(clock, limit_visitor_minute=1, **contact)
    one.question(request())
    with pytest.raises(LimitReachedError) as refused:
        one.question(request())
    assert str(refused.value) == (
        "Das waren sehr viele Fragen in kurzer Zeit. Bitte versuchen Sie es in 61 Sekunden noch "
        "einmal oder wenden Sie sich an Kammer Musterstadt (0211 1)."
    )


def test_an_office_behind_one_address_has_room_by_default(clock: Clock) -> None:
    one = Limits(folders.settings(), clock.today)
    assert admitted(lambda: one.question(request()), 60) == 60


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.7", (), "203.0.113.7"),
        ("203.0.113.7", ("198.51.100.1",), "203.0.113.7"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.1.1.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.1.1.1", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", ("1.1.1.1, 198.51.100.1, 10.0.0.2",), "198.51.100.1"),
        ("10.0.0.1", ("10.0.0.9, 198.51.100.1:4711, 10.0.0.2",), "198.51.100.1"),
        ("10.0.0.1", ("unfug, 10.0.0.2",), "10.0.0.2"),
        ("10.0.0.1", ("198.51.100.1, unfug",), "10.0.0.1"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("::ffff:10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("fd00::1", ("[2001:db8::5]:443",), "2001:db8::5"),
        ("fd00::1", ("2001:db8::5",), "2001:db8::5"),
    ],
)
def test_addresses_behind_proxies(peer: str, forwarded: tuple[str, ...], address: str) -> None:
    visitors = Visitors(networks_in("10.0.0.0/24, fd00::/8"), date.today)
    assert str(visitors.address_of(request(peer, *forwarded))) == address


def test_a_forged_header_makes_no_new_visitor(clock: Clock) -> None:
    one = limits(clock, limit_visitor_minute=3, trusted_proxies="10.0.0.1")
    forged = iter(range(100))
    direct = admitted(lambda: one.question(request("203.0.113.7", f"1.1.1.{next(forged)}")), 9)
    behind = admitted(
        lambda: one.question(request("10.0.0.1", f"1.1.1.{next(forged)}, 198.51.100.1")), 9
    )
    assert (direct, behind) == (3, 3)


def test_one_connection_of_ipv6_is_one_visitor(clock: Clock) -> None:
    one = limits(clock, limit_visitor_minute=2)
    tails = iter(range(1, 100))
    assert admitted(lambda: one.question(request(f"2001:db8:1:2::{next(tails)}")), 9) == 2
    assert admitted(lambda: one.question(request("2001:db8:1:3::1")), 9) == 2


def test_the_key_of_a_visitor_changes_every_day_and_hides_the_address(clock: Clock) -> None:
    visitors = Visitors((), clock.today)
    today = visitors.key_of(request())
    assert visitors.key_of(request()) == today != visitors.key_of(request("203.0.113.8"))
    assert "203" not in today and len(today) == 32
    assert Visitors((), clock.today).key_of(request()) != today
    clock.now += 1801  # past midnight
    assert visitors.key_of(request()) != today


def test_a_proxy_that_is_not_named_is_told_of_once(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    visitors = Visitors((), clock.today)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            visitors.key_of(request("10.0.0.1", "198.51.100.1"))
    assert caplog.text.count("AUSKUNFT_TRUSTED_PROXIES") == 1
    assert "198.51" not in caplog.text and "10.0.0.1" not in caplog.text


def test_a_setting_that_is_no_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSKUNFT_TRUSTED_PROXIES", "10.0.0.0/24, proxy.example")
    with pytest.raises(InputError, match="AUSKUNFT_TRUSTED_PROXIES"):
        read_settings()
    with pytest.raises(ValidationError):
        folders.settings(trusted_proxies="10.0.0.1/8")
