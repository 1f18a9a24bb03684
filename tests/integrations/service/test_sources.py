"""Sources of a running service: schedules, watched folders, the web, and files over the network."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests import folders
from tests.integrations import documents
from tests.integrations.running import (
    COMMAND,
    Outcome,
    Service,
    auskunft,
    environment,
    running,
)
from tests.integrations.service.test_jobs import over, until

Cli = Callable[..., Outcome]
PAGE = (
    "<!DOCTYPE html><html lang='de'><head><title>Meisterprämie</title></head><body><main>"
    "<h1>Meisterprämie</h1><p>Die Meisterprämie beträgt 1.900 Euro.</p></main></body></html>"
)


@pytest.fixture
def place() -> Iterator[Path]:
    with folders.quick_folder() as folder:
        documents.write(folder / "unterlagen")
        folders.prepared(folder / "daten")
        yield folder


@pytest.fixture
def site() -> Iterator[str]:
    """A website on another machine, as far as can be told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/praemie"
            body = PAGE.encode() if known else b""
            self.send_response(200 if known else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.2", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.2:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def files(service: Service) -> set[str]:
    with service.local() as client:
        listed = client.get("/api/v1/documents").json()["documents"]
    return {document["file"] for document in listed}


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_source_with_a_schedule_is_read_at_once_and_then_again(cli: Cli, place: Path) -> None:
    with running(place / "daten") as service:
        added = cli(
            *("sources", "add", place / "unterlagen", "--every", 60),
            *("--data", service.data, "--json"),
        )
        assert added.code == 0, added
        source = added.json
        assert (source["kind"], source["every_minutes"]) == ("folder", 60)
        eventually(lambda: len(files(service)) == 2)
        [listed] = cli("sources", "list", "--data", service.data, "--json").json["sources"]
        assert listed["last_job"] and listed["next_at"] > source["next_at"]
        read = cli("sources", "read", source["source_id"], "--data", service.data, "--json")
        assert read.code == 0 and read.json["counts"] == {"unchanged": 2}
        assert cli("sources", "remove", source["source_id"], "--data", service.data).code == 0
        assert cli("sources", "list", "--data", service.data, "--json").json == {"sources": []}
        assert len(files(service)) == 2


def test_a_watched_folder_is_followed(cli: Cli, place: Path) -> None:
    given = place / "unterlagen"
    with running(place / "daten") as service:
        cli("sources", "add", given, "--watch", "--prune", "--data", service.data)
        eventually(lambda: len(files(service)) == 2)
        (given / "neu.md").write_text("# Neu\n\nSeit heute gibt es das.\n", "utf-8")
        eventually(lambda: "neu.md" in files(service))
        (given / "neu.md").unlink()
        eventually(lambda: "neu.md" not in files(service))


def test_a_page_of_the_web_is_answered_from(cli: Cli, place: Path, site: str) -> None:
    with running(place / "daten", AUSKUNFT_WEB_ALLOWED="127.0.0.2") as service:
        added = cli(
            *("sources", "add", f"{site}/praemie", f"{site}/fehlt", "--public"),
            *("--data", service.data, "--json"),
        )
        read = cli("sources", "read", added.json["source_id"], "--data", service.data, "--json")
        assert read.json["counts"] == {"indexed": 1}
        asked = {"question": "Wie hoch ist die Meisterprämie?"}
        answer = service.http.post("/api/v1/answers", json=asked).json()
        assert "1.900 Euro" in answer["statements"][0]["text"]
        assert answer["sources"][0]["uri"] == f"{site}/praemie"


def test_an_inner_address_is_refused_unless_allowed(cli: Cli, place: Path, site: str) -> None:
    with running(place / "daten") as service:
        added = cli("sources", "add", f"{site}/praemie", "--data", service.data, "--json")
        read = cli("sources", "read", added.json["source_id"], "--data", service.data, "--json")
        assert read.code == 1 and read.json["counts"] == {"failed": 1}
        assert "auf diesem Rechner selbst" in read.json["sources"][0]["errors"][0]


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ([], "mindestens einen Pfad"),
        (["/gibt/es/nicht"], "gibt es nicht"),
        (["https://a.example", "/tmp"], "entweder Pfade oder Webadressen"),
        (["http://"], "http://"),
    ],
)
def test_sources_that_cannot_be_are_refused(
    cli: Cli, tmp_path: Path, places: list[str], told: str
) -> None:
    refused = cli("sources", "add", *places, "--data", tmp_path / "daten")
    assert refused.code == 2 and told in refused.err and refused.err.count("\n") == 1


