"""The embedder on a server: real HTTP against a strict server on this machine."""

import base64
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.embedding.cache import CachedEmbedder
from kb.embedding.endpoint import EndpointEmbedder
from kb.embedding.endpoint_api import Endpoint
from kb.embedding.prompts import Prompts
from kb.errors import EmbeddingError, InputError, TextRefusedError
from tests import embeddings_server
from tests.embeddings_server import KEY, LENGTH, MODEL, EmbeddingsServer, Fault, letter_pairs

E5 = Prompts("query: ", "passage: ")
Make = Callable[..., EndpointEmbedder]


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with embeddings_server.running() as running:
        yield running


@pytest.fixture
def make(server: EmbeddingsServer) -> Iterator[Make]:
    """Embedders on the server; options of the endpoint and of the embedder by name."""
    made: list[EndpointEmbedder] = []

    def embedder(
        prompts: Prompts = Prompts(), batch: int = 32, memory: Path | None = None, **changes: Any
    ) -> EndpointEmbedder:
        values = {"url": server.address, "model": MODEL, "key": KEY, "timeout": 5.0, **changes}
        made.append(EndpointEmbedder(Endpoint(**values), prompts, batch, memory))
        return made[-1]

    yield embedder
    for one in made:
        one.close()


def expected(texts: list[str]) -> Any:
    rows = letter_pairs(texts)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_order_is_restored_over_batches(server: EmbeddingsServer, make: Make) -> None:
    texts = [f"Nr. {number}: Der Zuschuss beträgt {number} Euro." for number in range(70)]

    rows = make(batch=32).embed_passages(texts)

    assert rows.dtype == np.float32 and rows.shape == (70, LENGTH)
    assert np.allclose(rows, expected(texts), atol=1e-6)
    assert [len(seen.texts) for seen in server.requests[1:]] == [32, 32, 6]


def test_prompts_go_before_queries_and_passages(server: EmbeddingsServer, make: Make) -> None:
    embedder = make(E5)
    assert embedder.dimension == LENGTH
    embedder.embed_query("Wer fördert?")
    embedder.embed_passages(["Die Kammer fördert."])
    assert [seen.texts for seen in server.requests[1:]] == [
        ["query: Wer fördert?"],
        ["passage: Die Kammer fördert."],
    ]


def test_nothing_is_sent_before_it_is_needed_and_nothing_for_nothing(
    server: EmbeddingsServer, make: Make
) -> None:
    embedder = make()
    assert server.requests == []
    assert embedder.embed_passages([]).shape == (0, LENGTH)
    assert len(server.requests) == 1


@pytest.mark.parametrize("text", ["", "  \n", "halbes Paar: \ud83d und weiter"])
def test_texts_that_servers_refuse(make: Make, text: str) -> None:
    assert np.isclose(np.linalg.norm(make().embed_passages([text, "Text"])), 2**0.5)
    assert np.isclose(np.linalg.norm(make().embed_query(text)), 1)


def test_base64_and_missing_numbers(server: EmbeddingsServer, make: Make) -> None:
    def packed(answer: dict[str, Any]) -> dict[str, Any]:
        for entry in answer["data"]:
            raw = np.asarray(entry["embedding"], "<f4").tobytes()
            entry["embedding"] = base64.b64encode(raw).decode()
            del entry["index"]
        return answer

    server.edit, server.shuffled = packed, False
    texts = ["Erstens", "Zweitens", "Drittens"]
    assert np.allclose(make().embed_passages(texts), expected(texts), atol=1e-6)


def test_behind_the_cache_nothing_is_paid_for_twice(
    server: EmbeddingsServer, make: Make, tmp_path: Path
) -> None:
    cached = CachedEmbedder(make(E5), tmp_path / "vectors.sqlite")
    first = cached.embed_query("Wie hoch ist der Zuschuss?")
    cached.embed_passages(["Eins", "Zwei"])
    before = len(server.requests)
    assert np.array_equal(cached.embed_query("Wie hoch ist der Zuschuss?"), first)
    cached.embed_passages(["Zwei", "Eins"])
    assert len(server.requests) == before
    cached.embed_query("Wie hoch ist der Zuschuss")
    assert len(server.requests) == before + 1
    cached.close()


