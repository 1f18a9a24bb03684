"""A rebuild through the real service: it answers all the while, from whole documents, and survives
`kill -9` of the builder and of itself."""

import json
import os
import random
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from tests import embeddings_server, folders
from tests.integrations.running import (
    Outcome,
    Service,
    auskunft,
    begun_service,
    end,
    events,
    running,
)
from tests.integrations.scripted_desk import write

Cli = Callable[..., Outcome]
DOCUMENTS = 16
PARAGRAPHS = 3
_PATIENCE = 300


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """A closed data folder with public documents, each of which has its own word."""
    with folders.quick_folder() as folder:
        for number in range(DOCUMENTS):
            write(folder / "unterlagen", number, "alt", PARAGRAPHS)
        with folders.opened(folders.prepared(folder / "daten")) as desk:
            options = desk.ingest_options
            report = desk.ingestion.run(
                [folder / "unterlagen"],
                type(options)(public=True, max_bytes=options.max_bytes, reserve_mb=1),
            )
            assert report.complete
        yield folder / "daten"


@pytest.fixture
def place(prepared: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared, tmp_path / "daten", symlinks=True)
    return tmp_path / "daten"


def refit(data: Path, **changes: str) -> None:
    """Let the generation in use be one that was made with something else."""
    [manifest] = (data / "index").glob("g*/manifest.json")
    fingerprint = {**json.loads(manifest.read_text("utf-8")), **changes}
    manifest.write_text(json.dumps(fingerprint), "utf-8")
    connection = sqlite3.connect(data / "auskunft.sqlite")
    with connection:
        connection.execute("UPDATE generations SET fingerprint = ?", (json.dumps(fingerprint),))
    connection.close()


def status(service: Service) -> dict[str, Any]:
    with service.local() as client:
        found: dict[str, Any] = client.get("/api/v1/status").json()
    return found


