"""An explanation as JSON: how a question was understood, what was found, taken and left, and why.

The German sentences are the same for the page, the API and the command line (`explained_words`).
"""

from collections.abc import Mapping
from datetime import date
from math import exp
from typing import Any

from assistant.explanation import Explanation, PartExplanation
from integrations.explained_words import (
    objection_in_words,
    reason_in_words,
    status_in_words,
)
from kb.passages import Passage
from kb.results import ScoredPassage
from kb.search import SearchOptions

#: so many passages are shown, which are those that the assistant weighs, and sentences
PASSAGES, SENTENCES = 10, 10
_DIGITS = 3


def explained(explanation: Explanation, options: SearchOptions) -> dict[str, Any]:
    """All of it; `options` are those of the search that was asked."""
    answer, question = explanation.answer, explanation.question
    said = {statement.text for statement in answer.statements}
    parts = [_part(part, said) for part in explanation.parts]
    return {
        "answer": answer.as_dict(),
        "understood": {
            "language": question.language,
            "as_of": question.as_of.isoformat(),
            "audiences": sorted(question.viewer.audiences),
            "asked_as": question.asked_as,
            "left_out": list(question.left_out),
        },
        "parts": parts,
        "rejected": [
            {"text": statement.text, "reason": objection_in_words(objection)}
            for statement, objection in explanation.rejected
        ],
        "why": status_in_words(answer.status.value, parts, len(explanation.rejected)),
        "weights": {
            "dense": options.dense_weight,
            "lexical": round(1 - options.dense_weight, _DIGITS),
            "late": options.late_weight,
            "reranked": options.rerank,
        },
    }


def _part(part: PartExplanation, said: set[str]) -> dict[str, Any]:
    question, judged = part.question, part.judgement
    sure, needed = _probability(judged.log_odds), _probability(judged.threshold)
    found = {
        "reason": judged.reason.value,
        "certainty": sure,
        "needed": needed,
        "nearness": _rounded(part.evidence.dense),
        "coverage": _rounded(part.evidence.coverage),
        "missing": sorted(part.evidence.missing),
    }
    places = {_key(scored.passage): rank for rank, scored in enumerate(part.passages, 1)}
    composed = list(zip(part.composition.statements, part.composition.taken, strict=True))
    kept = [units for statement, units in composed if statement.text in said]
    taken = {(_key(unit.passage), unit.start) for units in kept for unit in units}
    cited = {_key(unit.passage) for units in kept for unit in units}
    return {
        "text": question.text,
        "asked_as": question.asked_as,
        "context": question.context,
        "searched_as": question.searched_as,
        "lexical": question.lexical_searched_as,
        "asks": sorted(kind.value for kind in question.asks),
        "about_the_past": question.about_the_past,
        "yes_or_no": question.yes_or_no,
        "corrections": [
            {"written": written, "meant": meant} for written, meant in part.found.corrections
        ],
        "related": [
            {"term": term, "stands_for": _ranked(others)}
            for term, others in sorted(part.found.related.items())
            if others
        ],
        "terms": _ranked(part.evidence.weights),
        "ranked_by": part.found.ranked_by,
        "candidates": part.found.candidates,
        "passages": [
            _passage(scored, rank, _key(scored.passage) in cited, question.as_of)
            for rank, scored in enumerate(part.passages[:PASSAGES], 1)
        ],
        "sentences": [
            {
                "text": unit.text,
                "score": _rounded(unit.score),
                "terms": sorted(unit.covered),
                "passage": places.get(_key(unit.passage)),
                "taken": (_key(unit.passage), unit.start) in taken,
            }
            for unit in part.evidence.units[:SENTENCES]
        ],
        "statements": [
            {
                "text": statement.text,
                "passage": places.get(_key(units[0].passage)),
                "scores": [_rounded(unit.score) for unit in units],
                "said": statement.text in said,
            }
            for statement, units in composed
        ],
        "judged": {**found, "why": reason_in_words(found)},
    }


def _passage(scored: ScoredPassage, rank: int, cited: bool, as_of: date) -> dict[str, Any]:
    passage, head = scored.passage, scored.passage.document
    newer = scored.superseded_by
    return {
        "rank": rank,
        "document_id": head.document_id,
        "title": head.title,
        "file": head.file,
        "audience": head.audience,
        "locator": passage.locator,
        "page": passage.page,
        "text": passage.text,
        "validity": head.validity.state(as_of).value,
        "superseded_by": newer.title if newer else "",
        "poorly_read": passage.poorly_read,
        "score": _rounded(scored.score),
        "dense": _rounded(scored.dense),
        "lexical": _rounded(scored.sparse),
        "fused": _rounded(scored.fused),
        "late": None if scored.late is None else _rounded(scored.late),
        "penalty": _rounded(scored.penalty),
        "taken": cited,
        "link": f"/dokumente/{head.document_id}?von={passage.start}&bis={passage.end}#zitat",
    }


def _ranked(weights: Mapping[str, float]) -> list[dict[str, Any]]:
    """Terms with their weights, the heaviest first."""
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return [{"term": term, "weight": _rounded(weight)} for term, weight in ranked]


def _key(passage: Passage) -> tuple[str, int]:
    return passage.document.document_id, passage.ordinal


def _probability(log_odds: float) -> float:
    """0…1; see `assistant.doubt`."""
    return _rounded(1 / (1 + exp(-log_odds)))


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)
