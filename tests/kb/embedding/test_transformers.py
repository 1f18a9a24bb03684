"""The sentence-transformers embedder with real models from folders."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.transformers import SentenceTransformersEmbedder
from kb.errors import EmbeddingError
from tests import tiny_models

pytestmark = tiny_models.needs_torch

TEXT = "The grant is paid by the chamber."


@pytest.fixture(scope="module", autouse=True)
def threads() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def plain() -> SentenceTransformersEmbedder:
    return SentenceTransformersEmbedder(str(tiny_models.minilm()), threads=1)


def alike(left: object, right: object) -> bool:
    return bool(np.allclose(left, right, atol=1e-5))  # type: ignore[arg-type]


def test_vectors(plain: SentenceTransformersEmbedder) -> None:
    texts = [TEXT, "A dog sleeps in the kitchen."]
    rows = plain.embed_passages(texts)
    assert rows.shape == (2, 384) and rows.dtype == np.float32 and plain.dimension == 384
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    query = plain.embed_query("Who pays the grant?")
    assert query.shape == (384,) and rows[0] @ query > rows[1] @ query + 0.2
    assert plain.embed_passages([]).shape == (0, 384)
    assert plain.embed_passages(["", "halbes Paar: \ud83d"]).shape == (2, 384)


def test_threads_and_device(plain: SentenceTransformersEmbedder) -> None:
    import torch

    assert torch.get_num_threads() == 1
    assert plain.device.startswith("cuda") is torch.cuda.is_available()


def test_long_texts_are_cut_at_the_models_maximum(plain: SentenceTransformersEmbedder) -> None:
    words = "grant chamber craft training " * 60  # 240 tokens
    long, longer = words + "energy " * 400, words + "energy " * 200 + "unrelated kitchen dog " * 100
    rows = plain.embed_passages([words, long, longer])
    assert alike(rows[1], rows[2]) and not alike(rows[0], rows[1])


@pytest.mark.parametrize("passage", ["document", "passage"])
def test_declared_prompts_are_used(
    plain: SentenceTransformersEmbedder, tmp_path: Path, passage: str
) -> None:
    prompts = {"query": "question: ", passage: "text: "}
    model = tiny_models.copied_minilm(tmp_path / "e5-large", prompts=prompts)
    embedder = SentenceTransformersEmbedder(str(model))
    assert alike(embedder.embed_query(TEXT), plain.embed_query("question: " + TEXT))
    assert alike(embedder.embed_passages([TEXT]), plain.embed_passages(["text: " + TEXT]))
    assert not alike(embedder.embed_query(TEXT), plain.embed_query(TEXT))


def test_family_prompts_where_none_are_declared(
    plain: SentenceTransformersEmbedder, tmp_path: Path
) -> None:
    model = tiny_models.copied_minilm(tmp_path / "multilingual-e5-large")
    embedder = SentenceTransformersEmbedder(str(model))
    assert alike(embedder.embed_query(TEXT), plain.embed_query("query: " + TEXT))
    assert alike(embedder.embed_passages([TEXT]), plain.embed_passages(["passage: " + TEXT]))
    bare = SentenceTransformersEmbedder(str(model), query_prefix="", passage_prefix="")
    assert alike(bare.embed_query(TEXT), plain.embed_query(TEXT))
    assert bare.model_id != embedder.model_id


def test_default_prompt_of_a_model_does_not_reach_passages(
    plain: SentenceTransformersEmbedder, tmp_path: Path
) -> None:
    prompts = {"query": "question: "}
    model = tiny_models.copied_minilm(
        tmp_path / "modell", prompts=prompts, default_prompt_name="query"
    )
    embedder = SentenceTransformersEmbedder(str(model))
    assert alike(embedder.embed_passages([TEXT]), plain.embed_passages([TEXT]))


def test_same_as_the_bundled_engine_on_its_weights(model_folder: Path, fp32: OnnxE5) -> None:
    embedder = SentenceTransformersEmbedder(str(model_folder))
    texts = ["Der Zuschuss beträgt 50 Prozent der Ausgaben.", "Die Frist endet am 31. März 2027."]
    assert np.sum(embedder.embed_passages(texts) * fp32.embed_passages(texts), 1).min() > 0.999
    question = "Wie hoch ist der Zuschuss?"
    assert embedder.embed_query(question) @ fp32.embed_query(question) > 0.999


def test_id_follows_the_files_not_the_place(
    plain: SentenceTransformersEmbedder, tmp_path: Path
) -> None:
    here = tiny_models.copied_minilm(tmp_path / "hier" / "model")
    moved = shutil.copytree(here, tmp_path / "dort" / "model", symlinks=True)
    name = SentenceTransformersEmbedder(str(here)).model_id
    assert name.startswith("sentence-transformers/model@")
    assert SentenceTransformersEmbedder(str(moved)).model_id == name
    weights = moved / "model.safetensors"
    raw = bytearray(weights.read_bytes())
    raw[-3] ^= 1
    weights.unlink()
    weights.write_bytes(raw)
    assert SentenceTransformersEmbedder(str(moved)).model_id != name


def test_model_that_does_not_exist(tmp_path: Path) -> None:
    (tmp_path / "leer").mkdir()
    for missing in (tmp_path / "leer", tmp_path / "leer" / "datei"):
        with pytest.raises(EmbeddingError, match=r"lässt sich nicht laden.*AUSKUNFT_EMBEDDER"):
            SentenceTransformersEmbedder(str(missing))