def test_too_large_batches_are_halved_and_stay_small(server: EmbeddingsServer, make: Make) -> None:
    server.max_batch = 5
    embedder, texts = make(batch=32), [f"Text {number}" for number in range(40)]
    assert np.allclose(embedder.embed_passages(texts), expected(texts), atol=1e-6)
    server.requests.clear()
    embedder.embed_passages(texts)
    assert {len(seen.texts) for seen in server.requests} == {4}


# failures that pass


def wait_of(server: EmbeddingsServer) -> float:
    """Seconds between the last two requests."""
    return server.requests[-1].at - server.requests[-2].at


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500),
        Fault(503, body="Service Unavailable"),
        Fault(429),
        Fault(drop=True),
        Fault(529),
    ],
    ids=["500", "503", "429", "connection lost", "529"],
)
def test_passing_failures_are_tried_again(
    server: EmbeddingsServer, make: Make, fault: Fault
) -> None:
    embedder = make()
    assert embedder.dimension == LENGTH
    server.faults.append(fault)
    assert np.allclose(embedder.embed_passages(["Text"]), expected(["Text"]), atol=1e-6)
    assert len(server.requests) == 3
    assert wait_of(server) >= 0.25


def test_retry_after_in_seconds(server: EmbeddingsServer, make: Make) -> None:
    embedder = make()
    assert embedder.dimension == LENGTH
    server.faults.append(Fault(429, headers={"Retry-After": "1.2"}))
    embedder.embed_passages(["Text"])
    assert 1.2 <= wait_of(server) < 3


def test_retry_after_as_date(server: EmbeddingsServer, make: Make) -> None:
    embedder = make()
    assert embedder.dimension == LENGTH
    then = datetime.now(UTC) + timedelta(seconds=3)
    server.faults.append(Fault(503, headers={"Retry-After": format_datetime(then, usegmt=True)}))
    embedder.embed_passages(["Text"])
    assert 1.5 <= wait_of(server) < 5


def test_question_does_not_wait_long(server: EmbeddingsServer, make: Make) -> None:
    embedder = make()
    assert embedder.dimension == LENGTH
    server.faults.append(Fault(429, headers={"Retry-After": "40"}))
    begin = time.monotonic()
    with pytest.raises(EmbeddingError, match="bittet um 40 Sekunden Pause"):
        embedder.embed_query("Wer fördert?")
    assert time.monotonic() - begin < 1
    assert len(server.requests) == 2


def test_tries_are_bounded(server: EmbeddingsServer, make: Make) -> None:
    embedder = make()
    assert embedder.dimension == LENGTH
    server.faults.extend([Fault(500)] * 3)
    with pytest.raises(EmbeddingError, match=r"500: kaputt.*nach 3 Versuchen"):
        embedder.embed_query("Wer fördert?")
    assert len(server.requests) == 4
    assert embedder.embed_query("Wer fördert?").shape == (LENGTH,)


def test_timeout(server: EmbeddingsServer, make: Make) -> None:
    embedder = make(timeout=0.4)
    server.faults.extend([Fault(seconds=0.8)] * 3)
    with pytest.raises(EmbeddingError, match="antwortet nicht innerhalb von"):
        embedder.embed_query("Wer fördert?")


def test_nobody_listens(server: EmbeddingsServer, make: Make) -> None:
    with embeddings_server.running() as other:
        gone = other.address
    with pytest.raises(EmbeddingError, match=rf"{gone}/embeddings ist nicht erreichbar"):
        make(url=gone).embed_query("Wer fördert?")


