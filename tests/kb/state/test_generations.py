"""Generations in the state database: what one lacks, the switch as one transaction; both databases."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from kb.audience import STAFF
from kb.errors import NotFoundError
from kb.state.database import Database
from kb.state.generations import (
    Gap,
    GapError,
    GenerationLedger,
    GenerationState,
    Held,
    digest_of,
)
from kb.state.registry import Registry
from kb.state.tables import GenerationDocumentRow, TextRow
from tests.kb.scripted import Revision, head, revision

A, B = head("a.md"), head("b.md")
BUILT = {"model": "modell/1", "dimension": 32}
OLD_A, OLD_B = revision(A, ["alt A"], "a-alt"), revision(B, ["alt B"], "b-alt")
NEW_A, NEW_B = revision(A, ["neu A", "mehr A"], "a-neu"), revision(B, ["neu B"], "b-neu")


@pytest.fixture
def registry(database: Database) -> Registry:
    made = Registry(database)
    for one in (OLD_A, OLD_B):
        made.commit(one.document, one.text)
    return made


@pytest.fixture
def ledger(database: Database, registry: Registry) -> Iterator[GenerationLedger]:
    """One generation in use, one being built that holds nothing yet."""
    made = GenerationLedger(database)
    made.enter("g1", BUILT, "bundled", GenerationState.CURRENT)
    made.enter("g2", {**BUILT, "model": "modell/2"}, "anderes")
    return made


def hold(ledger: GenerationLedger, of: Revision, made: Revision, name: str = "g2") -> None:
    document = made.document
    ledger.hold(
        name,
        Held(
            document_id=document.head.document_id,
            of_revision=of.document.revision,
            of_head=digest_of(of.document.head),
            revision=document.revision,
            passages=document.passages,
            pages=document.pages,
        ),
        made.text,
    )


def hold_both(ledger: GenerationLedger) -> None:
    hold(ledger, OLD_A, NEW_A)
    hold(ledger, OLD_B, NEW_B)


def live(registry: Registry) -> dict[str, str]:
    return {entry.head.file: entry.revision for entry in registry.live().values()}


def states(ledger: GenerationLedger) -> dict[str, str]:
    return {one.name: one.state.value for one in ledger.all()}


def test_both_tables_keep_the_same_of_a_text() -> None:
    """Whatever is kept of a document's text must go through a switch."""
    texts = {column.name for column in TextRow.__table__.columns}
    held = {column.name for column in GenerationDocumentRow.__table__.columns}
    assert texts <= held


def test_a_generation_comes_back_as_it_was_entered(ledger: GenerationLedger) -> None:
    current = ledger.current()
    assert current is not None
    assert (current.name, current.fingerprint, current.embedder) == ("g1", BUILT, "bundled")
    assert current.switched_at is not None
    assert [one.name for one in ledger.all()] == ["g1", "g2"]
    assert ledger.all()[1].switched_at is None


def test_the_gap_names_what_is_missing_changed_and_gone(
    ledger: GenerationLedger, registry: Registry
) -> None:
    a, b = A.document_id, B.document_id
    assert ledger.gap("g2") == Gap(content=(a, b))
    hold_both(ledger)
    assert not ledger.gap("g2")
    registry.correct(a, replace(A, audience=STAFF), {"audience": STAFF})
    assert ledger.gap("g2") == Gap(heads=(a,))
    ledger.hold_head("g2", a, digest_of(replace(A, audience=STAFF)))
    assert not ledger.gap("g2")
    newer = revision(A, ["neuer"], "a-neuer")
    registry.commit(newer.document, newer.text)
    registry.remove(b)
    assert ledger.gap("g2") == Gap(content=(a,), removals=(b,))
    ledger.release("g2", b)
    hold(ledger, newer, NEW_A)
    assert not ledger.gap("g2")


def test_nothing_of_a_changed_or_removed_document_is_kept_for_other_generations(
    ledger: GenerationLedger, registry: Registry, database: Database
) -> None:
    hold_both(ledger)
    registry.remove(A.document_id)
    newer = revision(B, ["neuer"], "b-neuer")
    registry.commit(newer.document, newer.text)
    with database.session() as session:
        rows = session.scalars(sa.select(GenerationDocumentRow)).all()
        assert [(row.text, list(row.outline), bytes(row.vocabulary)) for row in rows] == [
            ("", [], b"")
        ] * 2


def test_a_document_removed_and_ingested_again_is_caught_up_with(
    ledger: GenerationLedger, registry: Registry
) -> None:
    """The same revision again: what was erased meanwhile must not count as held."""
    hold_both(ledger)
    registry.remove(A.document_id)
    registry.commit(OLD_A.document, OLD_A.text)
    assert ledger.gap("g2") == Gap(content=(A.document_id,))
    with pytest.raises(GapError):
        ledger.switch("g2")


