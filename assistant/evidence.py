"""How well sentences of the found passages carry the question: units, their scores, and the doubt.

A question and ranked passages come in; scored units (a sentence, or a list item with the sentence
that introduces it) and a confidence go out. Scores are relative to one question; nothing here
decides what is said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.question import Asks, Question
from kb.audience import Viewer
from kb.immutable import Immutable
from kb.lexical import terms_of
from kb.passages import Passage
from kb.search import ScoredPassage
from kb.sentences import split_sentences
from kb.vocabulary import Vocabulary

_MARKER = re.compile(r"^(?:\d{1,3}[a-z]?\.|[a-z]{1,2}\)|[-–•*])\s")
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_NUMBER_WORDS = (
    "ein(?:e[nmrs]?)?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|halbe[sn]?"
)
_SIGNS: dict[Asks, re.Pattern[str]] = {
    Asks.AMOUNT: re.compile(
        r"\d[\d. ]*(?:,\d+)?\s*(?:Euro|EUR|€|Prozent|%|v\. ?H\.|km|Tage|Stunden)"
        r"|\b(?:Drittel|Hälfte|Viertel)", re.I),
    Asks.SHARE: re.compile(
        r"\d+(?:,\d+)?\s*(?:Prozent|%|v\. ?H\.|vom Hundert)|\bDrittel|\bHälfte", re.I),
    Asks.TIME: re.compile(
        rf"\b\d{{1,2}}\.\s?(?:\d{{1,2}}\.|{_MONTHS})|\b(?:19|20)\d\d\b|\bFrist|\bspätestens|\bbis zum"
        rf"|\b(?:\d+|{_NUMBER_WORDS})\s+(?:Kalender)?(?:tag|woche|monat|jahr)", re.I),
    Asks.DURATION: re.compile(
        rf"\b(?:\d+|{_NUMBER_WORDS})\s+(?:\w+\s+)?(?:Kalender|Arbeits|Werk)?"
        r"(?:tag|woche|monat|jahr|stunde)|\b\w+jährig", re.I),
    Asks.PERSON: re.compile(
        r"\b(?:Frau|Herr|Dr\.|Leiter|Leiterin|Geschäftsführer|Vorsitzende|Ansprechpartner|zuständig"
        r"|Kammer|Agentur|Ministerium|GmbH|Träger|Amt|Stelle|übernimmt|verantwort)", re.I),
    Asks.CONTACT: re.compile(
        r"[\w.+-]+@[\w-]+\.\w+|(?:\+49|\b0\d{2,5})[\d\s/()-]{4,}|\b\d{5}\s+[A-ZÄÖÜ]|\bTel", re.I),
    Asks.PLACE: re.compile(
        r"\b\d{5}\s+[A-ZÄÖÜ]|\b(?:in|im|bei|beim|am|Region|Kreis|Stadt|zum|zur)\s+(?:der\s+)?[A-ZÄÖÜ]"),
}  # fmt: skip
_CONTACT_LIKE = frozenset({Asks.CONTACT, Asks.PERSON})


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence of a passage at `start`…`end`, with the start of its lead-in (or its own)."""

    passage: Passage
    start: int
    end: int
    lead_start: int
    lead_end: int
    score: float = 0.0
    covered: frozenset[str] = field(default_factory=frozenset)

    @property
    def text(self) -> str:
        """Own text, after the lead-in where the unit is a list item."""
        own = self.passage.text[self.start : self.end]
        if self.lead_end <= self.lead_start:
            return own
        lead = self.passage.text[self.lead_start : self.lead_end]
        joint = " " if self.lead_end >= self.start - 2 else " … "
        return f"{lead}{joint}{own}"


@dataclass(frozen=True, slots=True)
class Evidence(Immutable):
    """Units best first; `confidence` says how sure it is that the sources carry the question.

    `missing` are the question's terms that the best passage's document does not hold.
    """

    units: Sequence[Unit]
    confidence: float
    coverage: float
    dense: float
    missing: frozenset[str]
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class EvidenceOptions:
    """Weights of the signals, chosen on the development sets (docs/evaluation.md)."""

    passages: int = 10
    passage_weight: float = 1.0
    coverage_weight: float = 1.0
    sign_weight: float = 0.35
    in_lead: float = 0.8
    in_heading: float = 0.6
    in_passage: float = 0.35
    in_title: float = 0.5
    in_document: float = 0.15


