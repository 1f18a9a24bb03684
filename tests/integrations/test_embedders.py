"""Other language models, from the setting to the answer: real models, a real server, real commands."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrations.settings import Settings, read_settings
from kb.audience import Viewer
from kb.embedding.onnx_e5 import OnnxE5
from kb.errors import InputError
from kb.index.port import Scope
from kb.results import Found, Query
from tests import embeddings_server, folders, tiny_models
from tests.embeddings_server import KEY, MODEL, EmbeddingsServer
from tests.integrations import documents
from tests.integrations.running import Outcome

Cli = Callable[..., Outcome]
QUERY, PASSAGE = "query: ", "passage: "


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    """The bundled model behind `/v1/embeddings`; it insists on e5's prefixes."""
    model = OnnxE5(folders.model_folder(), threads=1)

    def vectors(texts: Sequence[str]) -> Any:
        rows = []
        for text in texts:
            if text.startswith(QUERY):
                rows.append(model.embed_query(text.removeprefix(QUERY)))
            else:
                assert text == "Auskunft" or text.startswith(PASSAGE), text
                rows.append(model.embed_passages([text.removeprefix(PASSAGE)])[0])
        return np.stack(rows) * 3

    with embeddings_server.running(model=vectors, max_batch=2) as running:
        yield running


