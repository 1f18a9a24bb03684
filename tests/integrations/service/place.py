"""A service with a postbox on small documents, for the tests of what is remembered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller

from tests import folders
from tests.integrations import documents
from tests.integrations.remembering.test_mail import Postbox
from tests.integrations.running import Service, free_port, running

CONTACT = "Handwerkskammer Musterstadt"


@dataclass
class Place:
    """A service with its postbox and a client on its Unix socket."""

    service: Service
    postbox: Postbox
    local: httpx.Client

    def ask(self, question: str, **headers: str) -> dict[str, Any]:
        response = self.service.http.post(
            "/api/v1/answers", json={"question": question}, headers=headers
        )
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        response = self.local.get(f"/api/v1/{path}", params=params)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def questions(self, text: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("questions", text=text, limit=500)["questions"]
        return found


def filled(folder: Path) -> Path:
    """A data folder with the small documents."""
    data = folders.prepared(folder / "daten")
    with folders.opened(data) as desk:
        assert desk.ingestion.run(
            [documents.write(folder / "unterlagen")], desk.ingest_options
        ).complete
    return data


@contextmanager
def opened_place() -> Iterator[Place]:
    """A running service that sends its mail to the postbox."""
    postbox, port = Postbox(), free_port()
    mail = Controller(postbox, hostname="127.0.0.1", port=port)
    mail.start()
    settings = {
        "AUSKUNFT_SMTP_HOST": "127.0.0.1",
        "AUSKUNFT_SMTP_PORT": str(port),
        "AUSKUNFT_SMTP_TLS": "none",
        "AUSKUNFT_CONTACT_NAME": CONTACT,
        "AUSKUNFT_CONTACT_EMAIL": "info@kammer.example",
        "AUSKUNFT_WIDGET_ORIGINS": "https://kammer.example",
    }
    with folders.quick_folder() as folder, running(filled(folder), **settings) as service:
        yield Place(service, postbox, service.local())
    mail.stop()
