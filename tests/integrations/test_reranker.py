"""The setting AUSKUNFT_RERANKER from end to end: with token vectors, without, and to and fro."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import Answer
from assistant.question import read_question
from integrations.building_state import Plan
from integrations.desk import Desk
from integrations.parts import answers_with, fingerprint_of, satisfies, stored_in
from kb.audience import STAFF, Viewer
from kb.embedding.port import Embedder
from kb.embedding.token_codec import CODEC_VERSION
from kb.index.port import Scope
from kb.points import point_id
from kb.results import Found, Query
from tests import folders, tiny_models
from tests.integrations import documents
from tests.integrations.running import Outcome
from tests.integrations.scripted_desk import ingest
from tests.kb.scripted import ScriptedEmbedder
from tests.kb.scripted_tokens import ScriptedLate

DAY = date(2026, 11, 22)
EVERYBODY = Scope(Viewer.member_of(STAFF))
LATE, NONE = "late-interaction", "none"


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with folders.quick_folder() as folder:
        yield folder


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return documents.write(tmp_path / "unterlagen")


def desk_on(folder: Path, reranker: str, **changes: Any) -> Desk:
    return folders.opened(folder, reranker=reranker, **changes)


def found_by(desk: Desk, question: str = documents.PUBLIC_QUESTION) -> Found:
    return desk.search.find(Query(question, EVERYBODY, DAY, likeness=True), 10)


def coded(desk: Desk) -> dict[str, list[bool]]:
    """Of each file's passages, in reading order, whether the index has token codes."""
    found = {}
    for entry in desk.parts.registry.all():
        passages = desk.knowledge.index.document_passages(entry.head.document_id, EVERYBODY)
        ids = [point_id(entry.head.document_id, p.revision, p.ordinal) for p in passages]
        codes = desk.knowledge.index.token_codes(ids, EVERYBODY)
        found[entry.head.file] = [key in codes for key in ids]
    return found


def all_coded(desk: Desk) -> set[bool]:
    return {has for passages in coded(desk).values() for has in passages}


def asked(desk: Desk) -> Answer:
    question = read_question(
        documents.PUBLIC_QUESTION, as_of=DAY, viewer=Viewer.member_of(STAFF), history=[]
    )
    return asyncio.run(desk.assistant.answer(question))


def says_the_amount(answer: Answer) -> bool:
    return "1.250 Euro" in " ".join(statement.text for statement in answer.statements)


def test_none_builds_an_index_without_tokens_and_answers(tmp_path: Path, given: Path) -> None:
    with desk_on(tmp_path / "daten", NONE) as desk:
        ingest(desk, given)
        assert stored_in(desk.board.lane.generation).tokens == ""
        assert all_coded(desk) == {False}
        found = found_by(desk)
        assert found.ranked_by == "fusion"
        assert all(entry.late is None and entry.likeness is None for entry in found.passages)
        answer = asked(desk)
        assert says_the_amount(answer) and answer.ranked_by == "fusion"
        with sqlite3.connect(desk.folder.cache / "vectors.sqlite") as kept:
            assert kept.execute("SELECT count(*) FROM codes").fetchone() == (0,)


def test_the_default_builds_an_index_with_tokens_and_answers(tmp_path: Path, given: Path) -> None:
    with folders.opened(tmp_path / "daten") as desk:
        ingest(desk, given)
        assert stored_in(desk.board.lane.generation).tokens == CODEC_VERSION
        assert all_coded(desk) == {True}
        found = found_by(desk)
        assert found.ranked_by == LATE and found.passages[0].late is not None
        for entry in found.passages:
            assert entry.likeness is not None
            assert entry.likeness.ends.max() == len(entry.passage.text)
        answer = asked(desk)
        assert says_the_amount(answer) and answer.ranked_by == LATE
    with folders.opened(tmp_path / "daten") as desk:
        assert found_by(desk).passages[0].passage == found.passages[0].passage
        assert not desk.building.needed()


def test_from_none_to_late_interaction(tmp_path: Path, given: Path) -> None:
    with desk_on(tmp_path / "daten", NONE) as desk:
        ingest(desk, given)
    with desk_on(tmp_path / "daten", LATE) as desk:
        assert desk.building.needed()
        # until the switch the old index answers, as well as it can
        assert found_by(desk).ranked_by == "fusion" and says_the_amount(asked(desk))
        report = desk.building.run(Plan.AUTOMATIC)
        assert report.counts == {"indexed": 2}
        assert found_by(desk).ranked_by == LATE and all_coded(desk) == {True}
        assert says_the_amount(asked(desk))
        assert not desk.building.needed()


def test_what_is_ingested_while_tokens_are_missing_has_them_after_the_switch(
    tmp_path: Path, given: Path
) -> None:
    with desk_on(tmp_path / "daten", NONE) as desk:
        ingest(desk, given / documents.PUBLIC_NAME)
    with desk_on(tmp_path / "daten", LATE) as desk:
        ingest(desk, given / documents.STAFF_NAME)
        assert all_coded(desk) == {False}
        assert found_by(desk, documents.STAFF_QUESTION).passages
        desk.building.run(Plan.AUTOMATIC)
        assert all_coded(desk) == {True} and len(coded(desk)) == 2


