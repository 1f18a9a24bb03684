"""The service as a process: its socket, the CLI through it, one owner, kill -9, a taken port."""

import json
import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import folders
from tests.integrations import documents
from tests.integrations.running import Outcome, Service, auskunft, end, events, running, start

Cli = Callable[..., Outcome]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with folders.quick_folder() as folder:
        documents.write(folder / "unterlagen")
        folders.prepared(folder / "daten")
        yield folder


@pytest.fixture(scope="module")
def service(place: Path) -> Iterator[Service]:
    """A service on an empty data folder; the tests below use it one after the other."""
    with running(place / "daten") as service:
        yield service


def test_socket_is_the_owners_alone(service: Service) -> None:
    mode = service.socket.stat().st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600


def test_command_works_through_the_service(cli: Cli, service: Service, place: Path) -> None:
    assert cli("status", "--data", service.data, "--json").json["service"] is True
    given = place / "unterlagen"
    ran = cli("ingest", "--data", service.data, given, "--json")
    assert ran.code == 0 and ran.json["counts"] == {"indexed": 2}
    again = auskunft("ingest", "--data", "daten", "unterlagen", "--json", cwd=place)
    assert again.code == 0 and again.json["counts"] == {"unchanged": 2}, again.err
    asked = cli("ask", "--data", service.data, documents.PUBLIC_QUESTION, "--json")
    assert "1.250 Euro" in asked.json["statements"][0]["text"]
    assert (
        cli("ask", "--data", service.data, documents.STAFF_QUESTION, "--json").json["sources"] == []
    )
    staff = cli(
        "ask", "--data", service.data, documents.STAFF_QUESTION, "--json", "--group", "staff"
    )
    assert "48.500" in staff.out
    assert cli("ask", "--data", service.data, "🎉").code == 2
    assert cli("ingest", "--data", service.data, place / "fehlt").code == 2
    (given / "leer.txt").touch()
    partial = cli("ingest", "--data", service.data, given, "--json")
    assert partial.code == 1 and partial.json["counts"] == {"unchanged": 2, "failed": 1}
    (given / "leer.txt").unlink()


def test_ingest_reports_progress_as_it_happens(service: Service, place: Path) -> None:
    body = {"paths": [str(place / "unterlagen")]}
    with service.local() as client:
        seen = events(client.post("/api/v1/ingest", json=body).text)
    names = [name for name, _ in seen]
    assert (names[0], set(names[1:-1]), names[-1]) == ("job", {"progress"}, "report")
    steps = [data for name, data in seen if name == "progress"]
    assert steps[-1]["done"] == 2 and steps[-1]["share"] == 1
    assert {step["total"] for step in steps} == {2}
    assert seen[-1][1]["counts"] == {"unchanged": 2}


def test_publishing_and_taking_back_hold_at_once(cli: Cli, service: Service) -> None:
    ask = {"question": documents.STAFF_QUESTION}
    for audience, seen in (("public", True), ("staff", False), ("vorstand", False)):
        changed = cli(
            *("documents", "set", "--data", service.data, documents.STAFF_NAME),
            *("--audience", audience),
        )
        assert changed.code == 0
        found = [
            service.http.post(f"/api/v1/{route}", json=ask).text for route in ("answers", "search")
        ]
        assert ["48.500" in text for text in found] == [seen, seen]


def test_removed_document_is_gone_at_once(cli: Cli, service: Service, place: Path) -> None:
    document = service.http.get("/api/v1/documents").json()["documents"][0]["document_id"]
    assert service.http.get(f"/dokumente/{document}").status_code == 200
    cli("documents", "remove", "--data", service.data, "--yes", documents.PUBLIC_NAME)
    assert service.http.get(f"/dokumente/{document}").status_code == 404
    found = service.http.post("/api/v1/answers", json={"question": documents.PUBLIC_QUESTION})
    assert found.json()["sources"] == []
    cli("ingest", "--data", service.data, place / "unterlagen")


def test_second_owner_is_refused_and_told_by_whom(cli: Cli, service: Service) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    second = cli("serve", "--data", service.data, "--port", port)
    assert second.code == 1 and second.err.count("\n") == 1
    assert f"Prozess {service.process.pid}" in second.err and "--data" in second.err
    assert service.http.get("/readyz").status_code == 200


def test_taken_port_is_named(cli: Cli, service: Service, tmp_path: Path) -> None:
    refused = cli("serve", "--data", tmp_path / "andere", "--port", service.port)
    assert refused.code == 1 and refused.err.count("\n") == 1
    assert f"Port {service.port} wird schon" in refused.err and "--port" in refused.err
    assert not (tmp_path / "andere").exists()


