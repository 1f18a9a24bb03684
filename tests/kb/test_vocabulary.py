"""Term statistics: what a viewer may not see does not count."""

import pytest

from kb import vocabulary as module
from kb.audience import STAFF, Viewer
from kb.lexical import terms_of
from kb.vocabulary import Vocabulary, vocabulary_of
from tests.kb.scripted import Opened, entries, head, revision

PUBLIC, STAFF_VIEWER = Viewer.public(), Viewer.member_of(STAFF)


@pytest.fixture(autouse=True)
def _fresh_at_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REFRESH_SECONDS", 0.0)


def counts(vocabulary: Vocabulary, viewer: Viewer, *words: str) -> list[int]:
    terms = [term for word in words for term in terms_of(word)]
    found = vocabulary.passages_with(terms, viewer)
    return [found[term] for term in terms]


@pytest.fixture
def filled(base: Opened) -> Opened:
    revision(head("a.md"), ["Zuschuss und Zuschuss", "Zuschuss", "Frist"]).write_to(base.knowledge)
    revision(head("b.md", audience=STAFF), ["Zuschuss", "Geheimsache"]).write_to(base.knowledge)
    revision(head("c.md", audience="bund"), ["Bundessache"]).write_to(base.knowledge)
    return base


def test_passages_are_counted_per_term_and_viewer(filled: Opened) -> None:
    vocabulary = Vocabulary(filled.registry)
    words = ("Zuschuss", "Frist", "Geheimsache", "Bundessache", "Unbekanntes")
    assert counts(vocabulary, PUBLIC, *words) == [2, 1, 0, 0, 0]
    assert counts(vocabulary, STAFF_VIEWER, *words) == [3, 1, 1, 0, 0]
    assert counts(vocabulary, Viewer.member_of("bund"), *words) == [2, 1, 0, 1, 0]
    assert counts(vocabulary, Viewer.member_of("bund", STAFF), *words) == [3, 1, 1, 1, 0]


def test_a_staff_term_weighs_for_the_public_like_one_that_never_occurs(filled: Opened) -> None:
    vocabulary = Vocabulary(filled.registry)
    terms = terms_of("Zuschuss Geheimsache Unbekanntes")
    public = vocabulary.weights(terms, PUBLIC)
    staff = vocabulary.weights(terms, STAFF_VIEWER)
    common, secret, unknown = terms
    assert public[secret] == public[unknown] == pytest.approx(1.0)
    assert 0 < public[common] < 1
    assert staff[common] < staff[secret] < staff[unknown]


def test_an_empty_knowledge_base_knows_no_term(base: Opened) -> None:
    vocabulary = Vocabulary(base.registry)
    assert counts(vocabulary, STAFF_VIEWER, "Zuschuss") == [0]
    assert vocabulary.weights(["x"], PUBLIC)["x"] == pytest.approx(1.0)
    assert vocabulary.terms_in("unbekannt", ["x"]) == set()


def test_a_document_without_terms_does_no_harm(base: Opened) -> None:
    revision(head("leer.md"), []).write_to(base.knowledge)
    revision(head("stop.md"), ["der die das"]).write_to(base.knowledge)
    vocabulary = Vocabulary(base.registry)
    assert counts(vocabulary, PUBLIC, "Zuschuss") == [0]
    assert vocabulary.terms_in(head("leer.md").document_id, ["x"]) == set()


def test_terms_of_one_document_are_told_apart_from_those_of_another(filled: Opened) -> None:
    vocabulary = Vocabulary(filled.registry)
    terms = terms_of("Zuschuss Frist Geheimsache")
    zuschuss, frist, geheim = terms
    assert vocabulary.terms_in(head("a.md").document_id, terms) == {zuschuss, frist}
    assert vocabulary.terms_in(head("b.md").document_id, terms) == {zuschuss, geheim}


