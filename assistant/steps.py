"""The steps of answering as Haystack components: question → passages → evidence → answer → check."""

from dataclasses import replace

from haystack import component

from assistant.answer import Answer, AnswerStatus, Contact
from assistant.compose import Composition, compose
from assistant.doubt import carried
from assistant.evidence import Evidence, weigh
from assistant.notices import notices_for
from assistant.phrases import phrase
from assistant.question import Question
from assistant.verify import verify
from kb.index.port import Scope
from kb.passages import DocumentHead
from kb.search import Query, ScoredPassage, Search
from kb.vocabulary import Vocabulary

_RETRIEVED = 30


@component
class Retriever:
    """Finds the passages that the viewer may see and that fit the question best."""

    def __init__(self, search: Search) -> None:
        self._search = search

    @component.output_types(passages=list[ScoredPassage])
    def run(self, question: Question) -> dict[str, list[ScoredPassage]]:
        return {
            "passages": list(self._search.find(query_of(question), _RETRIEVED).passages)
        }


def query_of(question: Question) -> Query:
    """What the search is asked for a question."""
    return Query(
        question.asked_as,
        Scope(question.viewer),
        question.as_of,
        lexical=question.lexical,
        historic=question.about_the_past,
    )


@component
class EvidenceWeigher:
    """Scores the sentences of the passages against the question."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    @component.output_types(evidence=Evidence)
    def run(self, question: Question, passages: list[ScoredPassage]) -> dict[str, Evidence]:
        return {"evidence": weigh(question, passages, self._vocabulary)}


@component
class ExtractiveComposer:
    """Makes statements of the sources' own sentences, or none when the sources do not carry it."""

    @component.output_types(composition=Composition)
    def run(
        self, question: Question, passages: list[ScoredPassage], evidence: Evidence
    ) -> dict[str, Composition]:
        if not carried(question, evidence):
            return {"composition": Composition((), ())}
        return {"composition": compose(evidence, passages, yes_or_no=question.yes_or_no)}


@component
class Verifier:
    """Takes out what the cited passages do not carry, and says plainly when nothing is left."""

    def __init__(self, contacts: tuple[Contact, ...] = (), demo: bool = False) -> None:
        self._contacts = contacts
        self._demo = demo

    @component.output_types(answer=Answer)
    def run(
        self, question: Question, passages: list[ScoredPassage], composition: Composition
    ) -> dict[str, Answer]:
        checked = verify(composition.statements, composition.sources)
        answer = Answer(
            question=question.text,
            asked_as=question.asked_as,
            language=question.language,
            as_of=question.as_of,
            status=AnswerStatus.ANSWERED,
        )
        if not checked.statements:
            return {"answer": self._not_found(answer)}
        superseded: dict[str, DocumentHead] = {
            scored.passage.document.document_id: scored.superseded_by
            for scored in passages
            if scored.superseded_by is not None
        }
        notices = notices_for(
            composition.sources, superseded, question.as_of, question.language, self._demo
        )
        return {
            "answer": replace(
                answer, statements=checked.statements, sources=composition.sources, notices=notices
            )
        }

    def _not_found(self, answer: Answer) -> Answer:
        language = answer.language
        hint = "not_found_ask" if self._contacts else "not_found_rephrase"
        return replace(
            answer,
            status=AnswerStatus.NOT_FOUND,
            message=f"{phrase(language, 'not_found')} {phrase(language, hint)}",
            contacts=self._contacts,
            notices=notices_for((), {}, answer.as_of, language, self._demo),
        )
