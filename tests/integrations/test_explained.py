"""Explanations say what the answer's own run found, and nothing about what a viewer may not see."""

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from assistant.question import read_question
from assistant.verify import objection
from integrations.desk import Desk
from integrations.explained import PASSAGES, explained
from integrations.explained_words import objection_in_words, reason_in_words, status_in_words
from kb.audience import Viewer
from tests import folders
from tests.integrations import documents

_DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with folders.quick_folder() as folder, folders.opened(folder / "daten") as desk:
        given = documents.write(folder / "unterlagen", hostile=True)
        assert desk.ingestion.run([given], desk.ingest_options).complete
        yield desk


def tried(desk: Desk, text: str, *groups: str) -> dict[str, Any]:
    question = read_question(text, as_of=_DAY, viewer=Viewer.member_of(*groups))
    return explained(asyncio.run(desk.assistant.explain(question)), desk.search.options)


def test_the_explained_answer_is_the_ordinary_one(desk: Desk) -> None:
    text = f"{documents.PUBLIC_QUESTION} {documents.UNKNOWN_QUESTION}"
    question = read_question(text, as_of=_DAY, viewer=Viewer.public())
    plain = asyncio.run(desk.assistant.answer(question)).as_dict()
    found = tried(desk, text)

    assert {**found["answer"], "timings_ms": {}} == {**plain, "timings_ms": {}}
    assert [part["judged"]["reason"] for part in found["parts"]] == ["carried", "too_unsure"]
    assert found["why"][0].startswith("Teil 1: Die Fundstellen tragen die Frage: ")
    assert found["why"][-1] == "Ergebnis: teilweise beantwortet."
    json.dumps(found)


def test_where_a_statement_comes_from(desk: Desk) -> None:
    (part,) = tried(desk, "Wie hoch ist der Meisterbnous?")["parts"]

    assert part["corrections"] == [{"written": "Meisterbnous", "meant": "Meisterbonus"}]
    assert part["asks"] == ["amount"] and part["candidates"] == len(part["passages"])
    assert part["related"][0]["stands_for"][0]["term"] == "meisterbonus"
    [first, *_] = part["statements"]
    assert first["said"] and "1.250 Euro" in first["text"]
    place = part["passages"][first["passage"] - 1]
    assert place["taken"] and "1.250 Euro" in place["text"]
    assert place["late"] is not None and place["lexical"] > 0 and 0.7 < place["dense"] < 1
    assert [one["rank"] for one in part["passages"]] == list(range(1, len(part["passages"]) + 1))
    assert len(part["passages"]) <= PASSAGES
    assert any(one["taken"] and one["passage"] == first["passage"] for one in part["sentences"])
    assert part["judged"]["certainty"] >= part["judged"]["needed"]


def test_an_expired_document_shows_what_time_takes_from_it(desk: Desk) -> None:
    question = read_question(
        documents.PUBLIC_QUESTION, as_of=date(2030, 1, 1), viewer=Viewer.public()
    )
    found = explained(asyncio.run(desk.assistant.explain(question)), desk.search.options)
    expired = [one for one in found["parts"][0]["passages"] if one["validity"] == "expired"]

    assert expired and all(one["penalty"] > 0 for one in expired)
    assert found["understood"]["as_of"] == "2030-01-01"


def test_only_what_the_chosen_audience_may_see(desk: Desk) -> None:
    for_all, for_staff = (tried(desk, documents.STAFF_QUESTION, *who) for who in ((), ("staff",)))

    told = json.dumps({**for_all, "answer": ""}, ensure_ascii=False)
    assert "48.500" not in told and "48.500" in json.dumps(for_staff)
    assert for_all["answer"]["status"] == "not_found"
    assert for_staff["understood"]["audiences"] == ["public", "staff"]


def test_without_a_document_nothing_is_found() -> None:
    with folders.quick_folder() as folder, folders.opened(folder / "daten") as empty:
        found = tried(empty, documents.PUBLIC_QUESTION)
    assert found["parts"][0]["judged"]["reason"] == "nothing_found"
    assert found["why"][0] == "Es gibt keine Fundstelle, die diese Zielgruppe sehen darf."


def test_reasons_in_words() -> None:
    judged = {"reason": "too_unsure", "certainty": 0.123, "needed": 0.31}
    assert reason_in_words(judged) == (
        "Die Fundstellen tragen die Frage nicht sicher genug: Sicherheit 12 %, nötig sind 31 %."
    )
    assert "Telefonnummer" in reason_in_words({**judged, "reason": "no_contact"})
    part = {"judged": {"why": "Weil.", "reason": "carried"}, "statements": []}
    assert status_in_words("not_found", [part], 2) == [
        "Weil.",
        "Trotzdem ließ sich keine Aussage bilden.",
        "2 Aussagen wurden gestrichen: So steht es nicht wörtlich in der Quelle.",
        "Ergebnis: nicht gefunden.",
    ]


@pytest.mark.parametrize(
    ("text", "passages", "told"),
    [
        ("Der Bonus beträgt 900 Euro.", [], "Sie nennt keine Quelle."),
        (
            "Der Bonus beträgt 900 Euro.",
            ["Der Bonus beträgt 1.900 Euro in 2 Raten."],
            "So steht „Der Bonus beträgt 900 Euro.“ nicht wörtlich in der genannten Quelle.",
        ),
        (
            "Der Bonus beträgt 800 Euro.",
            ["Der Bonus beträgt 900 Euro."],
            "Die Zahl 800 in „Der Bonus beträgt 800 Euro.“ steht nicht in der genannten Quelle.",
        ),
        (
            f"Der Bonus {'und noch ein Wort ' * 5}.",
            ["Der Bonus."],
            "So steht „Der Bonus und noch ein Wort und noch ein Wort und noch ein W …“ nicht wörtlich "
            "in der genannten Quelle.",
        ),
    ],
)
def test_why_a_statement_was_struck_is_said_in_german(
    text: str, passages: list[str], told: str
) -> None:
    found = objection(text, passages)
    assert found is not None and objection_in_words(found) == told
