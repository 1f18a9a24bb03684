"""Browsing: what counts as found, counts that a choice keeps, order, paging, and who may see what."""

from datetime import date

import pytest

from kb.audience import STAFF, Viewer
from kb.browsing import Choice, Facet, Order, Results, browse
from kb.expansion import QueryExpander
from kb.index.port import Scope
from kb.passages import Kind
from kb.results import Query
from kb.search import Search
from kb.synonyms import Synonyms
from kb.validity import Validity
from kb.vocabulary import Vocabulary
from tests.kb.scripted import TODAY, Opened, ScriptedEmbedder, head, revision

PUBLIC = Viewer.public()
COLLEAGUE = Viewer.member_of(STAFF)


@pytest.fixture
def filled(base: Opened) -> Opened:
    """Three public documents and one for staff, all about a grant, and one about something else."""
    ended = Validity(date(2020, 1, 1), date(2024, 12, 31))
    documents = [
        (head("richtlinie.md", kind=Kind.GUIDELINE, publisher="Land", dated=date(2026, 3, 1)), 4),
        (
            head(
                "alt.md",
                kind=Kind.GUIDELINE,
                publisher="Land",
                dated=date(2024, 5, 1),
                validity=ended,
            ),
            3,
        ),
        (head("guide.md", language="en", publisher="Kammer", dated=date(2026, 1, 9)), 2),
        (head("intern.md", audience=STAFF, publisher="Geheimrat", dated=date(2019, 1, 1)), 5),
    ]
    for of, count in documents:
        texts = [f"Der Zuschuss Nummer {n} steht in {of.file}." for n in range(count)]
        revision(of, texts).write_to(base.knowledge)
    revision(head("wetter.md"), ["Morgen regnet es."]).write_to(base.knowledge)
    return base


def browsed(
    base: Opened, text: str = "Zuschuss", viewer: Viewer = PUBLIC, **more: object
) -> Results:
    expander = QueryExpander(Vocabulary(base.registry), Synonyms())
    search = Search(base.index, base.registry, ScriptedEmbedder(), expander)
    scope = Scope(viewer, valid_on=TODAY if more.pop("valid_only", False) else None)
    choice = Choice(**more)  # type: ignore[arg-type]
    return browse(search, base.registry.live(), Query(text, scope, TODAY), choice)


def files(results: Results) -> list[str]:
    return [entry.passage.document.file for entry in results.passages]


def test_counts_are_passages_by_value(filled: Opened) -> None:
    found = browsed(filled)
    assert (found.total, found.more) == (9, False)
    assert found.counts[Facet.KIND] == (("guideline", 7), ("reference", 2))
    assert found.counts[Facet.PUBLISHER] == (("Land", 7), ("Kammer", 2))
    assert found.counts[Facet.LANGUAGE] == (("de", 7), ("en", 2))
    assert found.counts[Facet.YEAR] == (("2026", 6), ("2024", 3))


@pytest.mark.parametrize("first", [{}, {Facet.YEAR: "2026"}, {Facet.KIND: "guideline"}])
def test_a_choice_gives_as_many_passages_as_its_count_says(
    filled: Opened, first: dict[Facet, str]
) -> None:
    before = browsed(filled, facets=first, page_size=50)
    for facet, counts in before.counts.items():
        assert counts
        for value, count in counts:
            chosen = browsed(filled, facets={**first, facet: value}, page_size=50)
            assert chosen.total == len(chosen.passages) == count, (facet, value)


def test_counts_and_values_are_only_those_of_what_the_viewer_may_see(filled: Opened) -> None:
    seen = repr(browsed(filled, page_size=50))
    assert "Geheimrat" not in seen and "2019" not in seen
    own = browsed(filled, viewer=COLLEAGUE, page_size=50)
    assert own.total == 14 and ("Geheimrat", 5) in own.counts[Facet.PUBLISHER]
    assert browsed(filled, facets={Facet.PUBLISHER: "Geheimrat"}).total == 0


def test_a_document_that_is_hidden_is_gone_from_counts_at_once(filled: Opened) -> None:
    of = head("guide.md", language="en", publisher="Kammer", dated=date(2026, 1, 9), audience=STAFF)
    filled.knowledge.correct(of.document_id, of, {"audience": STAFF})
    found = browsed(filled, page_size=50)
    assert found.total == 7 and found.counts[Facet.PUBLISHER] == (("Land", 7),)


def test_only_what_is_about_the_words_is_found(filled: Opened) -> None:
    assert "wetter.md" not in files(browsed(filled, page_size=50))
    assert files(browsed(filled, "regnet")) == ["wetter.md"]
    nothing = browsed(filled, "Feuerwehr Mondrakete Elefant")
    assert (nothing.total, nothing.page, nothing.pages, nothing.passages) == (0, 1, 1, ())
    assert all(counts == () for counts in nothing.counts.values())


def test_newest_first_goes_by_the_documents_dates(filled: Opened) -> None:
    found = files(browsed(filled, order=Order.NEWEST, page_size=50))
    assert found == ["richtlinie.md"] * 4 + ["guide.md"] * 2 + ["alt.md"] * 3


def test_pages_together_are_everything_once(filled: Opened) -> None:
    pages = [browsed(filled, page=page, page_size=4) for page in (1, 2, 3)]
    texts = [entry.passage.text for page in pages for entry in page.passages]
    assert [len(page.passages) for page in pages] == [4, 4, 1]
    assert len(set(texts)) == 9 and pages[0].pages == 3
    beyond = browsed(filled, page=99, page_size=4)
    assert beyond.page == 3 and beyond.passages == pages[2].passages


def test_valid_only_leaves_out_what_does_not_hold_on_the_day(filled: Opened) -> None:
    assert "alt.md" in files(browsed(filled, page_size=50))
    assert "alt.md" not in files(browsed(filled, page_size=50, valid_only=True))


def test_with_very_many_passages_the_counts_are_said_to_be_at_least(base: Opened) -> None:
    of = head("lang.md", publisher="Land")
    revision(of, [f"Zuschuss {n}" for n in range(350)]).write_to(base.knowledge)
    found = browsed(base)
    assert found.more and found.total >= 300