def test_kill_and_restart_repairs(cli: Cli, service: Service, place: Path) -> None:
    """Killed with passages of an unfinished change in the index: they are never served."""
    service.stop(signal.SIGKILL)
    assert service.socket.exists()
    unfinished(service.data)
    with running(service.data) as again:
        answer = again.http.post("/api/v1/answers", json={"question": documents.PUBLIC_QUESTION})
        assert "1.250 Euro" in answer.json()["statements"][0]["text"]
        found = again.http.post("/api/v1/search", json={"question": "Geisterpassage"})
        assert "Geisterpassage" not in found.text
        state = cli("status", "--data", again.data, "--json").json
        assert (state["service"], state["documents"]) == (True, 2)
        listed = cli("documents", "list", "--data", again.data, "--json").json["documents"]
        assert state["passages"] == sum(document["passages"] for document in listed)
        assert again.stop(signal.SIGTERM) == 0
        assert not again.socket.exists()
        assert "Traceback" not in again.log.read_text("utf-8")
    after = cli("status", "--data", again.data, "--json")
    assert after.code == 0 and after.json["service"] is False


def unfinished(data: Path) -> None:
    """What a crash leaves between writing passages and committing them."""
    from kb.bm25 import passage_vector
    from kb.index.port import IndexedPassage
    from kb.passages import Passage

    with folders.opened(data) as desk:
        stored = desk.knowledge.registry.all()[0]
        text = "Die Geisterpassage gilt nicht."
        passage = Passage(stored.head, "f" * 24, 0, text, 0, len(text))
        vector = desk.embedder.embed_passages([text])[0]
        desk.knowledge.registry.begin(stored.head.document_id, "f" * 24)
        desk.knowledge.index.write([IndexedPassage(passage, vector, passage_vector(text))])
        desk.knowledge.index.flush()


def test_killed_in_the_middle_of_ingesting(cli: Cli) -> None:
    """What was acknowledged is there afterwards, and a second run completes the rest."""
    with folders.quick_folder() as folder:
        given = folder / "unterlagen"
        given.mkdir()
        for number in range(30):
            text = f"# Merkblatt {number}\n\nDas Merkblatt {number} regelt Fall {number * 7}.\n"
            (given / f"m{number:02}.md").write_text(text, "utf-8")
        data = folders.prepared(folder / "daten")
        with running(data) as service:
            done = 0
            with (
                service.local() as client,
                client.stream("POST", "/api/v1/ingest", json={"paths": [str(given)]}) as stream,
            ):
                for line in stream.iter_lines():
                    if line.startswith("data: "):
                        done = json.loads(line.removeprefix("data: ")).get("done", done)
                    if done >= 5:
                        service.process.kill()
                        break
            service.process.wait()
        listed = cli("documents", "list", "--data", data, "--json").json["documents"]
        assert {f"m{number:02}.md" for number in range(done)} <= {d["file"] for d in listed}
        again = cli("ingest", "--data", data, given, "--json")
        assert again.code == 0 and again.json["counts"]["unchanged"] >= done
        state = cli("status", "--data", data, "--json").json
        assert (state["documents"], state["passages"]) == (30, 30)


def test_service_that_dies_during_a_call_is_one_line(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "daten"
    data.mkdir()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(data / "auskunft.sock"))
        dead.listen(8)
        import threading

        def hang_up() -> None:
            for _ in range(4):
                dead.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        for command in (("ask", "Was?"), ("ingest", tmp_path)):
            ran = cli(*command, "--data", data)
            assert ran.code == 1 and "antwortet nicht" in ran.err and ran.err.count("\n") == 1


def test_path_too_long_for_a_socket(cli: Cli, tmp_path: Path) -> None:
    ran = cli("serve", "--data", tmp_path / ("lang" * 30), "--port", _free())
    assert ran.code == 1 and "107 Zeichen" in ran.err


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_interrupt_while_starting_leaves_the_folder_usable(cli: Cli) -> None:
    with folders.quick_folder() as folder:
        data = folders.prepared(folder / "daten")
        service = start(data, "--data", data)
        try:
            while not (data / "auskunft.lock").exists():
                assert service.process.poll() is None
                os.sched_yield()
            service.process.send_signal(signal.SIGINT)
            service.process.wait(60)
        finally:
            end(service)
        assert cli("status", "--data", data, "--json").code == 0
