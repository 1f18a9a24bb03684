"""Similarities of any model on the bundled model's scale, so that rules fitted on one hold for all.

How similar related and unrelated texts are differs from model to model (e5 gives .86 and .80,
others .5 and .1), and the judgement whether a question is answered at all looks at just that. So a
model is shown a few German questions with texts of their own and of the others' subject, and its
scale is laid over the bundled one's, mean on mean.
"""

from dataclasses import dataclass
from threading import Lock

import numpy as np

from kb.embedding.port import Embedder
from kb.errors import EmbeddingError

#: question, a text that answers it, one of the same subject that does not
_SAMPLES = (
    (
        "Wie hoch ist der Zuschuss für neue Maschinen?",
        "Der Zuschuss beträgt bis zu 40 Prozent der Ausgaben für Maschinen, höchstens 20.000 Euro.",
        "Für neue Maschinen kann ein Zuschuss beantragt werden; die Bewilligungsstelle entscheidet.",
    ),
    (
        "Wer darf den Antrag stellen?",
        "Antragsberechtigt sind kleine und mittlere Unternehmen mit Sitz oder Betrieb im Land.",
        "Der Antrag ist über das Förderportal zu stellen und von der Leitung zu unterschreiben.",
    ),
    (
        "Wo liegt die nächste Beratungsstelle?",
        "Die Beratungsstelle befindet sich im Haus der Wirtschaft, Marktstraße 12.",
        "Die Beratungsstelle hilft bei Fragen zur Gründung und zur Nachfolge, auch telefonisch.",
    ),
    (
        "Wird die Ausbildung von Geflüchteten unterstützt?",
        "Betriebe, die geflüchtete junge Menschen ausbilden, erhalten eine Prämie je Platz.",
        "Im Ausbildungsjahr wurden im Bezirk 1.240 neue Ausbildungsverträge eingetragen.",
    ),
    (
        "Muss ich das Darlehen zurückzahlen?",
        "Das Darlehen ist nach zwei tilgungsfreien Jahren in monatlichen Raten zurückzuzahlen.",
        "Das Darlehen wird nach Vorlage der Rechnungen auf das Konto des Betriebs überwiesen.",
    ),
    (
        "Wer leitet den Arbeitskreis Klimaschutz?",
        "Den Vorsitz der Arbeitsgruppe Klima und Energie führt die Wirtschaftsförderung.",
        "Der Arbeitskreis Klimaschutz tagte im März und sprach über Photovoltaik auf Hallen.",
    ),
    (
        "Was kostet ein Energieaudit?",
        "Für eine Energieberatung im Betrieb fallen je nach Größe 800 bis 6.000 Euro an.",
        "Ein Energieaudit untersucht den Verbrauch von Strom und Wärme und schlägt Maßnahmen vor.",
    ),
    (
        "Wie lange läuft das Programm für digitale Betriebe noch?",
        "Die Richtlinie zur Digitalisierung tritt mit Ablauf des 31. Dezember 2027 außer Kraft.",
        "Das Programm unterstützt Betriebe, die ihre Abläufe digital gestalten wollen.",
    ),
)
_BUNDLED = "multilingual-e5-small/"
#: a model whose means are nearer than this tells nothing apart (e5's are .07 apart)
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Means:
    """Mean cosine of questions to texts of another subject and of their own."""

    unrelated: float
    related: float


#: of the bundled model, int8, over `_SAMPLES` (a test measures it again)
BUNDLED_MEANS = Means(unrelated=0.790, related=0.872)


class BundledScale:
    """Turns a model's cosine into what the bundled model would give. Safe to use from threads.

    The model is asked at the first use, and not at all when it is the bundled one.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = Lock()
        self._own = BUNDLED_MEANS if embedder.model_id.startswith(_BUNDLED) else None

    def __call__(self, cosine: float) -> float:
        """Linear in `cosine`, so that no order changes. Raises EmbeddingError."""
        with self._lock:
            if self._own is None:
                self._own = _require_difference(means_of(self._embedder), self._embedder.model_id)
        own, bundled = self._own, BUNDLED_MEANS
        step = (bundled.related - bundled.unrelated) / (own.related - own.unrelated)
        return bundled.unrelated + (cosine - own.unrelated) * step


def means_of(embedder: Embedder) -> Means:
    """What the model makes of the samples. Raises EmbeddingError."""
    questions = np.stack([embedder.embed_query(question) for question, *_ in _SAMPLES])
    texts = [text for _, *both in _SAMPLES for text in both]
    cosines = questions @ embedder.embed_passages(texts).T
    related = np.repeat(np.eye(len(_SAMPLES), dtype=bool), 2, axis=1)
    return Means(float(cosines[~related].mean()), float(cosines[related].mean()))


def _require_difference(means: Means, model: str) -> Means:
    if means.related - means.unrelated < _LEAST:
        raise EmbeddingError(
            f"Das Sprachmodell {model!r} unterscheidet Texte zum selben Thema nicht von anderen "
            f"(Ähnlichkeit {means.related:.3f} und {means.unrelated:.3f}). Bitte prüfen, ob es "
            "Deutsch kann und ob der Server die richtige Zusammenfassung (Pooling) verwendet."
        )
    return means
