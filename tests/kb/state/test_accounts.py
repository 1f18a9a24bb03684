"""Accounts, invites and sessions on both databases: their course, their ends, and who gets in."""

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from kb.errors import InputError, NotFoundError, SignInError
from kb.roles import Role, TokenScope
from kb.state.accounts import Account, Accounts, Identity
from kb.state.database import _MIGRATIONS, Database
from kb.state.invites import Invites
from kb.state.sessions import Sessions
from kb.state.tokens import Tokens
from tests.kb.state.ticking import TickingClock

ISSUER = "https://login.example"
ERNA = Identity(
    ISSUER, "erna", "Erna Meier", "erna@example.org", Role.STAFF, frozenset({"allianz"})
)


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def accounts(database: Database, clock: TickingClock) -> Accounts:
    return Accounts(database, clock)


@pytest.fixture
def invites(database: Database, clock: TickingClock) -> Invites:
    return Invites(database, clock)


@pytest.fixture
def sessions(database: Database, clock: TickingClock) -> Sessions:
    return Sessions(database, timedelta(hours=12), timedelta(minutes=30), clock)


def at_once(number: int, work: Callable[[], Any]) -> list[Any]:
    """What `work` returns, or raises, in so many threads that start together."""
    gate, results = threading.Barrier(number), []

    def run() -> None:
        gate.wait()
        try:
            results.append(work())
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def everything_stored(database: Database) -> str:
    with database.session() as session:
        rows = [
            session.execute(sa.text(f"SELECT * FROM {table}")).all()
            for table in ("accounts", "invites", "sessions", "tokens")
        ]
    return repr(rows)


def test_the_first_sign_in_makes_the_account_and_each_refreshes_it(
    accounts: Accounts, clock: TickingClock
) -> None:
    first = accounts.sign_in(ERNA)
    assert (first.role, first.groups, first.audiences) == (
        Role.STAFF,
        {"allianz"},
        {"allianz", "staff"},
    )
    clock.move(days=1)
    again = accounts.sign_in(Identity(ISSUER, "erna", "Erna Schulz", "", Role.VIEWER))
    assert again.account_id == first.account_id and again.created_at == first.created_at
    assert (again.name, again.role, again.audiences) == ("Erna Schulz", Role.VIEWER, frozenset())
    assert again.signed_in_at == clock.moment
    assert accounts.all() == [again] == [accounts.find(first.account_id)]


def test_the_same_subject_of_another_provider_is_somebody_else(accounts: Accounts) -> None:
    one = accounts.sign_in(ERNA)
    other = accounts.sign_in(Identity("https://other.example", "erna", "Erna"))
    assert one.account_id != other.account_id


def test_a_first_sign_in_twice_at_once_makes_one_account(accounts: Accounts) -> None:
    signed_in = at_once(6, lambda: accounts.sign_in(ERNA))
    assert all(isinstance(account, Account) for account in signed_in), signed_in
    assert len({account.account_id for account in signed_in}) == len(accounts.all()) == 1


def test_a_disabled_account_stays_out_until_it_is_enabled(
    accounts: Accounts, sessions: Sessions
) -> None:
    account = accounts.sign_in(ERNA)
    _, cookie = sessions.begin(account.account_id)
    accounts.set_disabled(account.account_id, True)
    assert sessions.find(cookie) is None and sessions.running() == []
    with pytest.raises(SignInError, match="wenden Sie sich") as refused:
        accounts.sign_in(ERNA)
    assert refused.value.title == "Dieses Konto ist gesperrt."
    accounts.set_disabled(account.account_id, False)
    assert accounts.sign_in(ERNA).disabled is False
    with pytest.raises(NotFoundError):
        accounts.set_disabled("acc-nichts", True)


def test_names_of_any_origin_and_length(accounts: Accounts) -> None:
    account = accounts.sign_in(Identity(ISSUER, "a\0b", "x\0" * 500, "y" * 500))
    kept = accounts.find(account.account_id)
    assert "\0" not in kept.name and len(kept.name) <= 200 and len(kept.email) <= 200
    assert accounts.sign_in(Identity(ISSUER, "a\0b", "")).label == account.account_id


