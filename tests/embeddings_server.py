"""A strict server for `/v1/embeddings` on 127.0.0.1: refuses what OpenAI refuses, fails on demand."""

import json
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

Model = Callable[[Sequence[str]], Any]
KEY, MODEL = "sk-geheim-4711", "pruef-modell"
LENGTH = 64


def letter_pairs(texts: Sequence[str]) -> Any:
    """Counts of letter pairs, folded to 64: the same text has the same vector, a like one a near one."""
    rows = np.zeros((len(texts), LENGTH))
    for row, text in zip(rows, texts, strict=True):
        for pair in zip(text, text[1:] + " ", strict=True):
            row[hash(tuple(map(ord, pair))) % LENGTH] += 1
    return rows


@dataclass
class Fault:
    """What the next request gets instead of its vectors; `drop` closes the connection."""

    status: int = 500
    body: str = '{"error": {"message": "kaputt"}}'
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    drop: bool = False


@dataclass
class Seen:
    """A request: when it came (monotonic), its texts and its headers."""

    at: float
    texts: list[str]
    headers: dict[str, str]


@dataclass
class EmbeddingsServer:
    """Options may change while it runs; `faults` are used up first come, first served."""

    model: Model = letter_pairs
    key: str = KEY
    max_batch: int = 100
    max_characters: int = 5_000
    shuffled: bool = True
    edit: Callable[[dict[str, Any]], dict[str, Any]] = lambda answer: answer
    faults: deque[Fault] = field(default_factory=deque)
    requests: list[Seen] = field(default_factory=list)
    address: str = ""

    def answer(self, path: str, headers: dict[str, str], raw: bytes) -> tuple[int, Any]:
        """Status and body."""
        body = json.loads(raw)
        refusal = self._refused_request(path, headers, body) or self._refused_texts(body["input"])
        if refusal:
            status, message = refusal
            return status, {"error": {"message": message}}
        data = [
            {"object": "embedding", "index": index, "embedding": row}
            for index, row in enumerate(np.asarray(self.model(body["input"])).tolist())
        ]
        if self.shuffled:
            random.Random(len(data)).shuffle(data)
        return 200, self.edit({"object": "list", "model": MODEL, "data": data})

    def _refused_request(
        self, path: str, headers: dict[str, str], body: dict[str, Any]
    ) -> tuple[int, str] | None:
        if path != "/v1/embeddings":
            return 404, f"no route {path}"
        if headers.get("authorization") != f"Bearer {self.key}":
            return 401, f"Incorrect API key: {headers.get('authorization')}"
        if headers.get("content-type") != "application/json" or set(body) != {"model", "input"}:
            return 415, "not what is expected"
        return (404, "no such model") if body["model"] != MODEL else None

    def _refused_texts(self, texts: Any) -> tuple[int, str] | None:
        if not isinstance(texts, list) or not texts or not all(text.strip() for text in texts):
            return 400, "input must be a list of texts"
        if len(texts) > self.max_batch:
            return 413, f"batch size {len(texts)} > maximum allowed batch size"
        too_long = max(map(len, texts)) > self.max_characters
        return (400, "maximum context length exceeded") if too_long else None


def _handler(server: EmbeddingsServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            texts = json.loads(raw)["input"]
            server.requests.append(Seen(time.monotonic(), texts, headers))
            fault = server.faults.popleft() if server.faults else None
            if fault is None:
                status, body = server.answer(self.path, headers, raw)
                self._send(status, json.dumps(body).encode(), {})
                return
            time.sleep(fault.seconds)
            if fault.drop:
                self.close_connection = True
                return
            self._send(fault.status, fault.body.encode(), fault.headers)

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def running(**options: Any) -> Iterator[EmbeddingsServer]:
    """A server on a free port; `address` ends on `/v1`."""
    server = EmbeddingsServer(**options)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
    thread.start()
    server.address = f"http://127.0.0.1:{listening.server_port}/v1"
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