def test_a_file_over_the_network(place: Path) -> None:
    given = documents.write(place / "noch-einmal") / documents.PUBLIC_NAME
    with running(place / "daten") as service, service.local() as client:

        def sent(content: bytes, name: str = "Rundschreiben 1.md") -> dict[str, Any]:
            answer = client.put(f"/api/v1/uploads/{name}?public=true", content=content)
            assert answer.status_code == 202, answer.text
            return until(client, answer.json()["job_id"], over)

        job = sent(given.read_bytes())
        assert job["report"]["counts"] == {"indexed": 1}
        assert job["label"] == "Hochgeladen: Rundschreiben 1.md"
        asked = {"question": documents.PUBLIC_QUESTION}
        answer = service.http.post("/api/v1/answers", json=asked).json()
        assert answer["sources"][0]["file"] == "Rundschreiben 1.md"
        assert sent(given.read_bytes())["report"]["counts"] == {"unchanged": 1}
        assert sent(b"# Neue Fassung\n\nAlles ist anders.\n")["report"]["counts"] == {"indexed": 1}
        assert files(service) == {"Rundschreiben 1.md"}
        assert sent(b"\x00\x01", "kaputt.pdf")["report"]["counts"] == {"failed": 1}
        assert list((service.data / "inbox").iterdir()) == []
        assert client.put("/api/v1/uploads/..", content=b"x").status_code in (404, 405, 422)
        assert service.http.put("/api/v1/uploads/a.md", content=b"x").status_code == 403
        huge = client.put("/api/v1/uploads/a.md", content=b"x" * (41 * 1024 * 1024))
        assert huge.status_code == 422 and "40 MB" in huge.json()["detail"]
        assert list((service.data / "inbox").iterdir()) == []


def test_an_upload_says_its_encoding_and_not_who_may_see_it(place: Path) -> None:
    text = "---\naudience: public\n---\n\n# Größe der Zuschüsse\n\nJe Betrieb 500 Euro.\n"
    with running(place / "daten") as service, service.local() as client:
        said = {"Content-Type": "text/markdown; charset=macintosh"}
        answer = client.put("/api/v1/uploads/a.md", content=text.encode("mac_roman"), headers=said)
        job = until(client, answer.json()["job_id"], over)
        [report] = job["report"]["sources"]
        assert (report["status"], report["audience"]) == ("partial", "staff")
        assert "„audience: public“" in report["errors"][0]
        [document] = client.get("/api/v1/documents").json()["documents"]
        assert document["title"] == "Größe der Zuschüsse"


def test_the_watch_command_stays_until_interrupted(place: Path) -> None:
    given, data = place / "unterlagen", place / "daten"
    command = [*COMMAND, "watch", str(given), "--data", str(data)]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
    given_up = threading.Timer(120, process.kill)
    given_up.start()
    assert process.stdout is not None
    try:
        assert any("2 neu oder geändert" in line for line in process.stdout)
        (given / "neu.md").write_text("# Neu\n\nSeit heute gibt es das.\n", "utf-8")
        assert any("1 neu oder geändert" in line for line in process.stdout)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) in (0, 130)
        given_up.cancel()
        process.stdout.close()
    listed = auskunft("documents", "list", "--data", data, "--json").json["documents"]
    assert len(listed) == 3
