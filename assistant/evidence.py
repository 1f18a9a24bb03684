"""How well sentences of the found passages carry the question: units, their scores, and the doubt.

A question and ranked passages come in; scored units (a sentence, or a list item with the sentence
that introduces it) and a confidence go out. Scores are relative to one question; nothing here
decides what is said.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.question import Asks, Question
from kb.audience import Viewer
from kb.immutable import Immutable
from kb.lexical import terms_of
from kb.passages import Kind, Passage
from kb.results import ScoredPassage
from kb.sentences import split_sentences
from kb.vocabulary import Vocabulary

_MARKER = re.compile(r"^(?:\d{1,3}[a-z]?\.|[a-z]{1,2}\)|[-–•*])\s")
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_NUMBER_WORDS = (
    "ein(?:e[nmrs]?)?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|halbe[sn]?"
)
_PHONE = r"(?:\+49|\b0\d{2,5})[\d\s/()-]{4,}"
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
    Asks.PHONE: re.compile(rf"{_PHONE}|\bTel"),
    Asks.CONTACT: re.compile(
        rf"[\w.+-]+@[\w-]+\.\w+|{_PHONE}|\b\d{{5}}\s+[A-ZÄÖÜ]|\bTel", re.I),
    Asks.PLACE: re.compile(
        r"\b\d{5}\s+[A-ZÄÖÜ]|\b(?:in|im|bei|beim|am|Region|Kreis|Stadt|zum|zur)\s+(?:der\s+)?[A-ZÄÖÜ]"),
    Asks.LIMIT: re.compile(
        r"höchst|maxim|\bbis zu\b|obergrenze|deckel|begrenzt|nicht über(?:schreit|steig)"
        r"|\bat most\b|\bup to\b", re.I),
    Asks.DECISION: re.compile(
        r"\bBeschluss\b|\b[Bb]eschl(?:oss|ieß|üss)|\bstimm(?:t|en|te|ten)\b.*\bzu\b|\b(?:ein|mehr)stimmig"),
    Asks.MEANING: re.compile(
        r"(?:(?:Der|Die|Das|Ein|Eine|Unter|Als)\s)?(?:[^\s,;:.]+\s){0,2}?[„\"]?[A-ZÄÖÜ][^\s,;:.]+[“\"]?"
        r"(?:\s[A-ZÄÖÜ(„][^\s,;:.]*){0,3}\s"
        r"(?:ist|sind|bezeichnet|bezeichnen|bedeutet|bedeuten|umfasst|umfassen|dient|dienen|soll|sollen"
        r"|unterstützt|unterstützen|berät|beraten|begleitet|begleiten|hilft|helfen|fördert|fördern)\b"),
}  # fmt: skip
#: minutes that tell who spoke, and not what is the case
_NARRATED = re.compile(
    r"(?:Herr|Frau|Dr\.|Prof\.|(?:Der|Die) (?:Vorsitz|Geschäfts|Leit)\w*)\s.{0,60}?\b"
    r"(?:erläutert|berichtet|begrüßt|dankt|bittet|fragt|informiert|eröffnet|schließt|schlägt|regt|weist|stellt|ergänzt|erklärt)\b"
)
#: words of a heading that names one thing, with its number
_HEADING_WORDS = 4
_STRONGEST = 3
_ALIKE = 0.5
_ALIKE_FROM = 4
_PART = 0.8
_PART_FROM = 5
_WEAK = 0.25
#: words that questions are made of, and that say little about what is asked for
COMMON = frozenset(
    terms_of(
        """
        bekommen bekommt bekomme kriegen kriegt kriege erhalten erhält gibt geben gehen geht ging
        losgeht machen macht mache brauchen braucht brauche gelten gilt galt zahlt zahlen heißt
        heißen sagen sagt lassen finden findet stehen steht kommen kommt schaffen schafft zählt
        passiert möchte möchten wollen will wissen weiß sieht sehen hoch höchst höchstens maximal
        mindestens genau lang lange länger alt neu groß viele drauf dran drin fürs ans aufs
        je pro nochmal jetzt aktuell gerade heute derzeit ungefähr etwa einfach gut
        wegen bezüglich dazu davon davor falls bevor nachdem während trotz statt
        rufe ruft rufen anrufe anruft anrufen wende wendet wenden melde meldet melden geld
        welch jemand etwas sache frage antwort information infos
        need get give find know tell want usually
        """
    )
)


#: start and end of a sentence, start and end of its lead-in
Span = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence of a passage at `start`…`end`, with the start of its lead-in (or its own).

    Of the question's terms, `covered` are those in it, `above` those in its title and headings.
    """

    passage: Passage
    start: int
    end: int
    lead_start: int
    lead_end: int
    score: float = 0.0
    covered: frozenset[str] = field(default_factory=frozenset)
    above: frozenset[str] = field(default_factory=frozenset)

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
    """Units best first, and the signals by which it is judged whether they carry the question.

    `coverage` (0…1) is the share of the question's weight that one of the strongest passages
    holds, `dense` the best cosine; `missing` are terms that the best passage's document lacks.
    """

    units: Sequence[Unit]
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
    meaning_weight: float = 2.0
    in_lead: float = 0.8
    in_heading: float = 0.6
    in_passage: float = 0.35
    in_title: float = 0.5
    in_document: float = 0.15
    under_heading: float = 1.0
    narrated: float = 0.5