def test_an_invite_signs_in_once(invites: Invites, accounts: Accounts) -> None:
    invite, secret = invites.create("  Karl  Kunz ", Role.EDITOR, ["Allianz"])
    assert len(secret) >= 43 and invite.name == "Karl Kunz"
    assert invites.look(secret) == invites.look(secret) == invite  # looking uses nothing up
    account = invites.redeem(secret)
    assert (account.name, account.role, account.groups) == ("Karl Kunz", Role.EDITOR, {"allianz"})
    for again in (invites.redeem, invites.look):
        with pytest.raises(SignInError) as refused:
            again(secret)
        assert refused.value.title == "Der Link ist schon benutzt."
    assert accounts.all() == [account]


def test_an_invite_used_by_many_at_once_signs_one_in(invites: Invites, accounts: Accounts) -> None:
    _, secret = invites.create("Karl")
    results = at_once(8, lambda: invites.redeem(secret))
    assert len([one for one in results if isinstance(one, Account)]) == 1
    assert len(accounts.all()) == 1


def test_an_invite_that_is_unknown_expired_or_revoked(
    invites: Invites, clock: TickingClock
) -> None:
    _, expired = invites.create("Karl", hours=2)
    clock.move(hours=2)
    revoked, secret = invites.create("Karla")
    invites.revoke(revoked.invite_id)
    for link, title in (
        (expired, "Der Link ist abgelaufen."),
        (secret, "Der Link gilt nicht mehr."),
        ("x" * 43, "Der Link ist ungültig."),
        ("", "Der Link ist ungültig."),
    ):
        for use in (invites.look, invites.redeem):
            with pytest.raises(SignInError) as refused:
                use(link)
            assert refused.value.title == title
    assert [one.state(clock()) for one in invites.all()] == ["expired", "revoked"]
    with pytest.raises(NotFoundError):
        invites.revoke("inv-nichts")


def test_a_second_link_leads_to_the_same_account(
    invites: Invites, accounts: Accounts, clock: TickingClock
) -> None:
    first = invites.redeem(invites.create("Karl", Role.STAFF, ["allianz"])[1])
    clock.move(days=30)
    again = invites.redeem(invites.create("", account_id=first.account_id)[1])
    assert again.account_id == first.account_id and again.signed_in_at == clock.moment
    assert (again.name, again.role, again.groups) == ("Karl", Role.STAFF, {"allianz"})
    open_link = invites.create("", account_id=first.account_id)[1]
    accounts.set_disabled(first.account_id, True)
    for refused in (
        lambda: invites.redeem(open_link),
        lambda: invites.create("", account_id=first.account_id),
    ):
        with pytest.raises(SignInError, match="wenden Sie sich"):
            refused()
    accounts.set_disabled(first.account_id, False)
    assert invites.redeem(open_link).account_id == first.account_id  # was not used up
    with pytest.raises(NotFoundError):
        invites.create("", account_id="acc-nichts")
    with pytest.raises(InputError, match="Anmeldedienst"):
        invites.create("", account_id=accounts.sign_in(ERNA).account_id)


def test_a_person_who_is_forgotten(
    invites: Invites, accounts: Accounts, sessions: Sessions, database: Database
) -> None:
    accounts.sign_in(ERNA)
    karl = invites.redeem(invites.create("Karl Kunz")[1])
    invites.create("", account_id=karl.account_id)
    _, cookie = sessions.begin(karl.account_id)
    accounts.remove(karl.account_id)
    assert sessions.find(cookie) is None
    stored = everything_stored(database)
    assert "Karl" not in stored and karl.account_id not in stored and "Erna" in stored
    with pytest.raises(NotFoundError):
        accounts.remove(karl.account_id)


@pytest.mark.parametrize("name", ["", "  ", "a\x07", "x" * 201])
def test_an_invite_needs_a_name(invites: Invites, name: str) -> None:
    with pytest.raises(InputError, match="kein Name"):
        invites.create(name)


@pytest.mark.parametrize("group", ["staff", "Public", "a b", ""])
def test_an_invite_gives_groups_only(invites: Invites, group: str) -> None:
    with pytest.raises(InputError):
        invites.create("Karl", Role.VIEWER, [group])


