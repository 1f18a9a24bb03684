"""Test questions in and out: golden YAML, the database's rows, and what the evaluation measures."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import yaml

from assistant.evaluation import ExpectedSource, GoldenQuestion, parse_golden, require_patterns
from assistant.question import Question, Turn, read_question
from kb.audience import PUBLIC, Viewer, parse_audience
from kb.errors import InputError
from kb.state.probes import Probe

_ID = re.compile(r"\w[\w.-]{0,79}")
_LISTS = ("contains", "excludes", "notices", "earlier")
#: what is expected of an answer, when nothing is found
NOT_FOUND, ANSWERED = "not_found", "answered"


def new_id() -> str:
    """The id of a new test question."""
    return uuid4().hex[:12]


def read_probes(text: str) -> list[Probe]:
    """Test questions of a golden set's YAML. Raises InputError before anything is changed."""
    questions = parse_golden(text, "Testfragen")
    if not questions:
        raise InputError("Testfragen: Die Liste ist leer.")
    return [probe_of(question) for question in questions]


def write_probes(probes: Sequence[Probe]) -> str:
    """The same as YAML, which `read_probes` and `auskunft evaluate` read."""
    items = [_item(golden_of(probe)) for probe in probes]
    return yaml.safe_dump(items, allow_unicode=True, sort_keys=False, width=100)


def probe_of(question: GoldenQuestion) -> Probe:
    """Raises InputError for what cannot be asked or expects nothing that could be checked."""
    if not _ID.fullmatch(question.id):
        raise InputError(
            f"Die Kennung {question.id!r} darf nur aus höchstens 80 Buchstaben, Ziffern, Punkt, Binde- "
            "und Unterstrich bestehen und nicht mit Punkt oder Bindestrich beginnen."
        )
    asked(question)
    require_patterns((*question.contains, *question.excludes))
    if not question.answerable and (question.sources or question.contains):
        raise InputError(
            "„Nichts gefunden“ verträgt sich nicht mit einem Dokument, einer Stelle oder Worten, die "
            "vorkommen sollen."
        )
    return Probe(
        question.id,
        question.text.strip(),
        parse_audience(question.audience),
        {
            "status": question.status,
            "topic": question.topic,
            "as_of": question.as_of,
            "sources": [{"file": one.file, "quote": one.quote} for one in question.sources],
            **{name: list(getattr(question, name)) for name in _LISTS},
        },
    )


def golden_of(probe: Probe) -> GoldenQuestion:
    """What the evaluation measures."""
    expected = probe.expected
    return GoldenQuestion(
        id=probe.probe_id,
        text=probe.text,
        status=expected["status"],
        topic=expected["topic"],
        as_of=expected["as_of"],
        audience=probe.audience,
        sources=tuple(ExpectedSource(one["file"], one["quote"]) for one in expected["sources"]),
        **{name: tuple(expected[name]) for name in _LISTS},
    )


def asked(question: GoldenQuestion) -> Question:
    """The question as the assistant gets it. Raises InputError for one that cannot be asked."""
    public = question.audience == PUBLIC
    return read_question(
        question.text,
        as_of=date.fromisoformat(question.as_of) if question.as_of else date.today(),
        viewer=Viewer.public() if public else Viewer.member_of(question.audience),
        history=[Turn("user", text) for text in question.earlier],
    )


def described(probe: Probe) -> dict[str, Any]:
    """A test question as JSON."""
    return {
        "id": probe.probe_id,
        "question": probe.text,
        "audience": probe.audience,
        **probe.expected,
    }


def _item(question: GoldenQuestion) -> Mapping[str, Any]:
    sources = [
        {name: value for name, value in (("file", one.file), ("contains", one.quote)) if value}
        for one in question.sources
    ]
    item: dict[str, Any] = {
        "id": question.id,
        "question": question.text,
        "audience": question.audience,
        "status": question.status,
        "topic": question.topic,
        "as_of": question.as_of,
        "earlier": list(question.earlier),
        "sources": sources,
        "answer_contains": list(question.contains),
        "answer_excludes": list(question.excludes),
        "notices": list(question.notices),
    }
    return {name: value for name, value in item.items() if value}
