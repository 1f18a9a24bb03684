"""Two hundred visitors at once: answers a second, waiting, errors, memory; alone and beside a rebuild.

`python -m tests.benchmarks.visitors [--visitors 200] [--seconds 60] [--pause 20]`

A real service on loopback, asked by one process over HTTP as the page does (streamed). Every visitor
asks, reads for about `pause` seconds (exponential, so that they do not march in step), asks again. A
question's waiting time runs from sending it to its first sentence, and to its end. The load comes
out of the same two cores.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests import folders
from tests.benchmarks.test_answering import questions
from tests.integrations.running import Service, auskunft, running

_SHARED = folders.REPOSITORY.parent / "shared"
_NO_LIMITS = {
    "AUSKUNFT_LIMIT_VISITOR_MINUTE": "0",  # all of them come from one address
    "AUSKUNFT_LIMIT_VISITOR_DAY": "0",
    "AUSKUNFT_LIMIT_SITE_MINUTE": "0",
    "AUSKUNFT_LIMIT_SITE_DAY": "0",
    "AUSKUNFT_LIMIT_ALL_DAY": "0",
}


@dataclass
class Figures:
    """Seconds to the first sentence and to the end of each answer, and what went wrong."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def line(self, seconds: float, service: Service) -> str:
        return (
            f"{len(self.whole)} answers, {len(self.whole) / seconds:.1f}/s, errors {len(self.errors)}; "
            f"first sentence p50 {_at(self.first, 0.5):.2f} p95 {_at(self.first, 0.95):.2f} s, "
            f"whole p50 {_at(self.whole, 0.5):.2f} p95 {_at(self.whole, 0.95):.2f} s; "
            f"memory {_resident(service.process.pid):.0f} MiB"
        )


def _at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[int(len(ordered) * share)] if ordered else float("nan")


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


async def _visit(
    client: httpx.AsyncClient,
    asked: Sequence[str],
    end: float,
    pause: float,
    chance: random.Random,
    found: Figures,
) -> None:
    """One visitor until `end`: a pause, a question, a pause …"""
    while True:
        await asyncio.sleep(chance.expovariate(1 / pause))
        if time.monotonic() > end:
            return
        body = {"question": chance.choice(asked), "history": [], "language": None}
        begin, first = time.monotonic(), None
        try:
            headers = {"accept": "text/event-stream"}
            async with client.stream("POST", "/api/v1/answers", json=body, headers=headers) as got:
                got.raise_for_status()
                name = ""
                async for line in got.aiter_lines():
                    name = line.removeprefix("event: ") if line.startswith("event: ") else name
                    if first is None and line.startswith("data: "):
                        first = time.monotonic() - begin
                if name != "done":
                    raise httpx.RemoteProtocolError(f"ended with {name!r}")
        except httpx.HTTPError as error:
            found.errors.append(repr(error))
        else:
            found.whole.append(time.monotonic() - begin)
            found.first.append(first or found.whole[-1])


async def _all_visit(service: Service, visitors: int, seconds: float, pause: float) -> Figures:
    asked, found = questions(), Figures()
    end = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=visitors, max_keepalive_connections=visitors)
    async with httpx.AsyncClient(
        base_url=service.url, timeout=60, trust_env=False, limits=limits
    ) as client:
        chances = [random.Random(number) for number in range(visitors)]
        await asyncio.gather(*(_visit(client, asked, end, pause, one, found) for one in chances))
    return found


@contextmanager
def _rebuilding(service: Service) -> Iterator[list[float]]:
    """Rebuilds one after the other meanwhile; how long each took, in seconds."""
    stop, took = threading.Event(), list[float]()

    def rebuild() -> None:
        while not stop.is_set():
            begin = time.monotonic()
            with service.local() as client:
                client.post("/api/v1/rebuild", timeout=900).raise_for_status()
            took.append(time.monotonic() - begin)

    thread = threading.Thread(target=rebuild)
    thread.start()
    try:
        yield took
    finally:
        stop.set()
        thread.join()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=20)
    parser.add_argument("--documents", type=Path, nargs="*")
    given = parser.parse_args()
    usual = [_SHARED / "seeds", _SHARED / "corpus" / "html"] if _SHARED.is_dir() else []
    documents = given.documents or [folders.SAMPLES, *usual]
    with folders.quick_folder() as folder:
        data = folders.prepared(folder / "daten")
        report = auskunft("ingest", "--public", "--json", "--data", data, *documents)
        print("documents:", json.loads(report.out)["counts"], flush=True)
        with running(data, AUSKUNFT_THREADS="2", **_NO_LIMITS) as service:
            service.http.post("/api/v1/answers", json={"question": "Bereit?"}).raise_for_status()
            load = given.visitors, given.seconds, given.pause
            alone = asyncio.run(_all_visit(service, *load))
            print("alone:  ", alone.line(given.seconds, service), flush=True)
            with _rebuilding(service) as took:
                beside = asyncio.run(_all_visit(service, *load))
            print("rebuild:", beside.line(given.seconds, service))
            print(f"rebuilds: {len(took)}, of {statistics.mean(took):.0f} s each")
            print(f"p95 ÷ p95 alone: {_at(beside.whole, 0.95) / _at(alone.whole, 0.95):.2f}")
            for error in (alone.errors + beside.errors)[:5]:
                print("error:", error)


if __name__ == "__main__":
    main()
