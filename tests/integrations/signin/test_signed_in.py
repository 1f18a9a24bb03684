"""A real service with a real OpenID provider: signing in, what one sees then, and getting out again."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from bs4 import BeautifulSoup

from kb.roles import Role, TokenScope
from tests.integrations import documents
from tests.integrations.running import Outcome
from tests.integrations.signin.conftest import GROUP_NAME, GROUP_QUESTION, House
from tests.integrations.signin.visitor import (
    Visitor,
    consent_at_mock,
    path_of,
    sign_in_at_mock,
)

#: the command in this process, speaking to the service through its socket
Cli = Callable[..., Outcome]
STAFF_SECRETS = ("48.500", documents.STAFF_NAME, "Internes Protokoll")
GROUP_SECRETS = ("77.100", GROUP_NAME)


@pytest.mark.parametrize(
    ("subject", "role", "groups", "name"),
    [
        ("chefin", "admin", ["staff"], "Clara Chefin"),
        ("redakteur", "editor", ["staff"], "Rudi Redakteur"),
        ("partnerin", "viewer", ["allianz"], "Paula <b>P.</b>"),
        ("fremder", "viewer", [], "fremd@example.org"),  # groups called like roles mean nothing
    ],
)
def test_the_provider_says_who_one_is(
    house: House, subject: str, role: str, groups: list[str], name: str
) -> None:
    with house.visitor() as visitor:
        done = sign_in_at_mock(visitor, subject, "/konto")
        assert (done.status_code, done.headers["location"]) == (303, "/konto"), done.text
        assert visitor.me() == {"role": role, "name": name, "groups": groups}
        page = visitor.get("/konto")
        assert page.headers["cache-control"] == "no-store"
        tree = BeautifulSoup(page.text, "lxml")
        assert tree.select(".signed-in a")[0].get_text() == name and "<b>P." not in page.text


def test_a_sign_in_that_is_broken_off(house: House) -> None:
    with house.visitor() as visitor:
        answer = visitor.get(path_of(consent_at_mock(visitor, "chefin", action="deny")))
        assert answer.status_code == 403 and "Die Anmeldung wurde abgelehnt." in answer.text
        assert visitor.me()["role"] == "public"


def test_signing_in_again_keeps_the_account(house: House) -> None:
    with house.visitor() as visitor:
        sign_in_at_mock(visitor, "redakteur")
        first = visitor.http.cookies["auskunft"]
        sign_in_at_mock(visitor, "redakteur")
        second = visitor.http.cookies["auskunft"]
    assert first != second
    with Visitor(house.service.url, first) as former:
        assert former.me()["role"] == "public"  # the browser's former session has ended
    accounts = house.service.http.get("/api/v1/accounts", headers=house.admin).json()["accounts"]
    assert len([one for one in accounts if one["name"] == "Rudi Redakteur"]) == 1


def test_a_cookie_that_somebody_planted_is_not_taken_over(house: House) -> None:
    planted = "x" * 43
    with Visitor(house.service.url, planted) as visitor:
        sent = visitor.get("/")
        assert "Max-Age=0" in sent.headers["set-cookie"]
        sign_in_at_mock(visitor, "chefin")
        cookies = [one for one in visitor.http.cookies.jar if one.name == "auskunft"]
        assert planted not in [cookie.value for cookie in cookies if cookie.domain]
    with Visitor(house.service.url, planted) as attacker:
        assert attacker.me()["role"] == "public"


def test_the_cookie_keeps_scripts_and_other_sites_out(house: House) -> None:
    with house.visitor() as visitor:
        sign_in_at_mock(visitor, "chefin")
        line = visitor.submit("/konto", "/abmelden").headers["set-cookie"]
        attributes = {part.strip().lower() for part in line.split(";")}
        assert {"httponly", "samesite=lax", "path=/"} <= attributes and "secure" not in attributes


def seen_by(client: httpx.Client, question: str, house: House) -> str:
    """All that a caller can be shown on a question, by every route that reads documents."""
    body = {"question": question}
    ids = [house.ids[documents.STAFF_NAME], house.ids[GROUP_NAME]]
    found = [
        client.post("/api/v1/answers", json=body),
        client.post("/api/v1/answers", json=body, headers={"accept": "text/event-stream"}),
        client.post("/api/v1/search", json={**body, "limit": 100}),
        client.get("/api/v1/documents"),
        client.get("/"),
        client.post("/", data=body),
        client.get("/api/v1/openapi.json"),
        *(client.get(f"/dokumente/{one}?von=0&bis=40") for one in ids),
        *(client.get(f"/api/v1/documents/{one}") for one in ids),
    ]
    text = "".join(answer.text for answer in found)
    return text.replace(question, "").replace(json.dumps(question)[1:-1], "")


@pytest.mark.parametrize(
    ("caller", "staff", "group"),
    [
        ("public", False, False),
        (Role.VIEWER, False, False),
        ("partnerin", False, True),
        (Role.STAFF, True, False),
        (Role.EDITOR, True, True),  # sees all documents as what they are: to be worked on
        (f"token {TokenScope.ASK}", False, False),
        (f"token {TokenScope.ASK_STAFF}", False, False),  # unless it names the group
    ],
)
def test_each_sees_the_documents_of_their_audiences(
    house: House, caller: str, staff: bool, group: bool
) -> None:
    with house.visitor(Role(caller) if caller in tuple(Role) else Role.PUBLIC) as visitor:
        if caller == "partnerin":
            sign_in_at_mock(visitor, caller)
        elif caller.startswith("token "):
            token = house.tokens[TokenScope(caller.removeprefix("token "))]
            visitor.http.headers["authorization"] = f"Bearer {token}"
        visitor.http.headers.update({**visitor.origin, "x-csrf-token": visitor.csrf()})
        for question, secrets, shown in (
            (documents.STAFF_QUESTION, STAFF_SECRETS, staff),
            (GROUP_QUESTION, GROUP_SECRETS, group),
        ):
            text = seen_by(visitor.http, question, house)
            assert [one for one in secrets if one in text] == (list(secrets) if shown else [])


def test_the_page_answers_with_the_own_documents(house: House) -> None:
    with house.visitor(Role.STAFF) as staff:
        answered = staff.submit("/", "/#antwort-1", question=documents.STAFF_QUESTION)
        assert "48.500" in answered.text and answered.headers["cache-control"] == "no-store"
        document = house.ids[documents.STAFF_NAME]
        assert "Zitronenfalter" in staff.get(f"/dokumente/{document}").text
    with house.visitor(Role.VIEWER) as viewer:
        answered = viewer.submit("/", "/#antwort-1", question=documents.STAFF_QUESTION)
        assert "48.500" not in answered.text
        assert viewer.get(f"/dokumente/{document}").status_code == 404


def test_groups_are_named_by_whoever_may(house: House) -> None:
    def named(visitor: Visitor, *groups: str) -> httpx.Response:
        headers = {**visitor.origin, "x-csrf-token": visitor.csrf()}
        body = {"question": GROUP_QUESTION, "groups": groups}
        return visitor.http.post("/api/v1/answers", json=body, headers=headers)

    with house.visitor(Role.ADMIN) as admin:
        assert "77.100" in named(admin, "allianz").text
    for role in (Role.PUBLIC, Role.VIEWER, Role.STAFF, Role.EDITOR):
        with house.visitor(role) as visitor:
            refused = named(visitor, "allianz")
            assert refused.status_code == 403 and "Gruppen" in refused.json()["detail"]
            assert named(visitor, "allianz", "staff").status_code == 403
    with house.visitor() as partner:
        sign_in_at_mock(partner, "partnerin")
        assert "77.100" in named(partner, "Allianz").text  # one's own
        assert named(partner, "allianz", "staff").status_code == 403
    for scope, status in (
        (TokenScope.ASK, 403),
        (TokenScope.DOCUMENTS, 403),
        (TokenScope.ASK_STAFF, 200),
        (TokenScope.ADMIN, 200),
    ):
        header = {"authorization": f"Bearer {house.tokens[scope]}"}
        body = {"question": GROUP_QUESTION, "groups": ["allianz"]}
        answer = house.service.http.post("/api/v1/answers", json=body, headers=header)
        assert answer.status_code == status and ("77.100" in answer.text) is (status == 200)


def test_a_token_counts_before_a_cookie(house: House) -> None:
    """And needs no proof of a page, because no foreign page can send it."""
    with house.visitor(Role.ADMIN) as visitor:
        visitor.http.headers["authorization"] = f"Bearer {house.tokens[TokenScope.ASK]}"
        assert visitor.me()["role"] == "public"
        assert visitor.http.get("/api/v1/tokens").status_code == 403
        body = {"question": documents.PUBLIC_QUESTION}
        assert visitor.http.post("/api/v1/answers", json=body).is_success
        visitor.http.headers["authorization"] = "Bearer ausk_falsch"
        assert visitor.http.get("/api/v1/documents").status_code == 403


def invited(cli: Cli, house: House, *arguments: str) -> str:
    made = cli("--data", house.service.data, "admin", "invite", *arguments)
    assert made.code == 0, made.err
    return made.out.strip()


def test_a_link_signs_in_once(cli: Cli, house: House) -> None:
    link = invited(cli, house, "--name", "Karl Kunz", "--role", "staff", "--group", "allianz")
    assert link.startswith(f"{house.service.url}/einladung/")
    path = link.removeprefix(house.service.url)
    scanner = house.visitor()
    for _ in range(3):  # previews and mail scanners
        seen = scanner.get(path)
        assert seen.status_code == 200 and "Guten Tag, Karl Kunz" in seen.text
        assert seen.headers["cache-control"] == "no-store" and "set-cookie" not in seen.headers
    with house.visitor() as karl:
        done = karl.submit(path, path)
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert karl.me() == {"role": "staff", "name": "Karl Kunz", "groups": ["allianz", "staff"]}
        assert "77.100" in karl.submit("/", "/#antwort-1", question=GROUP_QUESTION).text
    again = scanner.http.post(path, headers=scanner.headers)
    assert again.status_code == 403 and "Der Link ist schon benutzt." in again.text
    assert "set-cookie" not in again.headers
    assert "Der Link ist schon benutzt." in scanner.get(path).text
    scanner.http.close()


def test_a_link_is_used_by_one_of_many_at_once(cli: Cli, house: House) -> None:
    path = invited(cli, house, "--name", "Viele").removeprefix(house.service.url)

    def use(_: int) -> int:
        with house.visitor() as visitor:
            return visitor.http.post(path, headers=visitor.headers).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [303, *[403] * 7]


def test_a_foreign_page_cannot_sign_somebody_in(cli: Cli, house: House) -> None:
    path = invited(cli, house, "--name", "Angreifer").removeprefix(house.service.url)
    with house.visitor() as victim:
        for headers in (
            {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
            {"origin": "https://evil.example"},
            {},
        ):
            refused = victim.http.post(path, headers=headers)
            assert refused.status_code == 403 and "set-cookie" not in refused.headers
        assert victim.me()["role"] == "public"


def test_links_that_do_not_exist_or_were_taken_back(cli: Cli, house: House) -> None:
    made = cli(*("--data", house.service.data, "admin", "invite", "--name", "Ida", "--json")).json
    path = made["link"].removeprefix(house.service.url)
    assert cli("--data", house.service.data, "admin", "revoke", made["invite_id"]).code == 0
    with house.visitor() as visitor:
        for link, title in (
            (path, "Der Link gilt nicht mehr."),
            ("/einladung/gibt-es-nicht", "Der Link ist ungültig."),
        ):
            for answer in (visitor.get(link), visitor.http.post(link, headers=visitor.headers)):
                assert answer.status_code == 403 and title in answer.text


def test_accounts_and_sessions_on_the_command_line(cli: Cli, house: House) -> None:
    path = invited(cli, house, "--name", "Berta Bald").removeprefix(house.service.url)
    folder = ("--data", house.service.data, "admin")
    with house.visitor() as berta:
        berta.submit(path, path)
        cookie = berta.http.cookies["auskunft"]
        listed = cli(*folder, "accounts", "--json").json["accounts"]
        account = next(one for one in listed if one["name"] == "Berta Bald")
        assert account["account_id"] in cli(*folder, "accounts").out.replace("\n", "")
        sessions = cli(*folder, "sessions", "--json")
        assert cookie not in sessions.out
        session = next(
            one for one in sessions.json["sessions"] if one["account_id"] == account["account_id"]
        )
        assert cli(*folder, "revoke", session["session_id"]).code == 0
        assert berta.me()["role"] == "public"
        again = invited(cli, house, "--account", account["account_id"])
        path = again.removeprefix(house.service.url)
        berta.submit(path, path)
        assert berta.me()["name"] == "Berta Bald"
        assert cli(*folder, "revoke", account["account_id"]).code == 0
        assert berta.me()["role"] == "public"
        refused = cli(*folder, "invite", "--account", account["account_id"])
        assert refused.code != 0 and "wenden Sie sich" in refused.err
        assert cli(*folder, "enable", account["account_id"]).code == 0
        assert cli(*folder, "remove", account["account_id"]).code == 0
        assert "Berta" not in cli(*folder, "accounts", "--json").out
    wrong = cli(*folder, "revoke", "irgendwas")
    assert wrong.code == 2 and "acc-" in wrong.err


def test_rights_of_somebody_who_was_invited_change_at_once(cli: Cli, house: House) -> None:
    data = ("--data", house.service.data)
    link = invited(cli, house, "--name", "Rita Rechte", "--role", "editor", "--group", "allianz")
    path = link.removeprefix(house.service.url)
    with house.visitor() as rita:
        rita.submit(path, path)
        accounts = cli(*data, "admin", "accounts", "--json").json["accounts"]
        ident = next(one["account_id"] for one in accounts if one["name"] == "Rita Rechte")
        changed = cli(*data, "admin", "rights", ident, "--role", "viewer")
        assert changed.out.strip() == f"Geändert: {ident} (viewer, allianz)"
        assert rita.me() == {"role": "viewer", "name": "Rita Rechte", "groups": ["allianz"]}
        assert rita.get("/admin").status_code == 403
        cli(*data, "admin", "rights", ident, "--role", "staff", "--no-groups")
        assert rita.me()["groups"] == ["staff"]
        for wrong, told in (
            (("--role", "chef"), "Die Rolle 'chef' gibt es nicht"),
            (("--group", "public"), "sind keine Gruppen"),
            ((), "was sich ändern soll"),
        ):
            refused = cli(*data, "admin", "rights", ident, *wrong)
            assert refused.code == 2 and told in " ".join(refused.err.split())
    log = house.service.http.get("/api/v1/audit", headers=house.admin).json()["entries"]
    last = next(one for one in log if one["verb"] == "account.rights")
    assert (last["before"], last["after"]) == ("viewer, allianz", "staff")


def test_rights_from_a_provider_are_changed_there(cli: Cli, house: House) -> None:
    with house.visitor() as visitor:
        sign_in_at_mock(visitor, "redakteur")
    data = ("--data", house.service.data)
    accounts = cli(*data, "admin", "accounts", "--json").json["accounts"]
    ident = next(one["account_id"] for one in accounts if one["name"] == "Rudi Redakteur")
    refused = cli(*data, "admin", "rights", ident, "--role", "admin")
    assert refused.code == 2 and "vom Anmeldedienst" in " ".join(refused.err.split())


def test_tokens_on_the_command_line(cli: Cli, house: House) -> None:
    data = ("--data", house.service.data)
    made = cli(*data, "token", "create", "Intranet", "--scope", "ask:staff")
    header = {"authorization": f"Bearer {made.out.strip()}"}
    body = {"question": documents.STAFF_QUESTION, "groups": ["staff"]}
    assert "48.500" in house.service.http.post("/api/v1/answers", json=body, headers=header).text
    assert house.service.http.get("/api/v1/status", headers=header).status_code == 403
    listed = cli(*data, "token", "list").out
    line = next(one for one in listed.splitlines() if "Intranet" in one)
    assert "ask:staff" in line and made.out.strip() not in listed
    wrong = cli(*data, "token", "create", "x", "--scope", "alles")
    assert wrong.code == 2 and "ask, ask:staff, documents, admin" in wrong.err


def test_signing_out_here_and_everywhere(house: House) -> None:
    one, two, three = house.visitor(), house.visitor(), house.visitor()
    with one, two, three:
        for visitor in (one, two, three):
            sign_in_at_mock(visitor, "partnerin")
        ended = two.http.cookies["auskunft"]
        out = two.submit("/konto", "/abmelden")
        assert out.status_code == 200 and f"{house.issuer}/oauth2/end_session?" in out.text
        assert two.me()["role"] == "public" and one.me()["role"] == "viewer"
        with Visitor(house.service.url, ended) as thief:
            assert thief.me()["role"] == "public"
            assert thief.get("/konto").headers["location"] == "/anmelden?zurueck=/konto"
        assert three.get("/konto").text.count("/beenden") >= 1
        one.submit("/konto", "/konto/abmelden")
        assert one.me()["role"] == three.me()["role"] == "public"


def test_ending_another_session_of_ones_own_but_nobody_elses(house: House) -> None:
    with house.visitor() as here, house.visitor() as there, house.visitor(Role.EDITOR) as other:
        sign_in_at_mock(here, "chefin")
        sign_in_at_mock(there, "chefin")
        tree = BeautifulSoup(here.get("/konto").text, "lxml")
        actions = [str(form["action"]) for form in tree.select("form[action$=beenden]")]
        proof = {"csrf": other.csrf()}
        other.http.post(actions[0], data=proof, headers=other.headers)
        assert there.me()["role"] == here.me()["role"] == "admin"
        for action in actions:
            assert here.submit("/konto", action).status_code == 303
        assert there.me()["role"] == "public" and here.me()["role"] == "admin"


def test_nothing_secret_is_logged(house: House) -> None:
    with house.visitor() as visitor:
        consent = consent_at_mock(visitor, "chefin")
        visitor.get(path_of(consent))
        visitor.get(path_of(consent))  # a replay
        secrets = [*path_of(consent).partition("?")[2].split("&"), *house.tokens.values()]
        secrets += [visitor.http.cookies["auskunft"], visitor.csrf(), "ganz/geheim"]
    log = house.service.log.read_text("utf-8")
    assert not [one for one in secrets if one.partition("=")[2] in log and one.partition("=")[2]]
    assert not [one for one in secrets if one in log]
