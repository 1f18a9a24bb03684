"""The CrossEncoder with real models from folders, and its time budget."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from kb.errors import RerankingError, RerankingTimeoutError
from kb.reranking.cross_encoder import CrossEncoderReranker
from tests import tiny_models

pytestmark = tiny_models.needs_torch

QUESTION = "Wie hoch ist der Bildungsgutschein?"
GOOD = "Der Bildungsgutschein beträgt 500 Euro."
BAD = "Der Bildungsgutschein dient der beruflichen Weiterbildung."


@pytest.fixture(scope="module")
def folder() -> Path:
    return tiny_models.tiny_cross_encoder()


@pytest.fixture(scope="module")
def reranker(folder: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker(str(folder), top=10, budget_seconds=60)


def test_scores_rank_what_answers_the_question(reranker: CrossEncoderReranker) -> None:
    scores = reranker.scores(QUESTION, [BAD, GOOD])
    assert scores.shape == (2,) and scores.dtype == np.float32
    assert scores[1] > scores[0] + 1
    # logits, not probabilities
    assert scores.min() < 0 or scores.max() > 1
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_scores_belong_to_their_texts_whatever_the_batches(
    reranker: CrossEncoderReranker,
) -> None:
    texts = [text * repeat for repeat in (1, 30, 3, 8) for text in (GOOD + " ", BAD + " ")] + [""]
    together = reranker.scores(QUESTION, texts)
    alone = [reranker.scores(QUESTION, [text])[0] for text in texts]
    assert len(texts) > 8 and np.allclose(together, alone, atol=1e-3)


def test_strange_texts(reranker: CrossEncoderReranker) -> None:
    texts = ["halbes Paar: \ud83d", "Wort " * 5000, "\n", "🙂"]
    assert np.isfinite(reranker.scores("Was? \udc00", texts)).all()


def test_budget_that_cannot_be_kept(folder: Path) -> None:
    reranker = CrossEncoderReranker(str(folder), top=30, budget_seconds=0.000_001)
    begin = time.monotonic()
    with pytest.raises(RerankingTimeoutError) as caught:
        reranker.scores(QUESTION, [GOOD * 40] * 400)
    took = time.monotonic() - begin
    message = str(caught.value)
    assert "von 400 Textstellen" in message and "voreingestellte Reihenfolge" in message
    assert "AUSKUNFT_RERANKER_BUDGET_MS" in message
    begin = time.monotonic()
    CrossEncoderReranker(str(folder), budget_seconds=600).scores(QUESTION, [GOOD * 40] * 40)
    assert took < time.monotonic() - begin
    assert isinstance(caught.value, RerankingError)


def test_waiting_for_another_question_counts(reranker: CrossEncoderReranker, folder: Path) -> None:
    hurried = CrossEncoderReranker(str(folder), budget_seconds=0.2)
    hurried.scores(QUESTION, [GOOD])
    entered = threading.Event()

    class Slow(list[str]):
        """Texts that keep the model busy: the first look at one of them takes a second."""

        def __getitem__(self, place: object) -> str:  # type: ignore[override]
            if not entered.is_set() and hurried._lock.locked():
                entered.set()
                time.sleep(1)
            return super().__getitem__(place)  # type: ignore[index,return-value]

    def ask() -> None:
        with pytest.raises(RerankingTimeoutError):
            hurried.scores(QUESTION, Slow([GOOD] * 30))

    other = threading.Thread(target=ask)
    other.start()
    assert entered.wait(10)
    with pytest.raises(RerankingTimeoutError, match="0,2 Sekunden 0 von 1"):
        hurried.scores(QUESTION, [GOOD])
    other.join()
    assert hurried.scores(QUESTION, [GOOD]).shape == (1,)


def test_warm_up_is_done_at_load(reranker: CrossEncoderReranker) -> None:
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        reranker.scores(QUESTION, [GOOD] * 4)
        times.append(time.perf_counter() - begin)
    assert times[0] < 10 * float(np.median(times)) + 0.1


def test_embedding_model_is_refused() -> None:
    # it loads, with a head of random numbers
    with pytest.raises(RerankingError, match="kein Modell zum Nachordnen"):
        CrossEncoderReranker(str(tiny_models.minilm()))


def test_classifier_is_refused(tmp_path: Path) -> None:
    from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification

    config = AutoConfig.from_pretrained(tiny_models.minilm(), num_labels=3, num_hidden_layers=1)
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_models.minilm()).save_pretrained(tmp_path)
    with pytest.raises(RerankingError, match="kein Modell zum Nachordnen"):
        CrossEncoderReranker(str(tmp_path))


def test_broken_weights(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"nichts")
    with pytest.raises(RerankingError, match=r"lässt sich nicht laden.*AUSKUNFT_RERANKER"):
        CrossEncoderReranker(str(tmp_path))


def test_weights_that_are_no_numbers(folder: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"] = np.full_like(weights["classifier.bias"], np.nan)
    save_file(weights, str(tmp_path / "model.safetensors"), metadata={"format": "pt"})
    with pytest.raises(RerankingError, match="NaN"):
        CrossEncoderReranker(str(tmp_path))


def test_folder_that_does_not_exist(tmp_path: Path) -> None:
    (tmp_path / "leer").mkdir()
    with pytest.raises(RerankingError, match="lässt sich nicht laden"):
        CrossEncoderReranker(str(tmp_path / "leer"))
