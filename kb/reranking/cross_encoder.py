"""A sentence-transformers CrossEncoder by name or folder; needs the extra `transformers` (torch).

It reads the question together with each passage, which is the most accurate and the slowest way to
rank. So it gets the best few candidates and a time budget; whoever calls it falls back to the
default order when the budget is over, and says so.
"""

import time
from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.errors import RerankingError, RerankingTimeoutError
from kb.torch_models import load_torch_model

Scores = NDArray[np.float32]

#: pairs between two looks at the clock; a GPU needs larger batches to be quick
_BATCH_CPU, _BATCH_GPU = 4, 16
#: question and passage together; more would only cost time, passages are shorter
_MAX_TOKENS = 512
_WARM_UP = ("Wer fördert die Meisterprüfung?", "Die Kammer fördert die Meisterprüfung. " * 20)


class CrossEncoderReranker:
    """`name` is a model on a hub, or a folder; the latter never touches the network.

    `top` is how many candidates the caller should hand over, `budget_seconds` the time they may
    take. Safe to use from several threads: one question is read at a time, and waiting for the
    turn counts.
    """

    def __init__(
        self, name: str, *, top: int = 30, budget_seconds: float = 1.5, threads: int = 0
    ) -> None:
        """Loads the model and runs it once, so that the first question is not the slow one.

        `threads` are torch's, 0 leaves them as they are. Raises RerankingError when the model, or
        the extra, is missing, or when it is no reranker.
        """
        self.name = name
        self.top = top
        self.budget_seconds = budget_seconds
        self._lock = Lock()
        self._model = _load(name, threads)
        self._batch = _BATCH_CPU if self._model.device.type == "cpu" else _BATCH_GPU
        self._require_reranker()
        self._predict([_WARM_UP] * self._batch)

    @property
    def device(self) -> str:
        """Where it runs: `cpu`, `cuda:0` and so on."""
        return str(self._model.device)

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """Shape (len(texts),): the model's own logits, higher is better.

        They compare passages for one question, not questions with each other. Raises
        RerankingTimeoutError when the budget is over before all texts are read (one batch more at
        worst), RerankingError when the model fails.
        """
        end = time.monotonic() + self.budget_seconds
        found = np.zeros(len(texts), np.float32)
        # texts of similar length together: less padding
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        if not self._lock.acquire(timeout=max(0.0, self.budget_seconds)):
            raise self._late(0, len(texts))
        try:
            for begin in range(0, len(order), self._batch):
                if time.monotonic() >= end:
                    raise self._late(begin, len(texts))
                part = order[begin : begin + self._batch]
                found[part] = self._predict([(question, texts[place]) for place in part])
        finally:
            self._lock.release()
        return found

    def _predict(self, pairs: list[tuple[str, str]]) -> Scores:
        # half a surrogate pair, as broken files contain it, is no text for a tokenizer
        clean = [tuple(text.encode("utf-8", "replace").decode() for text in pair) for pair in pairs]
        try:
            rows = self._model.predict(
                clean,
                batch_size=self._batch,
                activation_fn=_logits,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        except Exception as error:  # whatever torch, the tokenizer or the model's code raises
            raise RerankingError(
                f"Das Modell {self.name!r} zum Nachordnen ist beim Rechnen gescheitert "
                f"({type(error).__name__}: {error}). Bitte freien Speicher (auch den der "
                "Grafikkarte) prüfen oder AUSKUNFT_RERANKER ändern."
            ) from error
        found = np.asarray(rows, np.float32).reshape(len(pairs))
        if not np.isfinite(found).all():
            raise RerankingError(
                f"Das Modell {self.name!r} zum Nachordnen liefert keine Zahlen (NaN). Bitte in "
                "AUSKUNFT_RERANKER ein anderes wählen."
            )
        return found

    def _require_reranker(self) -> None:
        """Other models load, too: then with a head of random numbers, or with one score a class."""
        network = self._model.model
        trained = network is None or type(network).__name__ in (network.config.architectures or ())
        if not trained or self._model.num_labels != 1:
            raise RerankingError(
                f"Das Modell {self.name!r} ist kein Modell zum Nachordnen: Es bewertet nicht, wie "
                "gut ein Text zu einer Frage passt. Bitte in AUSKUNFT_RERANKER einen CrossEncoder "
                "nennen (docs/models.md)."
            )

    def _late(self, done: int, count: int) -> RerankingTimeoutError:
        seconds = f"{self.budget_seconds:.1f}".replace(".", ",")
        return RerankingTimeoutError(
            f"Das Nachordnen mit {self.name!r} hat in {seconds} Sekunden {done} von {count} "
            "Textstellen geschafft; für diese Frage gilt die voreingestellte Reihenfolge. Kommt das "
            "öfter vor, bitte AUSKUNFT_RERANKER_TOP senken, AUSKUNFT_RERANKER_BUDGET_MS erhöhen "
            "oder ein kleineres Modell wählen."
        )


def _load(name: str, threads: int) -> Any:
    try:
        model = load_torch_model("CrossEncoder", name, threads)
    except ImportError as error:
        raise RerankingError(
            f"Für das Modell {name!r} zum Nachordnen fehlt das Paket sentence-transformers. Bitte "
            "mit „pip install 'auskunft[transformers]'“ nachinstallieren."
        ) from error
    except Exception as error:
        raise RerankingError(
            f"Das Modell {name!r} zum Nachordnen lässt sich nicht laden: {error}. Bitte Namen oder "
            "Ordner in AUSKUNFT_RERANKER prüfen."
        ) from error
    model.max_seq_length = min(model.max_seq_length or _MAX_TOKENS, _MAX_TOKENS)
    return model


def _logits(outcome: Any) -> Any:
    """In place of the usual sigmoid, which rounds the best to the same 1."""
    return outcome