def configure(monkeypatch: pytest.MonkeyPatch, server: EmbeddingsServer, **changes: str) -> None:
    settings = {
        "AUSKUNFT_EMBEDDER": f"openai:{MODEL}",
        "AUSKUNFT_EMBEDDER_URL": server.address,
        "AUSKUNFT_EMBEDDER_API_KEY": KEY,
        "AUSKUNFT_EMBEDDER_QUERY_PREFIX": QUERY,
        "AUSKUNFT_EMBEDDER_PASSAGE_PREFIX": PASSAGE,
        **changes,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def test_ingest_and_ask_with_a_server(
    server: EmbeddingsServer,
    cli: Cli,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure(monkeypatch, server)
    given = documents.write(tmp_path / "unterlagen")

    done = cli("--data", data, "ingest", given)
    assert done.code == 0, done.out + done.err
    sent = [text for seen in server.requests for text in seen.texts]
    assert any(text.startswith(PASSAGE) and "1.250 Euro" in text for text in sent)

    asked = cli("--data", data, "ask", documents.PUBLIC_QUESTION, "--json")
    assert asked.code == 0, asked.out + asked.err
    assert "1.250 Euro" in str(asked.json) and "Meisterbonus" in asked.out
    assert [QUERY + documents.PUBLIC_QUESTION] in [seen.texts for seen in server.requests]

    # a second run pays for nothing
    before = len(server.requests)
    assert cli("--data", data, "ingest", given).code == 0
    assert len(server.requests) == before


def test_wrong_key(
    server: EmbeddingsServer,
    cli: Cli,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    configure(monkeypatch, server)
    assert cli("--data", data, "ingest", documents.write(tmp_path / "unterlagen")).code == 0
    configure(monkeypatch, server, AUSKUNFT_EMBEDDER_API_KEY="sk-falsch-0815")
    refused = cli("--data", data, "ask", documents.PUBLIC_QUESTION)
    shown = refused.out + refused.err + caplog.text
    assert refused.code == 1 and "AUSKUNFT_EMBEDDER_API_KEY" in refused.err
    assert "sk-falsch" not in shown and "Traceback" not in shown


def test_server_that_is_gone(
    server: EmbeddingsServer,
    cli: Cli,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = documents.write(tmp_path / "unterlagen")
    with embeddings_server.running() as other:
        gone = other.address

    configure(monkeypatch, server, AUSKUNFT_EMBEDDER_URL=gone)
    never_there = cli("--data", data, "ingest", given)
    assert never_there.code == 1 and "ist nicht erreichbar" in never_there.err

    # once the vectors' length is known, what needs no vectors works without the server
    configure(monkeypatch, server)
    assert cli("--data", data, "ingest", given).code == 0
    configure(monkeypatch, server, AUSKUNFT_EMBEDDER_URL=gone)
    assert cli("--data", data, "documents", "list").code == 0
    asked = cli("--data", data, "ask", documents.PUBLIC_QUESTION)
    assert asked.code == 1 and "ist nicht erreichbar" in asked.err
    assert "Traceback" not in never_there.err + asked.err


def test_text_that_the_model_refuses_fails_its_document_only(
    server: EmbeddingsServer,
    cli: Cli,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure(monkeypatch, server)
    given = documents.write(tmp_path / "unterlagen")
    (given / "Anlage.md").write_text("# Anlage\n\n" + "Förderrichtlinie und Beleg. " * 30, "utf-8")
    server.max_characters = 600
    done = cli("--data", data, "ingest", given, "--json")
    assert done.code == 1, done.out + done.err
    failed = [source for source in done.json["sources"] if source["status"] == "failed"]
    assert [source["file"] for source in failed] == ["Anlage.md"]
    assert "lehnt einen Text mit" in failed[0]["errors"][0]
    assert "1.250 Euro" in cli("--data", data, "ask", documents.PUBLIC_QUESTION).out


def test_answers_and_silence_on_another_scale(
    server: EmbeddingsServer,
    cli: Cli,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same model with most of its mean taken away: similarities of .4 instead of .9."""
    inner = server.model
    away = np.mean([inner([PASSAGE + text]) for text in ("Der Zuschuss.", "Ein Antrag.")], axis=0)
    server.model = lambda texts: inner(texts) - 0.9 * away
    configure(monkeypatch, server)
    assert cli("--data", data, "ingest", documents.write(tmp_path / "unterlagen")).code == 0
    found = cli("--data", data, "ask", documents.PUBLIC_QUESTION, "--json")
    assert found.json["status"] == "answered" and "1.250 Euro" in found.out
    unknown = cli("--data", data, "ask", documents.UNKNOWN_QUESTION, "--json")
    assert unknown.json["status"] == "not_found"


@tiny_models.needs_torch
def test_whole_desk_on_sentence_transformers(tmp_path: Path) -> None:
    name = f"sentence-transformers:{tiny_models.minilm()}"
    given = documents.write(tmp_path / "unterlagen")
    with folders.opened(tmp_path / "daten", embedder=name) as desk:
        assert desk.ingestion.run([given], desk.ingest_options).complete
        assert desk.embedder.model_id.startswith("sentence-transformers/model@")
        assert desk.knowledge.index.total() >= 3


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"AUSKUNFT_EMBEDDER": "word2vec"}, "„openai:<Modell>“"),
        ({"AUSKUNFT_EMBEDDER": "openai:"}, "nennt kein Modell"),
        ({"AUSKUNFT_EMBEDDER": "openai:bge-m3"}, "AUSKUNFT_EMBEDDER_URL='' ist keine Adresse"),
        ({"AUSKUNFT_EMBEDDER_BATCH": "0"}, "AUSKUNFT_EMBEDDER_BATCH='0' ist ungültig"),
    ],
)
def test_settings_that_name_no_model(
    cli: Cli, data: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], says: str
) -> None:
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    outcome = cli("--data", data, "documents", "list")
    assert outcome.code in (1, 2) and says in outcome.err


def test_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSKUNFT_EMBEDDER_API_KEY", "sk-geheim")
    settings = read_settings()
    assert settings.embedder_api_key.get_secret_value() == "sk-geheim"
    assert "sk-geheim" not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize("value", ["late_interaction", "cross-encoder:", "cross-encoder", "", "ja"])
def test_unknown_reranker(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("AUSKUNFT_RERANKER", value)
    with pytest.raises(InputError, match="AUSKUNFT_RERANKER="):
        read_settings()


def test_rerankers() -> None:
    assert Settings.model_fields["embedder"].default == "bundled"
    assert Settings(reranker="late-interaction").cross_encoder == ""
    assert Settings(reranker="none").cross_encoder == ""
    name = "BAAI/bge-reranker-v2-m3"
    assert Settings(reranker=f"cross-encoder:{name}").cross_encoder == name


@tiny_models.needs_torch
def test_cross_encoder_ranks_and_falls_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = f"cross-encoder:{tiny_models.tiny_cross_encoder()}"
    data = folders.copy_of_samples(tmp_path / "daten")
    question = "Wie hoch ist der Zuschuss beim Weiterbildungsscheck?"
    asked = Query(question, Scope(Viewer.public()), date(2026, 11, 22))
    with folders.opened(data) as desk:
        usual = desk.search.find(asked, 10)
    with folders.opened(data, reranker=model, reranker_budget_ms=60_000) as desk:
        found = desk.search.find(asked, 10)
    with folders.opened(data, reranker=model, reranker_budget_ms=1) as desk:
        late = desk.search.find(asked, 10)
    assert found.ranked_by == model.removeprefix("cross-encoder:")
    assert texts(found) != texts(usual)
    assert late.ranked_by == usual.ranked_by and texts(late) == texts(usual)
    assert "voreingestellte Reihenfolge" in caplog.text


def texts(found: Found) -> list[str]:
    return [scored.passage.text for scored in found.passages]