def test_from_late_interaction_to_none_and_back(tmp_path: Path, given: Path) -> None:
    """Nothing is lost on the way, whatever is ingested meanwhile."""
    with desk_on(tmp_path / "daten", LATE) as desk:
        ingest(desk, given / documents.PUBLIC_NAME)
    with desk_on(tmp_path / "daten", NONE) as desk:
        found = found_by(desk)
        assert found.ranked_by == "fusion" and asked(desk).ranked_by == "fusion"
        assert says_the_amount(asked(desk))
        if desk.building.needed():
            desk.building.run(Plan.AUTOMATIC)
        assert found_by(desk).ranked_by == "fusion"
        ingest(desk, given / documents.STAFF_NAME)
        assert found_by(desk, documents.STAFF_QUESTION).passages
    with desk_on(tmp_path / "daten", LATE) as desk:
        assert says_the_amount(asked(desk))
        if desk.building.needed():
            desk.building.run(Plan.AUTOMATIC)
        assert coded(desk).keys() == {documents.PUBLIC_NAME, documents.STAFF_NAME}
        assert all_coded(desk) == {True}, "a document was left without token vectors for good"
        assert found_by(desk, documents.STAFF_QUESTION).passages[0].late is not None


def test_going_back_to_a_generation_with_tokens(tmp_path: Path, given: Path) -> None:
    with desk_on(tmp_path / "daten", NONE) as desk:
        ingest(desk, given)
    with desk_on(tmp_path / "daten", LATE) as desk:
        desk.building.run(Plan.AUTOMATIC)
        desk.building.run(Plan.BACK)
        assert found_by(desk).ranked_by == "fusion" and says_the_amount(asked(desk))
        assert not desk.building.needed(), "what was gone back from must not come by itself"
        desk.building.run(Plan.BACK)
        assert found_by(desk).ranked_by == LATE and all_coded(desk) == {True}


@pytest.mark.parametrize(
    ("in_the_model", "in_the_index", "answered", "enough"),
    [
        ("pca-1", "pca-1", True, True),
        ("", "", True, True),
        ("pca-1", "", True, False),
        ("", "pca-1", True, None),
        ("pca-2", "pca-1", False, False),
    ],
)
def test_token_vectors_of_another_codec_are_never_compared(
    in_the_model: str, in_the_index: str, answered: bool, enough: bool | None
) -> None:
    model: Embedder = ScriptedLate(tokens_id=in_the_model) if in_the_model else ScriptedEmbedder()
    wanted = fingerprint_of(model)
    assert wanted.tokens == in_the_model
    stored = replace(wanted, tokens=in_the_index)
    assert answers_with(model, stored) == answered
    if enough is not None:
        assert satisfies(stored, wanted) == enough
    for other in (replace(stored, model="anderes"), replace(stored, dimension=7)):
        assert not answers_with(model, other) and not satisfies(other, wanted)
    older = replace(stored, chunker="älter")
    assert answers_with(model, older) == answered and not satisfies(older, wanted)


@tiny_models.needs_torch
def test_a_cross_encoder_answers_from_end_to_end(
    cli: Callable[..., Outcome],
    data: Path,
    tmp_path: Path,
    given: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = tiny_models.tiny_cross_encoder()
    monkeypatch.setenv("AUSKUNFT_RERANKER", f"cross-encoder:{model}")
    monkeypatch.setenv("AUSKUNFT_RERANKER_BUDGET_MS", "60000")
    more = [f"## {number} Abschnitt\n\nDer Betrieb {number} meldet sich.\n" for number in range(9)]
    (given / "Meldungen.md").write_text("# Meldungen\n\n" + "\n".join(more), "utf-8")
    assert cli("--data", data, "ingest", given, "--public").code == 0
    answer = cli("--data", data, "ask", documents.PUBLIC_QUESTION, "--json")
    assert answer.code == 0 and "1.250 Euro" in answer.json["statements"][0]["text"]
    assert answer.json["ranked_by"] == str(model)
    # without time for it the tokens decide, and the answer says so
    monkeypatch.setenv("AUSKUNFT_RERANKER_BUDGET_MS", "1")
    hurried = cli("--data", data, "ask", documents.PUBLIC_QUESTION, "--json")
    assert hurried.code == 0 and "1.250 Euro" in str(hurried.json["statements"])
    assert hurried.json["ranked_by"] == LATE
    # a model that is gone is an error that names the setting
    monkeypatch.setenv("AUSKUNFT_RERANKER", f"cross-encoder:{tmp_path / 'weg'}")
    refused = cli("--data", data, "ask", documents.PUBLIC_QUESTION)
    assert refused.code == 1 and "AUSKUNFT_RERANKER" in refused.err
    assert "Traceback" not in refused.err
    monkeypatch.setenv("AUSKUNFT_RERANKER", NONE)
    usual = cli("--data", data, "ask", documents.PUBLIC_QUESTION, "--json")
    assert usual.code == 0 and usual.json["ranked_by"] == "fusion"
