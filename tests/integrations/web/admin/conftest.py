"""A service with small documents and people who sign in to its admin's desk with one-time links."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fpdf import FPDF

from tests import folders
from tests.integrations import documents
from tests.integrations.running import Service, running
from tests.integrations.signin.visitor import Visitor

LIST = "/admin/dokumente"


@dataclass
class Office:
    """The running service, a client on its socket, and a folder of its machine."""

    service: Service
    local: httpx.Client
    folder: Path

    def link(self, role: str) -> str:
        """A one-time link for somebody new."""
        made = self.local.post("/api/v1/invites", json={"name": f"Frau {role}", "role": role})
        link: str = made.json()["link"]
        return self.service.url + link[link.index("/einladung/") :]

    def colleague(self, role: str) -> Visitor:
        """Somebody with this role who is signed in."""
        visitor = Visitor(self.service.url)
        link = self.link(role)
        used = visitor.http.post(link, headers=visitor.headers)
        assert used.status_code == 303, used.text
        return visitor

    def done(self, job_id: str) -> dict[str, Any]:
        """The job once it is over."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.local.get(f"/api/v1/jobs/{job_id}").json()
            if job["finished_at"]:
                return job
            time.sleep(0.05)
        raise AssertionError("the job does not end")

    def documents(self) -> dict[str, dict[str, Any]]:
        """What is in the knowledge base, by file name."""
        found = self.local.get("/api/v1/documents").json()["documents"]
        return {one["file"]: one for one in found}

    def verbs(self) -> list[tuple[str, str]]:
        """The audit log, the latest first: who and what."""
        entries = self.local.get("/api/v1/audit", params={"limit": 100}).json()["entries"]
        return [(one["who"], one["verb"]) for one in entries]


def pdf(*pages: str) -> bytes:
    """A PDF with a page for each text."""
    made = FPDF(format="a4")
    made.set_font("helvetica", size=14)
    for text in pages:
        made.add_page()
        made.multi_cell(0, 8, text)
    return bytes(made.output())


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    with folders.quick_folder() as folder:
        data = folders.prepared(folder / "daten")
        with folders.opened(data) as desk:
            given = documents.write(folder / "unterlagen", hostile=True)
            assert desk.ingestion.run([given], desk.ingest_options).complete
        with running(data) as service, service.local() as local:
            yield Office(service, local, folder)
