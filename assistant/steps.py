"""The steps of answering as Haystack components.

For each part of a question: passages → evidence → composition; then for all parts: join → check.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from haystack import component

from assistant.answer import Answer, AnswerPart, AnswerStatus, Contact, Statement
from assistant.compose import Composition, compose, superseded_in
from assistant.doubt import Judgement, judge
from assistant.evidence import Evidence, weigh
from assistant.join import Composed, Joined, join
from assistant.notices import corrections_for, notices_for
from assistant.phrases import phrase, phrase_about
from assistant.question import Question
from assistant.verify import Checked, verify
from kb.gathering import gather
from kb.immutable import Immutable
from kb.index.port import Scope
from kb.results import Found, Query, ScoredPassage
from kb.search import Search
from kb.vocabulary import Vocabulary

_RETRIEVED = 30


@dataclass(frozen=True, slots=True)
class Retrieved(Immutable):
    """The ranking, and what was made of it for reading. One value, so that nothing is copied of it."""

    found: Found
    passages: tuple[ScoredPassage, ...]


@component
class Retriever:
    """Finds the passages that the viewer may see and that fit the question best."""

    def __init__(self, search: Search) -> None:
        self._search = search

    @component.output_types(retrieved=Retrieved)
    def run(self, question: Question) -> dict[str, Retrieved]:
        found = self._search.find(query_of(question), _RETRIEVED)
        passages = gather(found.passages, historic=question.about_the_past)
        return {"retrieved": Retrieved(found, tuple(passages))}


def query_of(question: Question) -> Query:
    """What the search is asked for a question."""
    return Query(
        question.searched_as,
        Scope(question.viewer),
        question.as_of,
        lexical=question.lexical_searched_as,
        historic=question.about_the_past,
        likeness=True,
    )


@component
class EvidenceWeigher:
    """Scores the sentences of the passages against the question."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    @component.output_types(evidence=Evidence)
    def run(self, question: Question, retrieved: Retrieved) -> dict[str, Evidence]:
        return {"evidence": weigh(question, retrieved.passages, self._vocabulary)}


@component
class ExtractiveComposer:
    """Makes statements of the sources' own sentences, or none when the sources do not carry it."""

    @component.output_types(composed=Composed, judgement=Judgement)
    def run(self, question: Question, retrieved: Retrieved, evidence: Evidence) -> dict[str, Any]:
        composition = Composition((), ())
        judgement = judge(question, evidence)
        superseded = superseded_in(retrieved.passages)
        if judgement.carried:
            composition = compose(
                evidence,
                retrieved.passages,
                superseded,
                asks=question.asks,
                yes_or_no=question.yes_or_no,
                historic=question.about_the_past,
            )
        composed = Composed(question, composition, superseded, retrieved.found)
        return {"composed": composed, "judgement": judgement}


@component
class Joiner:
    """Puts the parts' compositions together, in the order in which they were asked."""

    @component.output_types(joined=Joined)
    def run(self, parts: list[Composed]) -> dict[str, Joined]:
        return {"joined": join(parts)}


@component
class Verifier:
    """Takes out what the cited passages do not carry, and says plainly what is not answered."""

    def __init__(self, contacts: tuple[Contact, ...] = (), demo: bool = False) -> None:
        self._contacts = contacts
        self._demo = demo

    @component.output_types(answer=Answer, checked=Checked)
    def run(self, question: Question, joined: Joined) -> dict[str, Any]:
        checked = verify(joined.statements, joined.sources)
        language = question.language
        parts = _parts(question, joined, checked.statements)
        status = _status([part.status for part in parts], question.left_out)
        sources = joined.sources if checked.statements else ()
        complete = status is AnswerStatus.ANSWERED
        answer = Answer(
            question=question.text,
            asked_as=question.asked_as,
            language=language,
            as_of=question.as_of,
            status=status,
            message="" if complete else self._message(status, parts, question),
            parts=parts,
            statements=checked.statements,
            sources=sources,
            notices=(
                *corrections_for(joined.corrections, language),
                *notices_for(
                    sources, dict(joined.superseded), question.as_of, language, self._demo
                ),
            ),
            ranked_by=joined.ranked_by,
            contacts=() if complete else self._contacts,
        )
        return {"answer": answer, "checked": checked}

    def _message(
        self, status: AnswerStatus, parts: Sequence[AnswerPart], question: Question
    ) -> str:
        """What is not answered, and what may help."""
        language = question.language
        silent = [part.asked_as for part in parts if part.status is AnswerStatus.NOT_FOUND]
        sentences: list[str] = []
        if status is AnswerStatus.NOT_FOUND:
            sentences.append(phrase(language, "not_found"))
        elif silent:
            sentences.append(phrase_about(language, "part_not_found", silent))
        if silent:
            hint = "not_found_ask" if self._contacts else "not_found_rephrase"
            sentences.append(phrase(language, hint))
        if question.left_out:
            sentences.append(phrase_about(language, "left_out", question.left_out))
        return " ".join(sentences)


def _parts(question: Question, joined: Joined, kept: Sequence[Statement]) -> tuple[AnswerPart, ...]:
    """The parts of a question with the statements that are left for each."""
    index = {id(statement): number for number, statement in enumerate(kept)}
    parts = []
    for part, places in zip(question.each, joined.places, strict=True):
        said = [joined.statements[place] for place in places]
        numbers = tuple(index[id(statement)] for statement in said if id(statement) in index)
        status = AnswerStatus.ANSWERED if numbers else AnswerStatus.NOT_FOUND
        parts.append(AnswerPart(part.text, part.asked_as, status, numbers))
    return tuple(parts)


def _status(parts: Sequence[AnswerStatus], left_out: Sequence[str]) -> AnswerStatus:
    if all(status is AnswerStatus.NOT_FOUND for status in parts):
        return AnswerStatus.NOT_FOUND
    if left_out or AnswerStatus.NOT_FOUND in parts:
        return AnswerStatus.PARTIAL
    return AnswerStatus.ANSWERED