def weigh(
    question: Question,
    passages: Sequence[ScoredPassage],
    vocabulary: Vocabulary,
    options: EvidenceOptions = EvidenceOptions(),
) -> Evidence:
    """Score every unit of the best passages against the question."""
    weights = _weights(question.lexical, question.viewer, vocabulary)
    considered = list(passages[: options.passages])
    if not considered or not weights:
        dense = considered[0].dense if considered else 0.0
        return Evidence((), 0.0, dense, frozenset(), weights)
    top = considered[0].score
    spread = max(top - considered[-1].score, 1e-6)
    units: list[Unit] = []
    for scored in considered:
        rank = (scored.score - considered[-1].score) / spread
        units.extend(_units(question, scored, rank, weights, vocabulary, options))
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
    strongest = [scored.passage for scored in considered[:_STRONGEST]]
    return Evidence(
        units=units,
        coverage=max(_coverage(passage, weights) for passage in strongest) / total,
        dense=max(scored.dense for scored in considered),
        missing=frozenset(weights) - held,
        weights=weights,
    )


def _coverage(passage: Passage, weights: dict[str, float]) -> float:
    """Weight of the question's terms that passage and headings hold, alike spellings in part."""
    near = _terms_of_both(passage.text, passage.context)
    return sum(weight * _most_alike(term, near)[1] for term, weight in weights.items())


def likeness(term: str, among: frozenset[str]) -> tuple[str, float]:
    """The most alike of some terms and how alike it is: 1 for the same, 0 below a half.

    Letter trigrams, Dice's coefficient; a compound that holds the other word counts too. So a
    typing error or `Fördergelder` beside `Fördermittel` is a partial match.
    """
    if term in among:
        return term, 1.0
    if len(term) < _ALIKE_FROM or term[0].isdigit():
        return "", 0.0
    best, most = "", 0.0
    grams = _trigrams(term)
    for other in among:
        if len(other) < _ALIKE_FROM or other[0].isdigit():
            continue
        others = _trigrams(other)
        shared = len(grams & others)
        alike = 2 * shared / (len(grams) + len(others))
        if min(len(term), len(other)) >= _PART_FROM:
            alike = max(alike, _PART * shared / min(len(grams), len(others)))
        if alike > most:
            best, most = other, alike
    return (best, most) if most >= _ALIKE else ("", 0.0)


#: the same few passages are compared with many questions that share their words
_most_alike = lru_cache(maxsize=20_000)(likeness)


@lru_cache(maxsize=2_048)
def _terms_of_both(text: str, around: str) -> frozenset[str]:
    """One object for each passage, so that what is remembered of it costs little."""
    return frozenset(terms_of(text)) | frozenset(terms_of(around))


@lru_cache(maxsize=2_048)
def _sentences_of(text: str) -> tuple[tuple[Span, frozenset[str]], ...]:
    """The spans of a passage, each with the terms of its sentence."""
    return tuple((span, frozenset(terms_of(text[span[0] : span[1]]))) for span in spans_of(text))


@lru_cache(maxsize=100_000)
def _trigrams(word: str) -> frozenset[str]:
    marked = f"#{word}#"
    return frozenset(marked[start : start + 3] for start in range(len(marked) - 2))


def _weights(text: str, viewer: Viewer, vocabulary: Vocabulary) -> dict[str, float]:
    """Term weights of a question: IDF; words that questions are made of count little."""
    weights = vocabulary.weights(dict.fromkeys(terms_of(text)), viewer)
    return {term: weight * (_WEAK if term in COMMON else 1.0) for term, weight in weights.items()}


