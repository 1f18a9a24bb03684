"""Questions as weighted queries: on a real registry and index, by what each viewer may know."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb import synonyms as synonyms_module
from kb import vocabulary as vocabulary_module
from kb.audience import STAFF, Viewer
from kb.bm25 import query_vector, term_id
from kb.expansion import Expansion, ExpansionOptions, QueryExpander
from kb.index.port import Scope
from kb.lexical import terms_of
from kb.neighbours import NeighbourOptions
from kb.synonyms import Synonyms
from kb.vocabulary import Vocabulary
from tests.kb.scripted import Opened, head, revision

PUBLIC, STAFF_VIEWER = Viewer.public(), Viewer.member_of(STAFF)
TEXTS = (
    "Der Abruf der Fördermittel ist bis zum 31.12.2027 möglich.",
    "Die Weiterbildungskosten trägt der Betrieb, Kosten der Unterkunft nicht.",
    "Beantragt wird der Zuschuss bei der Handwerkskammer.",
    "Die Zahlung erfolgt nach Prüfung der Weiterbildung.",
    "Der Eingliederungszuschuss wird gewährt.",
    "Handwerker und Auszubildende werden beraten.",
    "Ein Gutschein wird ausgegeben.",
)
SECRET = "Geheimprojekt Mondfahrt: Zuschuss für Mondfahrer, Weiterbildunk, Fördermittelabruf."


@pytest.fixture(autouse=True)
def _fresh_at_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary_module, "_REFRESH_SECONDS", 0.0)
    monkeypatch.setattr(synonyms_module, "_CHECK_SECONDS", 0.0)


@pytest.fixture
def filled(base: Opened) -> Iterator[Opened]:
    revision(head("a.md"), TEXTS).write_to(base.knowledge)
    revision(head("b.md", audience=STAFF), [SECRET]).write_to(base.knowledge)
    yield base


@pytest.fixture
def expander(filled: Opened, tmp_path: Path) -> QueryExpander:
    return QueryExpander(Vocabulary(filled.registry), Synonyms(tmp_path / "synonyme.txt"))


def weight(expansion: Expansion, word: str) -> float:
    """What a word counts in the query, 0 when it is not part of it."""
    weights = dict(zip(expansion.vector.indices, expansion.vector.values, strict=True))
    return max(weights.get(term_id(term), 0.0) for term in terms_of(word))


def found(base: Opened, expansion: Expansion, viewer: Viewer = PUBLIC) -> list[str]:
    hits = base.index.sparse(expansion.vector, Scope(viewer), 3)
    texts = base.index.passages([hit.point_id for hit in hits], Scope(viewer))
    return [texts[hit.point_id].text for hit in hits]


@pytest.mark.parametrize(
    ("question", "ordinal"),
    [
        ("Fördermittelabruf", 0),
        ("Wann kann ich Fördermittel abrufen?", 0),
        ("Fristen bis 31. Dezember 2027", 0),
        ("Kosten einer Weiterbildung", 1),
        ("Weiterbidlungskosten", 1),
        ("Wo stelle ich den Antrag?", 2),
        ("Handwerskammer", 2),
        ("Wann wird gezahlt?", 3),
        ("geprüfte Weiterbidlung", 3),
        ("Zuschuss zur Eingliederung", 4),
        ("Beratung für Handwerker:innen", 5),
        ("Handwerkerinnen", 5),
        ("Lehrlinge", 5),
        ("Gutschien", 6),
        ("foerdermittel", 0),
    ],
)
def test_questions_find_what_is_meant(
    filled: Opened, expander: QueryExpander, question: str, ordinal: int
) -> None:
    assert found(filled, expander.expand(question, PUBLIC))[0] == TEXTS[ordinal]


def test_the_words_themselves_count_most(expander: QueryExpander) -> None:
    question = "Wann wird die Weiterbildung der Betriebe geprüft?"
    expansion = expander.expand(question, PUBLIC)
    plain = query_vector(question)
    weights = dict(zip(expansion.vector.indices, expansion.vector.values, strict=True))
    assert {key: weights[key] for key in plain.indices} == dict.fromkeys(plain.indices, 1.0)
    added = [value for key, value in weights.items() if key not in plain.indices]
    assert added
    assert max(added) < 1


def test_a_sure_correction_changes_the_wording(expander: QueryExpander) -> None:
    question = "Wer zahlt die Weiterbidlung bei der handwerskammer?"
    expansion = expander.expand(question, PUBLIC)
    assert expansion.corrected_text == "Wer zahlt die Weiterbildung bei der handwerkskammer?"
    assert [(c.written, c.meant) for c in expansion.corrections] == [
        ("Weiterbidlung", "Weiterbildung"),
        ("handwerskammer", "handwerkskammer"),
    ]
    assert all(question[c.start : c.end] == c.written for c in expansion.corrections)


@pytest.mark.parametrize(
    "question",
    [
        "Wer zahlt die Weiterbildung?",
        "Wie geht es der Bäckerei Zuschlag in Aachen?",
        "WEITERBIDLUNG",
        "",
        "?!",
        "der die das",
        "Weiterbidlung" * 30,
    ],
)
def test_other_wordings_stay(expander: QueryExpander, question: str) -> None:
    expansion = expander.expand(question, PUBLIC)
    assert expansion.corrected_text == question
    assert expansion.corrections == ()


def test_nothing_known_only_to_staff_shows_in_a_public_question(
    filled: Opened, tmp_path: Path
) -> None:
    questions = (
        "Geheimprojekt", "Geheimprojetk", "Mondfahrer", "Mond Fahrt", "Mondfahrtzuschuss",
        "Weiterbildunk", "Weiterbildunkg", "Abruf Fördermittel", "Fördermittelabrufe", "Projekt",
    )  # fmt: skip
    with_secret = QueryExpander(Vocabulary(filled.registry), Synonyms())
    public = [with_secret.expand(question, PUBLIC) for question in questions]
    staff = [with_secret.expand(question, STAFF_VIEWER) for question in questions]
    assert weight(staff[1], "Geheimprojekt") > 0.5
    assert staff[1].corrected_text == "Geheimprojekt"
    assert weight(staff[7], "Fördermittelabruf") > 0
    filled.knowledge.remove(head("b.md").document_id)
    without = QueryExpander(Vocabulary(filled.registry), Synonyms())
    assert public == [without.expand(question, PUBLIC) for question in questions]
    assert public == [with_secret.expand(question, STAFF_VIEWER) for question in questions]


def test_changes_of_documents_are_seen(filled: Opened, expander: QueryExpander) -> None:
    assert expander.expand("Solarfröderung", PUBLIC).corrections == ()
    revision(head("c.md"), ["Die Solarförderung läuft."]).write_to(filled.knowledge)
    assert expander.expand("Solarfröderung", PUBLIC).corrected_text == "Solarförderung"
    filled.knowledge.correct(head("c.md").document_id, head("c.md", audience=STAFF), {})
    assert expander.expand("Solarfröderung", PUBLIC).corrections == ()
    assert expander.expand("Solarfröderung", STAFF_VIEWER).corrections
    filled.knowledge.remove(head("c.md").document_id)
    assert expander.expand("Solarfröderung", STAFF_VIEWER).corrections == ()


def test_synonyms_work_without_reindexing(
    filled: Opened, expander: QueryExpander, tmp_path: Path
) -> None:
    assert found(filled, expander.expand("Zauberscheck", PUBLIC)) == []
    (tmp_path / "synonyme.txt").write_text("Zauberscheck => Gutschein\n", "utf-8")
    expansion = expander.expand("Zauberschecks", PUBLIC)
    assert found(filled, expansion) == [TEXTS[6]]
    assert expansion.related["zauberscheck"] == {"gutschein": synonyms_module.OWN_WEIGHT}


def test_a_synonym_is_found_for_the_word_that_was_meant(
    expander: QueryExpander, tmp_path: Path
) -> None:
    (tmp_path / "synonyme.txt").write_text("Handwerkskammer => Gutschein\n", "utf-8")
    assert weight(expander.expand("Handwerskammer", PUBLIC), "Gutschein") > 0


def test_an_english_question_is_expanded_by_its_german_words(expander: QueryExpander) -> None:
    text = "What does the chamber pay for training?"
    expansion = expander.expand(text, PUBLIC, lexical="What does the Kammer Zahlung Weiterbildung?")
    assert expansion.corrected_text == text
    assert expansion.corrections == ()
    assert weight(expansion, "Weiterbildung") == 1
    assert weight(expansion, "Kosten") == 0


def test_related_terms_say_what_may_stand_for_a_word(expander: QueryExpander) -> None:
    related = expander.expand("Fördermittelabruf, Weiterbidlung", PUBLIC).related
    share = NeighbourOptions().part_unknown
    assert related["fordermittelabruf"] == {"fordermittel": share, "abruf": share}
    assert related["weiterbidl"]["weiterbild"] == 1.0


def test_the_ideal_counts_what_stands_for_unknown_words(expander: QueryExpander) -> None:
    right = expander.expand("Weiterbildung", PUBLIC)
    wrong = expander.expand("Weiterbidlung", PUBLIC)
    unknown = expander.expand("Quantenphysik", PUBLIC)
    assert wrong.ideal == pytest.approx(right.ideal)
    assert 0 < right.ideal < unknown.ideal
    assert expander.expand("", PUBLIC).ideal == 0


def test_a_question_of_any_length_stays_bounded(filled: Opened) -> None:
    options = ExpansionOptions(most_added=5, most_words=6)
    expander = QueryExpander(Vocabulary(filled.registry), Synonyms(), options)
    question = " ".join(TEXTS) * 20
    expansion = expander.expand(question, PUBLIC)
    assert len(expansion.vector.indices) <= len(query_vector(question).indices) + 5


def test_an_empty_knowledge_base_expands_nothing(base: Opened) -> None:
    expansion = QueryExpander(Vocabulary(base.registry), Synonyms()).expand("Förderung?", PUBLIC)
    assert expansion.vector == query_vector("Förderung?")
    assert expansion.related == {}


def test_many_threads_expand_alike_while_documents_change(
    filled: Opened, expander: QueryExpander
) -> None:
    questions = ["Fördermittelabruf", "Weiterbidlung", "Zuschuss zur Eingliederung"] * 8
    expected = [expander.expand(question, PUBLIC) for question in questions]
    with ThreadPoolExecutor(6) as pool:
        for turn in range(4):
            changed = revision(head("d.md", audience="andere"), [f"Nebenwort{turn} Sonstiges"])
            pending = pool.map(lambda question: expander.expand(question, PUBLIC), questions)
            changed.write_to(filled.knowledge)
            assert list(pending) == expected