def test_changes_are_seen(filled: Opened) -> None:
    vocabulary = Vocabulary(filled.registry)
    assert counts(vocabulary, PUBLIC, "Zuschuss", "Frist") == [2, 1]
    filled.knowledge.correct(head("b.md").document_id, head("b.md"), {"audience": "public"})
    assert counts(vocabulary, PUBLIC, "Zuschuss", "Geheimsache") == [3, 1]
    revision(head("a.md"), ["Darlehen"]).write_to(filled.knowledge)
    assert counts(vocabulary, PUBLIC, "Zuschuss", "Frist", "Darlehen") == [1, 0, 1]
    filled.knowledge.correct(head("a.md").document_id, head("a.md", audience=STAFF), {})
    assert counts(vocabulary, PUBLIC, "Darlehen") == [0]
    assert counts(vocabulary, STAFF_VIEWER, "Darlehen") == [1]
    filled.knowledge.remove(head("b.md").document_id)
    assert counts(vocabulary, STAFF_VIEWER, "Zuschuss", "Geheimsache") == [0, 0]
    assert vocabulary.terms_in(head("b.md").document_id, terms_of("Geheimsache")) == set()


def test_changes_are_seen_within_a_second(filled: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert module._REFRESH_SECONDS <= 1.0
    now = 100.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    vocabulary = Vocabulary(filled.registry)
    assert counts(vocabulary, STAFF_VIEWER, "Geheimsache") == [1]
    filled.knowledge.remove(head("b.md").document_id)
    now += 1.0
    assert counts(vocabulary, STAFF_VIEWER, "Geheimsache") == [0]


def test_words_are_those_of_the_documents_a_viewer_may_see(filled: Opened) -> None:
    vocabulary = Vocabulary(filled.registry)
    public, staff = vocabulary.words(PUBLIC), vocabulary.words(STAFF_VIEWER)
    assert [public.count(word) for word in ("zuschuss", "frist", "geheimsache")] == [1, 1, 0]
    assert [staff.count(word) for word in ("zuschuss", "frist", "geheimsache")] == [2, 1, 1]
    assert not staff.knows("bundessache")
    assert vocabulary.words(Viewer.member_of("bund")).knows("bundessache")
    assert vocabulary.words(PUBLIC) is public, "kept as long as nothing changes"


def test_words_follow_the_documents(filled: Opened) -> None:
    vocabulary = Vocabulary(filled.registry)
    before = vocabulary.words(PUBLIC)
    filled.knowledge.correct(head("b.md").document_id, head("b.md"), {"audience": "public"})
    assert vocabulary.words(PUBLIC).knows("geheimsache")
    assert not before.knows("geheimsache")
    filled.knowledge.remove(head("b.md").document_id)
    assert not vocabulary.words(STAFF_VIEWER).knows("geheimsache")


def test_words_that_are_gone_do_not_pile_up(
    filled: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_UNUSED", 20)
    vocabulary = Vocabulary(filled.registry)
    for turn in range(12):
        words = " ".join(f"wort{letter}{'x' * turn}" for letter in "abcdefgh")
        revision(head("neu.md"), [words]).write_to(filled.knowledge)
        assert vocabulary.words(PUBLIC).knows("worta" + "x" * turn)
    assert len(vocabulary._lexicon) < 8 * 12
    assert counts(vocabulary, PUBLIC, "Zuschuss", "Frist") == [2, 1]


def test_the_vocabulary_of_a_document_has_its_terms_and_words() -> None:
    [entry] = entries(
        head("richtlinie.md"), "r1", ["Die Maßnahme nach § 82: Maßnahmen, 2.000 Euro"]
    )
    vocabulary = vocabulary_of([entry, entry])
    assert vocabulary.terms[0].tolist() == list(entry.sparse.indices)
    assert set(vocabulary.terms[1].tolist()) == {2}
    assert vocabulary.words == ("euro", "maßnahme", "maßnahmen", "richtlinie")