def test_a_session_ends_when_it_is_not_used(
    accounts: Accounts, sessions: Sessions, clock: TickingClock
) -> None:
    account = accounts.sign_in(ERNA)
    session, cookie = sessions.begin(account.account_id)
    for _ in range(3):
        clock.move(minutes=29)
        found = sessions.find(cookie)
        assert found is not None and found[1] == account
    assert sessions.running() != []
    clock.move(minutes=30)
    assert sessions.find(cookie) is None and sessions.running() == []
    with pytest.raises(NotFoundError):
        sessions.end(session.session_id, "acc-fremd")


def test_a_session_ends_after_its_lifetime_however_busy(
    accounts: Accounts, sessions: Sessions, clock: TickingClock
) -> None:
    _, cookie = sessions.begin(accounts.sign_in(ERNA).account_id)
    for _ in range(36):
        assert sessions.find(cookie) is not None
        clock.move(minutes=20)
    assert sessions.find(cookie) is None


def test_a_session_sees_what_the_account_may_now(accounts: Accounts, sessions: Sessions) -> None:
    _, cookie = sessions.begin(accounts.sign_in(ERNA).account_id)
    accounts.sign_in(Identity(ISSUER, "erna", "Erna"))
    found = sessions.find(cookie)
    assert found is not None and found[1].role is Role.VIEWER and not found[1].audiences


def test_revoking_one_session_and_all(
    accounts: Accounts, sessions: Sessions, clock: TickingClock
) -> None:
    erna = accounts.sign_in(ERNA).account_id
    karl = accounts.sign_in(Identity(ISSUER, "karl", "Karl")).account_id
    (first, one), (_, two), (_, three) = (sessions.begin(erna) for _ in range(3))
    _, other = sessions.begin(karl)
    with pytest.raises(NotFoundError):
        sessions.end(first.session_id, karl)
    sessions.end(first.session_id, erna)
    assert sessions.find(one) is None and sessions.find(two) is not None
    assert sessions.end_all(erna) == 2
    assert sessions.find(two) is sessions.find(three) is None
    assert [one.account_id for one in sessions.running()] == [karl]
    assert sessions.find(other) is not None and sessions.running(erna) == []


def test_sessions_that_are_over_do_not_pile_up(
    accounts: Accounts, sessions: Sessions, database: Database, clock: TickingClock
) -> None:
    erna = accounts.sign_in(ERNA).account_id
    for _ in range(5):
        sessions.begin(erna)
    clock.move(hours=13)
    sessions.begin(erna)
    with database.session() as session:
        assert session.execute(sa.text("SELECT count(*) FROM sessions")).scalar() == 1


def test_no_secret_is_stored(
    database: Database, accounts: Accounts, invites: Invites, sessions: Sessions
) -> None:
    erna = accounts.sign_in(ERNA).account_id
    secrets = [
        sessions.begin(erna)[1],
        invites.create("Karl")[1],
        Tokens(database).create("Intranet")[1],
    ]
    assert len(set(secrets)) == 3
    stored = everything_stored(database)
    assert "Erna" in stored and not [secret for secret in secrets if secret in stored]


def test_tokens_keep_their_scopes(database: Database) -> None:
    tokens = Tokens(database)
    _, secret = tokens.create("Intranet", (TokenScope.ASK_STAFF, TokenScope.DOCUMENTS))
    found = tokens.verify(secret)
    assert found is not None and found.scopes == (TokenScope.ASK_STAFF, TokenScope.DOCUMENTS)
    with database.session() as session:  # a scope of a newer version means nothing
        session.execute(sa.text("UPDATE tokens SET scopes = 'ask unheard:of'"))
    assert tokens.all()[0].scopes == (TokenScope.ASK,)


def test_tokens_of_the_version_before_keep_all_rights(database_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with closing(Database(database_url)) as new:
        _, secret = Tokens(new).create("Alt")
        with new.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, "0006")
            columns = sa.inspect(connection).get_columns("tokens")
            assert "role" in [column["name"] for column in columns]
            assert "accounts" not in sa.inspect(connection).get_table_names()
    with closing(Database(database_url)) as upgraded:
        found = Tokens(upgraded).verify(secret)
        assert found is not None and found.scopes == (TokenScope.ADMIN,)
