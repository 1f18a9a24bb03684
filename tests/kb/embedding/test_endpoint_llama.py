"""The embedder on a real model server: llama.cpp with all-MiniLM-L6-v2."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kb.embedding.endpoint import EndpointEmbedder
from kb.embedding.endpoint_api import Endpoint
from kb.embedding.prompts import Prompts
from kb.embedding.transformers import SentenceTransformersEmbedder
from kb.errors import EmbeddingError, TextRefusedError
from tests import tiny_models

pytestmark = tiny_models.needs_llama

KEY = "sk-llama"
TEXTS = [
    "The grant is paid by the chamber.",
    "A dog sleeps in the kitchen.",
    "Der Zuschuss beträgt 50 Prozent der Ausgaben.",
    "",
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tiny_models.minilm_gguf(tmp_path_factory.mktemp("gguf") / "minilm.gguf")
    with tiny_models.llama_server(file, KEY) as url:
        yield url


def test_same_vectors_as_the_model_in_this_process(address: str) -> None:
    embedder = EndpointEmbedder(Endpoint(address, "minilm", KEY), Prompts(), batch=3)
    local = SentenceTransformersEmbedder(str(tiny_models.minilm()), threads=1)
    rows = embedder.embed_passages(TEXTS[:3] * 2)
    assert rows.shape == (6, 384) == (6, embedder.dimension)
    assert np.sum(rows * local.embed_passages(TEXTS[:3] * 2), axis=1).min() > 0.999
    query = embedder.embed_query("Who pays the grant?")
    assert rows[0] @ query > rows[1] @ query + 0.2
    assert embedder.embed_passages([""]).shape == (1, 384)


def test_its_errors_are_understood(address: str) -> None:
    with pytest.raises(EmbeddingError, match="lehnt den Schlüssel ab"):
        EndpointEmbedder(Endpoint(address, "minilm", "falsch")).embed_query("Who?")
    embedder = EndpointEmbedder(Endpoint(address, "minilm", KEY))
    with pytest.raises(TextRefusedError, match=r"Text mit 15\.000 Zeichen.*too large"):
        embedder.embed_passages(["Kurz", "Wort " * 3000])


def test_threads_share_it(address: str) -> None:
    embedder = EndpointEmbedder(Endpoint(address, "minilm", KEY))
    texts = [f"Question number {number}" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        rows = np.stack(list(pool.map(embedder.embed_query, texts)))
    assert np.allclose(rows, embedder.embed_passages(texts), atol=1e-4)
