"""One service on small documents of our own, shared by the tests of this folder that only read."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests import folders
from tests.integrations import documents
from tests.integrations.running import Service, running


@dataclass
class Office:
    """A running service with an admin token and the ids of its documents by file name."""

    service: Service
    token: str
    ids: dict[str, str]

    @property
    def admin(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    with folders.quick_folder() as folder:
        given = documents.write(folder / "unterlagen", hostile=True)
        data = folders.prepared(folder / "daten")
        with folders.opened(data) as desk:
            assert desk.ingestion.run([given], desk.ingest_options).complete
            ids = {d.head.file: d.head.document_id for d in desk.knowledge.registry.all()}
            _, token = desk.tokens.create("Test")
        with running(data) as service:
            yield Office(service, token, ids)