def test_a_switch_exchanges_rows_and_texts(ledger: GenerationLedger, registry: Registry) -> None:
    hold_both(ledger)
    changes = registry.changes()
    ledger.switch("g2")
    assert live(registry) == {"a.md": "a-neu", "b.md": "b-neu"}
    assert registry.text(A.document_id).text == "neu A\nmehr A"
    assert registry.text(A.document_id).vocabulary == NEW_A.text.vocabulary
    assert [document.passages for document in registry.all()] == [2, 1]
    assert states(ledger) == {"g1": "former", "g2": "current"}
    assert registry.changes() > changes
    assert ledger.held("g2") == []
    assert {held.revision for held in ledger.held("g1")} == {"a-alt", "b-alt"}
    assert not ledger.gap("g1")


def test_back_and_forth_everything_is_as_it_was(
    ledger: GenerationLedger, registry: Registry
) -> None:
    before = registry.all()
    hold_both(ledger)
    ledger.switch("g2")
    ledger.switch("g1", leave=GenerationState.SET_ASIDE)
    assert registry.all() == before
    assert registry.text(B.document_id).text == "alt B"
    assert states(ledger) == {"g1": "current", "g2": "set_aside"}
    ledger.switch("g2")
    assert live(registry) == {"a.md": "a-neu", "b.md": "b-neu"}


def test_a_switch_with_a_gap_changes_nothing(ledger: GenerationLedger, registry: Registry) -> None:
    hold(ledger, OLD_A, NEW_A)
    before = registry.all(), registry.changes(), states(ledger)
    with pytest.raises(GapError):
        ledger.switch("g2")
    assert (registry.all(), registry.changes(), states(ledger)) == before
    with pytest.raises(NotFoundError):
        ledger.switch("g3")


def test_what_changed_after_a_switch_is_the_former_generations_gap(
    ledger: GenerationLedger, registry: Registry
) -> None:
    hold_both(ledger)
    ledger.switch("g2")
    registry.remove(B.document_id)
    registry.correct(A.document_id, replace(A, title="Neu"), {"title": "Neu"})
    assert ledger.gap("g1") == Gap(heads=(A.document_id,), removals=(B.document_id,))


def test_readers_of_the_former_generation_go_on_with_its_revisions(
    ledger: GenerationLedger, registry: Registry, database: Database
) -> None:
    """But what is removed or hidden meanwhile is so for them, too."""
    old, new = Registry(database, "g1"), Registry(database, "g2")
    assert live(old) == {"a.md": "a-alt", "b.md": "b-alt"}
    hold_both(ledger)
    assert live(new) == {"a.md": "a-neu", "b.md": "b-neu"}
    ledger.switch("g2")
    assert live(old) == {"a.md": "a-alt", "b.md": "b-alt"}
    assert live(new) == live(registry) == {"a.md": "a-neu", "b.md": "b-neu"}
    registry.correct(A.document_id, replace(A, audience=STAFF), {"audience": STAFF})
    registry.remove(B.document_id)
    assert live(old) == {"a.md": "a-alt"}
    assert old.live()[A.document_id].head.audience == STAFF
    newer = revision(A, ["neuer"], "a-neuer")
    registry.commit(newer.document, newer.text)
    assert live(old) == {"a.md": "a-alt"}
    assert live(new) == {"a.md": "a-neuer"}


def test_a_document_that_failed_keeps_its_text_and_is_tried_again(
    ledger: GenerationLedger, registry: Registry
) -> None:
    hold(ledger, OLD_B, NEW_B)
    failed = Held(
        A.document_id, "a-alt", digest_of(A), "a-alt", 0, 1, ("Das Original fehlt.",), failed=True
    )
    ledger.hold("g2", failed, replace(OLD_A.text, text=""))
    ledger.switch("g2")
    stored = registry.find(A.document_id)
    assert stored is not None
    assert (stored.revision, stored.passages, stored.processing) == ("a-alt", 0, "")
    assert stored.warnings == ("Das Original fehlt.",)
    assert registry.text(A.document_id).text == "alt A"
    ledger.switch("g1")
    assert registry.text(A.document_id).text == "alt A"
    assert [document.passages for document in registry.all()] == [1, 1]


def test_forgetting_a_generation_takes_what_it_held_along(
    ledger: GenerationLedger, database: Database
) -> None:
    hold_both(ledger)
    ledger.mark("g2", GenerationState.DROPPED)
    assert states(ledger) == {"g1": "current", "g2": "dropped"}
    ledger.forget("g2")
    assert states(ledger) == {"g1": "current"}
    with database.session() as session:
        assert session.scalars(sa.select(GenerationDocumentRow)).all() == []
