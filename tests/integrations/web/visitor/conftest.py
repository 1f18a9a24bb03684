"""A desk with a few documents of many kinds, and requests to its pages without a network."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from fpdf import FPDF

from integrations.desk import Desk
from integrations.web.app import create_app
from tests import folders
from tests.run_folder import made_once

EVIL = '<img src=x onerror="window.__xss=1">'

GRANT = """---
title: Richtlinie Meisterbonus {year}
audience: public
kind: guideline
publisher: Kammer Nordtal
date: {year}-02-01
valid_from: {year}-01-01
valid_until: {until}
---
# Richtlinie Meisterbonus {year}

## 1 Zweck

Der Meisterbonus unterstützt Gesellinnen und Gesellen auf dem Weg zur Meisterprüfung.

## 5 Höhe

Der Meisterbonus beträgt {amount} Euro je bestandener Meisterprüfung. Zuschüsse anderer Stellen
werden angerechnet.
"""
FAQ = """---
title: Häufige Fragen zum Meisterbonus
audience: public
---
# Häufige Fragen zum Meisterbonus

## Wie hoch ist der Meisterbonus?

Der Meisterbonus beträgt 1.500 Euro je bestandener Meisterprüfung.

## Wo beantrage ich den Meisterbonus?

Den Meisterbonus beantragen Sie bei der Kammer Nordtal in Beispielstadt.

## Was tun?

Nichts.
"""
STAFF = """---
title: Geheimplan Zitronenfalter
publisher: Stab Zitronenfalter
---
# Geheimplan Zitronenfalter

## Wie hoch ist die Zusage für das Projekt Zitronenfalter?

Für das Projekt Zitronenfalter wurden 48.500 Euro als Meisterbonus zugesagt.
"""
HOSTILE = f"""<!doctype html><html lang="de"><head><title>Titel {EVIL.replace("<", "&lt;")}</title>
<meta name="description" content="x"></head><body><h1>Meisterbonus {EVIL.replace("<", "&lt;")}</h1>
<script>alert(1)</script><p>Der Meisterbonus {EVIL.replace("<", "&lt;")} gilt **nicht** als
[Lohn](javascript:alert(1)).</p></body></html>"""
HOSTILE_NAME = 'Böse "Datei" ; x=<b>é.html'


def scheme(texts: list[str]) -> bytes:
    """A PDF with a page for each text."""
    made = FPDF(format="a4")
    made.set_font("helvetica", size=14)
    for text in texts:
        made.add_page()
        made.multi_cell(0, 8, text)
    return bytes(made.output())


def write_documents(folder: Path) -> Path:
    """Public ones: two versions of a guideline, an FAQ, a PDF, hostile HTML; and one for staff."""
    folder.mkdir(parents=True)
    old = GRANT.format(year=2024, until="2025-12-31", amount="1.000")
    new = GRANT.format(year=2026, until="2027-12-31", amount="1.500")
    (folder / "bonus_2024.md").write_text(old, "utf-8")
    (folder / "bonus_2026.md").write_text(new, "utf-8")
    (folder / "faq.md").write_text(FAQ, "utf-8")
    (folder / "geheim.md").write_text(STAFF, "utf-8")
    pages = [
        "Merkblatt Anmeldung. Die Anmeldung beginnt im Mai.",
        "Die Frist endet am 30. Juni 2027.",
    ]
    (folder / "Merkblatt Prüfung.pdf").write_bytes(scheme(pages))
    (folder / HOSTILE_NAME).write_text(HOSTILE, "utf-8")
    (folder / "auskunft.toml").write_text(
        '[[rules]]\nmatch = "*.pdf"\naudience = "public"\n'
        '[[rules]]\nmatch = "*.html"\naudience = "public"\n'
        '[[rules]]\nmatch = "bonus_2026.md"\nsupersedes = "bonus_2024.md"\n',
        "utf-8",
    )
    return folder


def taken_in() -> Path:
    """A closed data folder with the documents; made once, to be copied."""
    return made_once("besucherseiten", _take_in)


def _take_in(folder: Path) -> None:
    with ThreadPoolExecutor(1) as elsewhere:  # a browser may hold this thread's event loop
        elsewhere.submit(_ingest, folder).result()


def _ingest(folder: Path) -> None:
    with TemporaryDirectory() as scratch, folders.opened(folder) as desk:
        given = write_documents(Path(scratch) / "quelle")
        report = desk.ingestion.run([given], desk.ingest_options)
        assert report.complete, report.as_dict()


class Site:
    """The pages of one desk, as a browser without a script sees them."""

    def __init__(self, desk: Desk, app: FastAPI | None = None) -> None:
        self.desk = desk
        self.app = app or create_app(desk)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost"
            ) as client:
                return await client.request(method, path, **more)

        return asyncio.run(send())

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, headers={"accept": "text/html", **headers})

    def page(self, path: str) -> BeautifulSoup:
        return BeautifulSoup(self.get(path).text, "lxml")

    def id_of(self, file: str) -> str:
        found = {
            entry.head.file: entry.head.document_id for entry in self.desk.parts.registry.all()
        }
        return found[file]


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Opens a site with a copy of the documents above, under the settings given."""
    opened: list[Desk] = []

    def open_site(**settings: Any) -> Site:
        shutil.copytree(taken_in(), tmp_path / "daten", symlinks=True)
        opened.append(folders.opened(tmp_path / "daten", **settings))
        return Site(opened[-1])

    yield open_site
    for desk in opened:
        desk.close()


@pytest.fixture
def site(opening: Callable[..., Site]) -> Site:
    return opening(
        contact_name="Kammer Nordtal, Beratung",
        contact_text="Mo–Do 9–16 Uhr",
        contact_phone="+49 (0) 211 555 0100",
        contact_email="beratung@kammer-nordtal.example",
    )
