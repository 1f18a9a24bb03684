"""A running service with small documents, and somebody signed in for each role that has a desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kb.roles import Role
from kb.state.accounts import Identity
from tests import folders
from tests.integrations import documents
from tests.integrations.running import Service, running
from tests.integrations.signin.visitor import Visitor

EDITOR, ADMIN = "Rita Redaktion", "Anna Admin"


@dataclass
class DeskHouse:
    """The service, and cookies of people by their role."""

    service: Service
    cookies: dict[Role, str]

    def visitor(self, role: Role) -> Visitor:
        return Visitor(self.service.url, self.cookies[role])

    def ask(self, question: str) -> dict[str, object]:
        """The answer that the public gets."""
        answer = self.service.http.post("/api/v1/answers", json={"question": question})
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found


@contextmanager
def opened_house() -> Iterator[DeskHouse]:
    """An editor and an admin at the desk of a service that runs."""
    with folders.quick_folder() as folder:
        data = folders.prepared(folder / "daten")
        cookies = {}
        with folders.opened(data) as desk:
            given = documents.write(folder / "unterlagen")
            assert desk.ingestion.run([given], desk.ingest_options).complete
            for role, name in ((Role.EDITOR, EDITOR), (Role.ADMIN, ADMIN)):
                account = desk.accounts.sign_in(Identity("test", role, name, role=role))
                cookies[role] = desk.sessions.begin(account.account_id)[1]
        with running(data) as service:
            yield DeskHouse(service, cookies)