def wait_for(service: Service, ready: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        state = status(service)
        if ready(state):
            return state
        time.sleep(0.05)
    raise AssertionError(f"{state}\n{service.log.read_text('utf-8')}")


def child_of(service: Service) -> int:
    """The process id of the builder; waits until there is one."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        for entry in Path("/proc").glob("[0-9]*/status"):
            try:
                lines = dict(
                    line.split(":\t", 1) for line in entry.read_text().splitlines() if ":\t" in line
                )
                command = entry.with_name("cmdline").read_bytes()
            except OSError:
                continue
            if lines["PPid"] == str(service.process.pid) and b"integrations.builder" in command:
                return int(lines["Pid"])
        time.sleep(0.01)
    raise AssertionError("no builder")


def ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/status").read_text().split("State:\t")[1][0] == "Z"
    except OSError:
        return True


@dataclass
class Asker:
    """Asks without pause from threads of its own; `wrong` holds what must not be."""

    service: Service
    removed: set[int] = field(default_factory=set)
    #: on their way to being removed: there or not, both are right
    changing: set[int] = field(default_factory=set)
    wrong: list[object] = field(default_factory=list)
    asked: int = 0
    longest: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def asking(self) -> Iterator["Asker"]:
        threads = [threading.Thread(target=self._ask, args=(first,)) for first in (0, 1)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _ask(self, first: int) -> None:
        with httpx.Client(base_url=self.service.url, timeout=60, trust_env=False) as client:
            while not self._stop.is_set():
                for number in range(first, DOCUMENTS, 2):
                    gone = number in self.removed
                    begin = time.monotonic()
                    try:
                        self._check(client, number, gone)
                    except Exception as error:
                        self.wrong.append(repr(error))
                    self.longest = max(self.longest, time.monotonic() - begin)
                    self.asked += 1
                    time.sleep(0.05)

    def _check(self, client: httpx.Client, number: int, gone: bool) -> None:
        body = {"question": f"Kennwort{number} Zuschuss", "limit": 50}
        response = client.post("/api/v1/search", json=body)
        if response.status_code != 200:
            self.wrong.append((number, response.status_code, response.text))
            return
        texts = [
            passage["text"]
            for passage in response.json()["passages"]
            if f"Kennwort{number} " in passage["text"]
        ]
        versions = {text.partition("Fassung ")[2].partition(" ")[0] for text in texts}
        whole = len(texts) == PARAGRAPHS and len(versions) == 1
        if texts if gone else not whole and number not in self.changing:
            self.wrong.append((number, gone, texts))


def test_it_answers_all_the_while_and_what_changes_holds(cli: Cli, place: Path) -> None:
    """Questions all the time, while documents are replaced, removed and hidden."""
    refit(place, chunker="sections-0")  # the new generation has other revisions throughout
    with running(place) as service, Asker(service).asking() as asker:
        begun = wait_for(service, lambda state: state["building"] is not None)
        assert begun["generation"] == "g0001" and begun["answering"]
        given = place.parent / "neu"
        for number in (3, 4):
            write(given, number, "neu", PARAGRAPHS)
        uris = {d["file"]: d["uri"] for d in listed(cli, place)}
        for name, uri in uris.items():  # replaced where they were ingested from
            if name in {path.name for path in given.iterdir()}:
                target = Path(uri.removeprefix("file://"))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text((given / name).read_text("utf-8"), "utf-8")
                assert cli("ingest", "--public", "--data", place, target).code == 0
        asker.changing |= {7, 8}
        cli("documents", "remove", "--yes", "--data", place, "dokument07.md")
        asker.removed.add(7)
        cli("documents", "set", "--audience", "staff", "--data", place, "dokument08.md")
        asker.removed.add(8)
        wait_for(service, lambda state: state["generation"] == "g0002")
        asker.changing.add(9)
        cli("documents", "remove", "--yes", "--data", place, "dokument09.md")
        asker.removed.add(9)
        fresh = cli("rebuild", "--data", place, "--json")
        assert fresh.code == 0 and fresh.json["counts"] == {"indexed": DOCUMENTS - 2}
        back = cli("generations", "rollback", "--data", place, "--json")
        assert back.code == 0, back.err
        time.sleep(0.3)
    assert asker.wrong == []
    assert asker.asked > 100
    assert asker.longest < 10
    with running(place) as service:
        texts = service.http.post(
            "/api/v1/search", json={"question": "Kennwort3 Zuschuss", "limit": 50}
        ).text
        assert "Kennwort3 Fassung neu" in texts and "Kennwort3 Fassung alt" not in texts
        for gone in (7, 8, 9):
            found = service.http.post(
                "/api/v1/search", json={"question": f"Kennwort{gone} Zuschuss", "limit": 50}
            )
            assert f"Kennwort{gone} " not in found.text


def listed(cli: Cli, data: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cli("documents", "list", "--data", data, "--json").json[
        "documents"
    ]
    return found


def test_generations_are_listed_and_deleted_through_the_service(cli: Cli, place: Path) -> None:
    with running(place) as service:
        assert cli("generations", "rollback", "--data", place).code == 2
        assert cli("rebuild", "--data", place).code == 0
        found = cli("generations", "list", "--data", place, "--json").json["generations"]
        assert [(one["name"], one["state"]) for one in found] == [
            ("g0001", "former"),
            ("g0002", "current"),
        ]
        assert all(one["bytes"] > 0 and one["fingerprint"]["model"] for one in found)
        assert "in Gebrauch" in cli("generations", "list", "--data", place).out
        assert cli("generations", "drop", "--data", place).out == "Gelöscht: g0001\n"
        assert not (place / "index" / "g0001").exists()
        assert service.http.get("/api/v1/generations").status_code == 403
        assert service.http.post("/api/v1/rebuild").status_code == 403


def test_an_index_of_other_words_is_refused_with_the_time_and_then_answers_by_itself(
    place: Path,
) -> None:
    refit(place, analyser="de-0")
    service = begun_service(place)
    try:
        builder = child_of(service)
        os.kill(builder, signal.SIGSTOP)  # it may not be done before everybody has asked
        refused = first_answer(service)
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert 5 <= int(refused.headers["retry-after"]) <= 3_600
        assert "Der Suchindex wird gerade neu aufgebaut (etwa " in refused.json()["detail"]
        page = service.http.post("/", data={"question": "Was?"}, headers={"accept": "text/html"})
        assert page.status_code == 503 and "wird gerade neu aufgebaut" in page.text
        assert int(page.headers["retry-after"]) >= 5
        assert "wird gerade neu aufgebaut" in service.http.get("/").text
        unready = service.http.get("/readyz")
        assert unready.status_code == 503
        assert set(unready.json()["rebuilding"]) == {"phase", "percent"}
        asked = auskunft("ask", "Was?", "--data", place)
        assert asked.code == 1 and asked.err.startswith("Der Suchindex wird gerade neu aufgebaut")
        ingested = auskunft("ingest", place.parent, "--data", place)
        assert ingested.code == 1 and "wird gerade neu aufgebaut" in ingested.err
        shown = auskunft("status", "--data", place)
        assert shown.code == 0 and "Neuaufbau: g0002" in shown.out and "unbrauchbar" in shown.out
        os.kill(builder, signal.SIGCONT)
        wait_for(service, lambda state: state["answering"] and state["building"] is None)
        found = service.http.post("/api/v1/search", json={"question": "Kennwort5 Zuschuss"})
        assert found.status_code == 200 and "Kennwort5 " in found.text
        assert service.http.get("/readyz").json() == {"status": "ready"}
        assert "wird gerade neu aufgebaut" not in service.http.get("/").text
    finally:
        end(service)


def first_answer(service: Service) -> httpx.Response:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        assert service.process.poll() is None, service.log.read_text("utf-8")
        try:
            return service.http.post("/api/v1/answers", json={"question": "Kennwort5 Zuschuss?"})
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError(service.log.read_text("utf-8"))


@contextmanager
def slow_model() -> Iterator[dict[str, str]]:
    """Another language model, behind an address, that takes its time; the settings for it."""

    def slowly(texts: list[str]) -> Any:
        time.sleep(0.05 * len(texts))
        rows = embeddings_server.letter_pairs(texts)
        return np.asarray(rows)

    with embeddings_server.running(model=slowly) as server:
        yield {
            "AUSKUNFT_EMBEDDER": f"openai:{embeddings_server.MODEL}",
            "AUSKUNFT_EMBEDDER_URL": server.address,
            "AUSKUNFT_EMBEDDER_API_KEY": embeddings_server.KEY,
        }


def test_another_model_is_built_while_the_former_answers(place: Path) -> None:
    with slow_model() as settings, running(place, **settings) as service:
        with Asker(service).asking() as asker:
            begun = wait_for(service, lambda state: bool((state["building"] or {}).get("total")))
            assert begun["model"].startswith("multilingual-e5-small/")
            assert begun["building"]["model"] != begun["model"]
            assert begun["building"]["total"] == DOCUMENTS
            done = wait_for(service, lambda state: state["building"] is None)
            assert done["model"] == begun["building"]["model"]
            time.sleep(0.3)
        assert asker.wrong == [] and asker.asked > 30


def test_a_killed_builder_is_noticed_and_its_work_continued(cli: Cli, place: Path) -> None:
    with slow_model() as settings, running(place, **settings) as service:
        with service.local() as client, client.stream("POST", "/api/v1/rebuild") as stream:
            lines = stream.iter_lines()
            done = next(
                data["done"]
                for data in (json.loads(line[6:]) for line in lines if line.startswith("data: "))
                if data["done"] >= 3
            )
            os.kill(child_of(service), signal.SIGKILL)
            rest = events("\n".join(lines))
        name, said = rest[-1]
        assert name == "error" and "unterbrochen" in said["detail"]
        state = status(service)
        assert state["answering"] and state["building"]["phase"] == "paused"
        assert state["building"]["retry_at"] and "abgebrochen" in state["building"]["error"]
        with service.local() as client:
            again = events(client.post("/api/v1/rebuild", timeout=60).text)
        progress = [data["done"] for event, data in again if event == "progress" and data["total"]]
        assert min(progress) >= done, "it began from nothing"
        assert again[-1][1]["counts"] == {"indexed": DOCUMENTS}
        assert status(service)["generation"] == "g0002"


def test_a_killed_service_takes_its_builder_along_and_goes_on_when_started_again(
    cli: Cli, place: Path
) -> None:
    with slow_model() as settings:
        with running(place, **settings) as service:
            wait_for(service, lambda state: (state["building"] or {}).get("done", 0) >= 3)
            builder = child_of(service)
            held = status(service)["building"]["done"]
            service.stop(signal.SIGKILL)
        deadline = time.monotonic() + 10
        while not ended(builder):
            assert time.monotonic() < deadline, "the builder goes on without its service"
            time.sleep(0.02)
        shown = auskunft("status", "--data", place, "--json", **settings).json
        assert shown["building"]["phase"] == "interrupted" and shown["building"]["done"] >= held
        assert shown["answering"]
        with running(place, **settings) as again:
            state = wait_for(again, lambda state: state["generation"] == "g0002")
            assert state["building"] is None or state["building"]["phase"] == "switching"
            found = again.http.post(
                "/api/v1/search", json={"question": "Kennwort5 Zuschuss", "limit": 50}
            )
            assert found.text.count("Kennwort5 ") == PARAGRAPHS
        assert again.log.read_text("utf-8").count("Traceback") == 0


def test_service_and_builder_killed_at_random_moments(cli: Cli, place: Path) -> None:
    """Whatever is killed, and when: the next start answers, and comes to its end if it is let."""
    chance = random.Random(4)
    for last in (False, False, True):
        with running(place) as service:
            check_answers(cli, service)
            if not last:
                kill_amid_a_rebuild(service, chance)
                continue
            assert cli("rebuild", "--data", place).code == 0
            check_answers(cli, service)
            found = cli("generations", "list", "--data", place, "--json").json["generations"]
            assert [one["state"] for one in found] == ["former", "current"]
            assert sorted(path.name for path in (place / "index").glob("g*")) == [
                one["name"] for one in found
            ]


def kill_amid_a_rebuild(service: Service, chance: random.Random) -> None:
    with service.local() as client, client.stream("POST", "/api/v1/rebuild") as stream:
        next(stream.iter_lines())
        time.sleep(chance.uniform(0, 6))
        builder = child_or_none(service)
        if builder and chance.random() < 0.5:
            os.kill(builder, signal.SIGKILL)
        service.process.kill()
    service.process.wait()


def check_answers(cli: Cli, service: Service) -> None:
    state = status(service)
    assert state["answering"]
    assert state["passages"] == sum(entry["passages"] for entry in listed(cli, service.data))
    for number in range(0, DOCUMENTS, 5):
        body = {"question": f"Kennwort{number} Zuschuss", "limit": 50}
        found = service.http.post("/api/v1/search", json=body)
        assert found.text.count(f"Kennwort{number} ") == PARAGRAPHS


def child_or_none(service: Service) -> int | None:
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == str(service.process.pid):
            return int(entry.parent.name)
    return None
