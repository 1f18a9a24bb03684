"""One service with people of every role, tokens of every scope and a real OpenID provider beside it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from oidc_provider_mock import User, run_server_in_thread

from integrations.web.app import create_app
from kb.roles import ACCOUNT_ROLES, Role, TokenScope
from kb.state.accounts import Identity
from tests import folders
from tests.integrations import documents
from tests.integrations.running import Service, running
from tests.integrations.signin.visitor import Visitor

GROUP_NAME = "Vermerk_Allianz.md"
GROUP_QUESTION = "Welche Summe wurde im Vermerk Kranichnest vereinbart?"
_GROUP_TEXT = """---
title: Vermerk Kranichnest
audience: allianz
---
# Vermerk Kranichnest

## 1 Summe

Im Vermerk Kranichnest wurde eine Summe von 77.100 Euro vereinbart.
"""
USERS = (
    User(sub="chefin", claims={"name": "Clara Chefin", "groups": ["IT-Admins", "Redaktion"]}),
    User(sub="redakteur", claims={"name": "Rudi Redakteur", "groups": ["Redaktion"]}),
    User(sub="partnerin", claims={"name": "Paula <b>P.</b>", "groups": ["AG Allianz", "Chor"]}),
    User(sub="fremder", claims={"email": "fremd@example.org", "groups": ["admin", "staff"]}),
)
OIDC = {
    "AUSKUNFT_OIDC_CLIENT_ID": "auskunft-test",
    "AUSKUNFT_OIDC_CLIENT_SECRET": "ganz/geheim: ü",
    "AUSKUNFT_OIDC_ROLES": "IT-Admins=admin,Redaktion=editor,Kollegium=staff",
    "AUSKUNFT_OIDC_GROUPS": "AG Allianz=allianz",
}


@dataclass
class House:
    """A running service; cookies by role, tokens by scope, ids of documents by file name."""

    service: Service
    cookies: dict[Role, str]
    tokens: dict[TokenScope, str]
    ids: dict[str, str]
    routes: set[tuple[str, str]]
    issuer: str

    def visitor(self, role: Role = Role.PUBLIC) -> Visitor:
        return Visitor(self.service.url, self.cookies.get(role, ""))

    @property
    def admin(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens[TokenScope.ADMIN]}"}


@contextmanager
def provider() -> Iterator[str]:
    """The address of a real OpenID provider (PyPI `oidc-provider-mock`) in a thread."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the provider's own: http on this machine
    with run_server_in_thread(user_claims=USERS, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture(scope="session")
def house(issuer: str) -> Iterator[House]:
    with folders.quick_folder() as folder:
        given = documents.write(folder / "unterlagen")
        (given / GROUP_NAME).write_text(_GROUP_TEXT, "utf-8")
        data = folders.prepared(folder / "daten")
        cookies, tokens, ids, routes = _furnished(data, given, issuer)
        with running(data, **OIDC, AUSKUNFT_OIDC_ISSUER=issuer) as service:
            yield House(service, cookies, tokens, ids, routes, issuer)


def _furnished(
    data: Path, given: Path, issuer: str
) -> tuple[dict[Role, str], dict[TokenScope, str], dict[str, str], set[tuple[str, str]]]:
    with folders.opened(data, oidc_issuer=issuer, oidc_client_id="x") as desk:
        assert desk.ingestion.run([given], desk.ingest_options).complete
        ids = {d.head.file: d.head.document_id for d in desk.knowledge.registry.all()}
        cookies, tokens = {}, {}
        for role in ACCOUNT_ROLES:
            identity = Identity("test", role, f"Rolle {role}", role=role)
            account = desk.accounts.sign_in(identity)
            cookies[role] = desk.sessions.begin(account.account_id)[1]
        for scope in TokenScope:
            tokens[scope] = desk.tokens.create(f"für {scope}", (scope,))[1]
        return cookies, tokens, ids, _routes(create_app(desk))


def _routes(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every route, those of included routers as well; mounts with method `*`."""
    found: set[tuple[str, str]] = set()
    for route in iter_route_contexts(app.routes):
        methods = set(route.methods or {"*"}) - {"HEAD"}
        found |= {(method, str(route.path)) for method in methods}
    return found
