"""Similarities of other models on the bundled model's scale, with real vectors."""

from collections.abc import Sequence

import numpy as np
import pytest

from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.port import Vector, Vectors
from kb.embedding.scale import BUNDLED_MEANS, BundledScale, means_of
from kb.errors import EmbeddingError


class Moved:
    """The real model with `step` · its mean vector taken away: as good, on quite another scale."""

    dimension = 384

    def __init__(self, model: OnnxE5, step: float) -> None:
        self.model_id = f"verschoben/{step}"
        self.asked = 0
        self._model = model
        texts = ["Der Zuschuss beträgt 50 Prozent.", "Der Antrag ist schriftlich zu stellen."]
        self._away: Vector = step * model.embed_passages(texts).mean(axis=0)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += 1
        return self._normalised(self._model.embed_passages(texts))

    def embed_query(self, text: str) -> Vector:
        return self._normalised(self._model.embed_query(text))

    def _normalised(self, rows: Vectors) -> Vectors:
        moved = rows - self._away
        return moved / np.linalg.norm(moved, axis=-1, keepdims=True)


def test_bundled_means_are_what_the_bundled_model_gives(int8: OnnxE5) -> None:
    means = means_of(int8)
    assert abs(means.unrelated - BUNDLED_MEANS.unrelated) < 0.003
    assert abs(means.related - BUNDLED_MEANS.related) < 0.003


def test_bundled_model_is_left_alone_and_not_asked(int8: OnnxE5) -> None:
    model = Moved(int8, 0.0)
    model.model_id = int8.model_id
    assert BundledScale(model)(0.8765) == pytest.approx(0.8765)
    assert model.asked == 0


@pytest.mark.parametrize("step", [0.5, 0.9])
def test_other_scale_is_laid_over_the_bundled_one(int8: OnnxE5, step: float) -> None:
    model = Moved(int8, step)
    means = means_of(model)
    assert means.related < BUNDLED_MEANS.related - 0.03
    scale = BundledScale(model)
    asked = model.asked
    assert scale(means.unrelated) == pytest.approx(BUNDLED_MEANS.unrelated, abs=1e-6)
    assert scale(means.related) == pytest.approx(BUNDLED_MEANS.related, abs=1e-6)
    assert scale(0.1) < scale(0.2) < scale(0.9)
    assert model.asked == asked + 1  # once, at the first use
    # texts that were not among the samples come near what the bundled model says of them
    question, text = (
        "Wer zahlt die Meisterprüfung?",
        "Die Meisterprüfung zahlt die Handwerkskammer.",
    )
    own = float(model.embed_query(question) @ model.embed_passages([text])[0])
    bundled = float(int8.embed_query(question) @ int8.embed_passages([text])[0])
    assert abs(scale(own) - bundled) < abs(own - bundled) / 2
    assert abs(scale(own) - bundled) < 0.03


def test_vectors_without_meaning_are_refused() -> None:
    class Noise:
        model_id, dimension = "rauschen", 64

        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            return np.stack([self.embed_query(text) for text in texts])

        def embed_query(self, text: str) -> Vector:
            # all alike but for noise, as a wrong pooling makes them
            noise = np.random.default_rng(len(text)).normal(0, 0.01, 64)
            row = np.ones(64) + noise
            return (row / np.linalg.norm(row)).astype(np.float32)

    with pytest.raises(EmbeddingError, match=r"'rauschen'.*Pooling"):
        BundledScale(Noise())(0.5)