def _units(
    question: Question,
    scored: ScoredPassage,
    rank: float,
    weights: dict[str, float],
    vocabulary: Vocabulary,
    options: EvidenceOptions,
) -> list[Unit]:
    passage = scored.passage
    total = sum(weights.values())
    sentences = _sentences_of(passage.text)
    held = {span[:2]: terms for span, terms in sentences}
    places = _Places.of(passage, frozenset().union(*held.values()), weights, vocabulary, options)
    under = options.under_heading if _is_headed(passage, weights) else 0.0
    above = frozenset(terms_of(passage.context)).intersection(weights)
    found: list[Unit] = []
    for (start, end, lead_start, lead_end), own in sentences:
        lead = held.get((lead_start, lead_end), frozenset())
        carried = 0.0
        covered: set[str] = set()
        for term, weight in weights.items():
            alias, alike = places.aliases[term]
            if alias in own:
                carried += weight * alike
                covered.add(term)
            elif alias in lead:
                carried += weight * alike * options.in_lead
                covered.add(term)
            else:
                carried += weight * alike * places.around.get(alias, 0.0)
        score = options.passage_weight * rank + options.coverage_weight * carried / total
        score += options.sign_weight * _signs(question.asks, passage.text[start:end]) + under
        if _is_narrated(question, passage, passage.text[start:end]):
            score -= options.narrated
        if scored.likeness is not None:
            meant = scored.likeness.within((start, end), (lead_start, lead_end))
            score += options.meaning_weight * meant
        found.append(
            Unit(passage, start, end, lead_start, lead_end, score, frozenset(covered), above)
        )
    return found


def _is_headed(passage: Passage, weights: dict[str, float]) -> bool:
    """Whether title and heading together say all that was asked for, and not the title alone.

    („3 Ziele“ of the „Umsetzungskonzept“ for „Welche Ziele hat das Umsetzungskonzept?“) A heading of
    many words or with a question names more than one thing.
    """
    if not passage.heading_path:
        return False
    named = passage.heading_path[-1]
    if named.endswith("?") or len(named.split()) > _HEADING_WORDS:
        return False
    title = frozenset(terms_of(passage.document.title))
    heading = frozenset(terms_of(named)) - title
    asked = weights.keys() - COMMON
    return len(asked) > 1 and not asked.isdisjoint(heading) and asked <= heading | title


def _is_narrated(question: Question, passage: Passage, text: str) -> bool:
    """Whether minutes only tell who spoke, of whom the question does not."""
    if passage.document.kind is not Kind.MINUTES or question.wants(Asks.PERSON):
        return False
    told = _NARRATED.match(text)
    return told is not None and not any(
        name in question.lexical for name in told[0].split()[1:-1] if name[:1].isupper()
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a passage and its surroundings hold the question's terms.

    `aliases` maps each term to the most alike one here and its likeness; `around` says what a term
    counts that is not in the sentence itself but near it.
    """

    aliases: dict[str, tuple[str, float]]
    around: dict[str, float]

    @classmethod
    def of(
        cls,
        passage: Passage,
        in_text: frozenset[str],
        weights: dict[str, float],
        vocabulary: Vocabulary,
        options: EvidenceOptions,
    ) -> "_Places":
        in_document = vocabulary.terms_in(passage.document.document_id, weights)
        around = {
            **dict.fromkeys(in_document, options.in_document),
            **dict.fromkeys(in_text, options.in_passage),
            **dict.fromkeys(terms_of(passage.document.title), options.in_title),
            **dict.fromkeys(terms_of(" ".join(passage.heading_path[-2:])), options.in_heading),
        }
        headings = f"{passage.document.title}\n{' '.join(passage.heading_path[-2:])}"
        near = _terms_of_both(passage.text, headings)
        elsewhere = frozenset(around) - near
        aliases = {
            term: max(_most_alike(term, near), likeness(term, elsewhere), key=_how_alike)
            for term in weights
        }
        return cls(aliases, around)


def _how_alike(found: tuple[str, float]) -> float:
    return found[1]


def spans_of(text: str) -> list[Span]:
    """Sentences of a passage as (start, end, lead start, lead end); no lead-in: both equal start."""
    spans: list[Span] = []
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


def shows(kind: Asks, text: str) -> bool:
    """Whether a text shows this kind of thing: an amount, a date, a phone number …"""
    sign = _SIGNS[kind]
    return bool(sign.match(text) if kind is Asks.MEANING else sign.search(text))


def shows_any(kinds: Iterable[Asks], text: str) -> bool:
    """Whether a text shows one of these kinds of thing."""
    return any(shows(kind, text) for kind in kinds)


def _signs(asks: frozenset[Asks], text: str) -> float:
    """Share of the asked-for kinds of thing (an amount, a date, a person …) that the text shows.

    A phone number or an address counts once more: without it, nothing else in the text helps.
    """
    if not asks:
        return 0.0
    signs = sum(shows(kind, text) for kind in asks) / len(asks)
    if Asks.CONTACT in asks:
        return signs + shows(Asks.CONTACT, text)
    return signs