def test_requests_per_minute_over_all_threads(server: EmbeddingsServer, make: Make) -> None:
    embedder = make(per_minute=300)
    assert embedder.dimension == LENGTH
    threads = [
        threading.Thread(target=embedder.embed_query, args=(f"Frage {number}",))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = sorted(seen.at for seen in server.requests)
    assert len(times) == 9
    # 8 gaps of 0.2 s; the server may be late to see the first
    assert times[-1] - times[0] > 1.2


# failures that stay


def failure(embedder: EndpointEmbedder, *texts: str) -> str:
    with pytest.raises(EmbeddingError) as caught:
        embedder.embed_passages(list(texts) or ["Text"])
    return str(caught.value)


def test_wrong_key(server: EmbeddingsServer, make: Make, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "sk-falsch-0815"
    embedder = make(key=secret)
    message = failure(embedder)
    assert "lehnt den Schlüssel ab (401)" in message and "AUSKUNFT_EMBEDDER_API_KEY" in message
    assert len(server.requests) == 1
    assert "Anfragen ohne Schlüssel" in failure(make(key=""))
    assert "authorization" not in server.requests[-1].headers
    shown = (message, repr(embedder), repr(vars(embedder)), caplog.text)
    assert server.requests[0].headers["authorization"].endswith(secret)
    assert [text for text in shown if secret in text] == []


def test_key_is_cut_out_of_what_the_server_says(server: EmbeddingsServer, make: Make) -> None:
    server.faults.append(Fault(402, body=json.dumps({"error": f"no credit left for {KEY}"})))
    message = failure(make())
    assert "402: no credit left for …" in message and KEY not in message


def test_used_up_quota_is_not_tried_again(server: EmbeddingsServer, make: Make) -> None:
    body = {"error": {"code": "insufficient_quota", "message": "You exceeded your quota"}}
    server.faults.append(Fault(429, body=json.dumps(body)))
    assert "Kontingent" in failure(make())
    assert len(server.requests) == 1


def test_unknown_model_and_address(server: EmbeddingsServer, make: Make) -> None:
    message = failure(make(model="anderes"))
    assert "'anderes'" in message and "no such model" in message
    message = failure(make(url=server.address.removesuffix("/v1")))
    assert "„/v1“" in message and "no route /embeddings" in message


def test_base_address_may_name_the_whole_route(server: EmbeddingsServer, make: Make) -> None:
    assert make(url=server.address + "/embeddings/").dimension == LENGTH


def test_redirect_is_not_followed(server: EmbeddingsServer, make: Make) -> None:
    server.faults.append(Fault(307, headers={"Location": server.address + "/embeddings"}))
    assert "leitet weiter (307)" in failure(make())
    assert len(server.requests) == 1


def test_too_long_text_is_named(server: EmbeddingsServer, make: Make) -> None:
    long = "Förderrichtlinie " * 400
    with pytest.raises(TextRefusedError) as caught:
        make().embed_passages(["Kurz", "Noch kürzer", long, "Auch kurz"])
    message = str(caught.value)
    assert "Text mit 6.800 Zeichen" in message and "„Förderrichtlinie Förder" in message
    assert "maximum context length" in message


def test_refusal_of_a_short_text_blames_the_model(server: EmbeddingsServer, make: Make) -> None:
    server.faults.append(Fault(400, body='{"error": "does not support embeddings"}'))
    message = failure(make())
    assert "does not support embeddings" in message and "Modellnamen" in message


def broken(change: Callable[[list[dict[str, Any]]], object]) -> Callable[..., dict[str, Any]]:
    """An answer whose list of vectors was changed."""

    def edit(answer: dict[str, Any]) -> dict[str, Any]:
        change(answer["data"])
        return answer

    return edit


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data.pop(), "einen Vektor statt 2"),
        (lambda data: data.append(dict(data[0])), "3 Vektoren statt 2"),
        (lambda data: data[0].update(index=data[1]["index"]), "„index“"),
        (lambda data: data[0].update(index=7), "„index“"),
        (lambda data: data[0].update(embedding=[1.0] * 5), "verschieden lang"),
        (lambda data: data[0].update(embedding=[float("nan")] * LENGTH), "NaN"),
        (lambda data: data[0].update(embedding=[None] * LENGTH), "NaN"),
        (lambda data: data[0].update(embedding=[1e400] * LENGTH), "NaN"),
        (lambda data: data[0].update(embedding=[0.0] * LENGTH), "Nullen"),
        (lambda data: data[0].update(embedding=None), "keine Liste von Zahlen"),
        (lambda data: data[0].update(embedding="kein base64"), "keine Liste von Zahlen"),
        (lambda data: data[0].update(embedding=[[1.0]] * LENGTH), "keine Liste von Zahlen"),
        (lambda data: data[0].update(embedding=[]), "keine Liste von Zahlen"),
        (lambda data: data.insert(0, "nichts"), "„data“ fehlt"),
    ],
)
def test_useless_vectors(
    server: EmbeddingsServer,
    make: Make,
    change: Callable[[list[dict[str, Any]]], object],
    says: str,
) -> None:
    embedder = make()
    assert embedder.dimension == LENGTH
    server.edit = broken(change)
    message = failure(embedder, "Eins", "Zwei")
    assert says in message and MODEL in message
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('{"data": [{"embedding": [0.1, 0.2', "kein JSON oder bricht ab"),
        ("<html>Anmeldung</html>", "kein JSON oder bricht ab"),
        ('{"object": "list"}', "„data“ fehlt"),
        ("[]", "„data“ fehlt"),
    ],
)
def test_useless_body(server: EmbeddingsServer, make: Make, body: str, says: str) -> None:
    server.faults.append(Fault(200, body=body))
    assert says in failure(make())