def weigh(
    question: Question,
    passages: Sequence[ScoredPassage],
    vocabulary: Vocabulary,
    options: EvidenceOptions = EvidenceOptions(),
) -> Evidence:
    """Score every unit of the best passages against the question."""
    weights = _weights(question.asked_as, question.viewer, vocabulary)
    considered = list(passages[: options.passages])
    if not considered or not weights:
        return Evidence(
            (), 0.0, 0.0, considered[0].dense if considered else 0.0, frozenset(), weights
        )
    top = considered[0].score
    spread = max(top - considered[-1].score, 1e-6)
    units: list[Unit] = []
    for scored in considered:
        rank = (scored.score - considered[-1].score) / spread
        units.extend(_units(question, scored.passage, rank, weights, vocabulary, options))
    units.sort(key=lambda unit: -unit.score)
    return _evidence(units, considered, weights, vocabulary)


def _evidence(
    units: list[Unit],
    considered: Sequence[ScoredPassage],
    weights: dict[str, float],
    vocabulary: Vocabulary,
) -> Evidence:
    total = sum(weights.values())
    best = units[0].passage
    held = vocabulary.terms_in(best.document.document_id, weights)
    near = set(terms_of(best.text)) | set(terms_of(best.context))
    coverage = sum(weight for term, weight in weights.items() if term in near) / total
    in_document = sum(weight for term, weight in weights.items() if term in held) / total
    dense = max(scored.dense for scored in considered)
    return Evidence(
        units=units,
        confidence=0.6 * coverage + 0.4 * in_document,
        coverage=coverage,
        dense=dense,
        missing=frozenset(weights) - held,
        weights=weights,
    )


def _weights(text: str, viewer: Viewer, vocabulary: Vocabulary) -> dict[str, float]:
    return vocabulary.weights(dict.fromkeys(terms_of(text)), viewer)


def _units(
    question: Question,
    passage: Passage,
    rank: float,
    weights: dict[str, float],
    vocabulary: Vocabulary,
    options: EvidenceOptions,
) -> list[Unit]:
    total = sum(weights.values())
    around = {
        **dict.fromkeys(
            vocabulary.terms_in(passage.document.document_id, weights), options.in_document
        ),
        **dict.fromkeys(terms_of(passage.text), options.in_passage),
        **dict.fromkeys(terms_of(passage.document.title), options.in_title),
        **dict.fromkeys(terms_of(" ".join(passage.heading_path[-2:])), options.in_heading),
    }
    found: list[Unit] = []
    for start, end, lead_start, lead_end in spans_of(passage.text):
        own = frozenset(terms_of(passage.text[start:end]))
        lead = frozenset(terms_of(passage.text[lead_start:lead_end]))
        carried = sum(
            weight
            * (
                1.0
                if term in own
                else max(options.in_lead if term in lead else 0.0, around.get(term, 0.0))
            )
            for term, weight in weights.items()
        )
        score = options.passage_weight * rank + options.coverage_weight * carried / total
        score += options.sign_weight * _signs(question.asks, passage.text[start:end])
        found.append(
            Unit(passage, start, end, lead_start, lead_end, score, (own | lead) & weights.keys())
        )
    return found


def spans_of(text: str) -> list[tuple[int, int, int, int]]:
    """Sentences of a passage as (start, end, lead start, lead end); no lead-in: both equal start."""
    spans: list[tuple[int, int, int, int]] = []
    lead: tuple[int, int] | None = None
    for sentence in split_sentences(text):
        if _MARKER.match(sentence.text):
            opening = lead or (sentence.start, sentence.start)
            spans.append((sentence.start, sentence.end, *opening))
        else:
            introduces = not sentence.text.endswith((".", "!", "?"))
            lead = (sentence.start, sentence.end) if introduces else None
            spans.append((sentence.start, sentence.end, sentence.start, sentence.start))
    return spans


def _signs(asks: frozenset[Asks], text: str) -> float:
    """Share of the asked-for kinds of thing (an amount, a date, a person …) that the text shows."""
    if not asks:
        return 0.0
    return sum(bool(_SIGNS[kind].search(text)) for kind in asks) / len(asks)