@pytest.mark.parametrize(
    "changes",
    [
        {"url": ""},
        {"url": "127.0.0.1:11434/v1"},
        {"url": "ftp://127.0.0.1/v1"},
        {"url": "http://127.0.0.1:99999999/v1"},
        {"url": "http://name:geheim@127.0.0.1/v1"},
        {"url": "http://127.0.0.1/v1?key=geheim"},
        {"model": " "},
        {"key": "geheim\nX-Mehr: 1"},
        {"key": "geheim„“"},
    ],
)
def test_settings_that_cannot_be_used(changes: dict[str, str]) -> None:
    values = {"url": "http://127.0.0.1/v1", "model": MODEL, "key": KEY, **changes}
    with pytest.raises(InputError, match="AUSKUNFT_EMBEDDER") as caught:
        Endpoint(**values)
    assert "geheim" not in str(caught.value)


# the vectors' length


def test_length_is_remembered_for_a_start_without_the_server(
    server: EmbeddingsServer, make: Make, tmp_path: Path
) -> None:
    memory = tmp_path / "cache" / "vector-lengths.json"
    first = make(E5, memory=memory)
    name = first.model_id
    assert len(server.requests) == 1 and name.startswith(f"openai/{MODEL}@127.0.0.1/")
    assert name.endswith(f"/{LENGTH}")
    server.faults.extend([Fault(500)] * 3)
    again = make(E5, memory=memory)
    assert again.model_id == name and again.dimension == LENGTH
    assert len(server.requests) == 1
    with pytest.raises(EmbeddingError, match="nicht an"):
        again.embed_query("Wer fördert?")


def test_model_id_names_model_host_and_prompts(make: Make) -> None:
    ids = {
        make().model_id,
        make(E5).model_id,
        make(Prompts("query: ", "")).model_id,
    }
    assert len(ids) == 3


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"kaputt', "{}"])
def test_damaged_memory_is_asked_for_again(make: Make, tmp_path: Path, content: str) -> None:
    memory = tmp_path / "vector-lengths.json"
    memory.write_text(content, "utf-8")
    assert make(memory=memory).dimension == LENGTH
    assert list(json.loads(memory.read_text("utf-8")).values()) == [LENGTH]


def test_other_length_than_before(server: EmbeddingsServer, make: Make, tmp_path: Path) -> None:
    memory = tmp_path / "vector-lengths.json"
    embedder = make(memory=memory)
    former = embedder.model_id
    server.model = lambda texts: letter_pairs(texts)[:, :32]
    message = failure(embedder)
    assert "Länge 32 statt 64" in message and "auskunft rebuild" in message
    anew = make(memory=memory)
    assert anew.model_id != former and anew.dimension == 32
    assert anew.embed_query("Wer fördert?").shape == (32,)


def test_proxies_are_not_for_this_machine(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert make().dimension == LENGTH
