"""What puts the candidates in order again: late interaction over token codes, and a CrossEncoder."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.audience import STAFF, Viewer
from kb.embedding.late import LateInteraction
from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.port import Embedder
from kb.embedding.token_codec import TokenCodec
from kb.errors import RerankingError, RerankingTimeoutError
from kb.expansion import QueryExpander
from kb.index.edge import EdgeIndex
from kb.index.port import Scope
from kb.originals import Originals
from kb.reranking.port import Reranker
from kb.results import Found, Query, ScoredPassage
from kb.search import Search, SearchOptions
from kb.state.database import Database
from kb.state.registry import Registry
from kb.store import KnowledgeBase
from kb.synonyms import Synonyms
from kb.validity import Validity
from kb.vocabulary import Vocabulary
from tests import folders
from tests.kb.scripted import DIMENSION, TODAY, Opened, ScriptedEmbedder, head, revision
from tests.kb.scripted_tokens import ScriptedLate, codes_of, max_sim

PUBLIC = Scope(Viewer.public())
LATE = ScriptedLate()


def opened(folder: Path, dimension: int, *, tokens: bool) -> Opened:
    database = Database.in_file(folder / "auskunft.sqlite")
    index = EdgeIndex(folder / "index", dimension, tokens=tokens)
    return Opened(
        KnowledgeBase(Registry(database), index, Originals(folder / "originals")), database, index
    )


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Opened]:
    """An empty knowledge base whose index stores tokens."""
    made = opened(tmp_path / "daten", DIMENSION, tokens=True)
    yield made
    made.close()


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Opened]:
    """An empty knowledge base whose index stores none."""
    made = opened(tmp_path / "ohne", DIMENSION, tokens=False)
    yield made
    made.close()


def keep(
    base: Opened, name: str, *texts: str, tokens: bool = True, model: Any = LATE, **changes: Any
) -> None:
    made = revision(head(name, **changes), texts, embedder=model)
    if tokens:
        _, codes = model.embed_passages_with_codes(texts)
        made.passages[:] = [
            replace(entry, tokens=entry_codes)
            for entry, entry_codes in zip(made.passages, codes, strict=True)
        ]
    made.write_to(base.knowledge)


def find(
    base: Opened,
    text: str,
    *,
    limit: int = 10,
    scope: Scope = PUBLIC,
    embedder: Embedder = LATE,
    reranker: Reranker | None = None,
    historic: bool = False,
    weighing: bool = True,
    **options: Any,
) -> Found:
    vocabulary = QueryExpander(Vocabulary(base.registry), Synonyms())
    chosen = SearchOptions(**options)
    search = Search(base.index, base.registry, embedder, vocabulary, chosen, reranker)
    return search.find(Query(text, scope, TODAY, historic=historic, likeness=weighing), limit)


def texts(found: Found) -> list[str]:
    return [entry.passage.text for entry in found.passages]


def files(found: Found) -> list[str]:
    return [entry.passage.document.file for entry in found.passages]


def falling(passages: Sequence[ScoredPassage]) -> bool:
    scores = [entry.score for entry in passages]
    return scores == sorted(scores, reverse=True)


# --- late interaction -----------------------------------------------------------------------------

#: the same terms, so that vectors and words see no difference, but not the same words
TWINS = ["Zuschuss für Betriebe", "Zuschuss nur ohne Betriebe", "Zuschuss der Betriebe"]


@pytest.mark.parametrize("twin", TWINS)
def test_late_interaction_tells_apart_what_the_others_cannot(base: Opened, twin: str) -> None:
    keep(base, "a.md", *TWINS, "Treppe", "Geländer im Haus")
    found = find(base, twin)
    assert texts(found)[0] == twin
    assert found.ranked_by == "late-interaction"
    first, second, *_ = found.passages
    assert (first.dense, first.sparse) == pytest.approx((second.dense, second.sparse))
    assert first.late is not None and second.late is not None and first.late > second.late


def test_the_score_of_late_interaction_is_numpys(base: Opened) -> None:
    keep(base, "a.md", *TWINS, "Treppe")
    question = "Zuschuss nur für Betriebe?"
    for entry in find(base, question).passages:
        expected = max_sim(codes_of(question), codes_of(entry.passage.text))
        assert entry.late == pytest.approx(expected, abs=1e-4)


def test_the_weight_decides_how_far_it_goes(base: Opened) -> None:
    # near by terms alone, or by the small words that only tokens see
    near, worded = "Zuschuss Zuschuss Betriebe", "Wer bekommt von wem und wann für was Geld"
    keep(base, "a.md", near, worded, "Treppe", "Geländer")
    question = "Wer bekommt von wem und wann für was den Zuschuss der Betriebe"
    assert texts(find(base, question, late_weight=0.0))[0] == near
    assert texts(find(base, question, late_weight=1.0))[0] == worded
    without = find(base, question, embedder=ScriptedEmbedder())
    assert texts(without) == texts(find(base, question, late_weight=0.0))


def test_only_the_first_are_refined_and_the_others_stay_behind_in_their_order(base: Opened) -> None:
    passages = [f"Zuschuss {'Treppe ' * number}" for number in range(12)]
    keep(base, "a.md", *passages)
    usual = texts(find(base, "Zuschuss", limit=12, embedder=ScriptedEmbedder()))
    found = find(base, "Zuschuss", limit=12, rerank=4, late_weight=1.0)
    assert set(texts(found)[:4]) == set(usual[:4]) and texts(found)[4:] == usual[4:]
    assert [entry.late is not None for entry in found.passages] == [True] * 4 + [False] * 8
    assert falling(found.passages)
    none = find(base, "Zuschuss", limit=12, rerank=0)
    assert texts(none) == usual and none.ranked_by == "fusion"


def test_a_passage_without_tokens_keeps_a_fair_place(base: Opened) -> None:
    question = "Zuschuss nur ohne Betriebe"
    # as near as the twins in all but its tokens, which are not there
    keep(base, "mit.md", *TWINS, "Treppe", "Dach", "Geländer")
    keep(base, "ohne.md", TWINS[0], tokens=False)
    found = find(base, question, late_weight=0.5)
    [bare] = [entry for entry in found.passages if entry.passage.document.file == "ohne.md"]
    assert bare.late is None
    place = texts(found).index(question)
    assert place == 0 and files(found).index("ohne.md") in (1, 2, 3)
    everywhere = {entry.passage.text: entry for entry in found.passages if entry is not bare}
    assert everywhere["Treppe"].score < bare.score < everywhere[question].score


def test_an_index_without_tokens_is_ranked_by_fusion_and_says_so(plain: Opened) -> None:
    keep(plain, "a.md", *TWINS)
    found = find(plain, TWINS[1])
    assert found.ranked_by == "fusion"
    assert len(found.passages) == 3
    assert all(entry.late is None and entry.likeness is None for entry in found.passages)


@pytest.mark.parametrize("question", ["Zuschuss", "?"])
def test_what_ranked_is_named(base: Opened, question: str) -> None:
    assert find(base, question).ranked_by == "fusion", "nothing was there to be ranked"
    keep(base, "a.md", *TWINS)
    by = "late-interaction" if question == "Zuschuss" else "fusion"
    assert find(base, question).ranked_by == by, "a question without tokens cannot be compared"
    assert find(base, question, embedder=ScriptedEmbedder()).ranked_by == "fusion"


def test_time_takes_its_share_after_late_interaction_too(base: Opened) -> None:
    keep(base, "alt.md", "Zuschuss für Betriebe", validity=Validity(None, date(2026, 6, 30)))
    keep(base, "2024.md", "Zuschuss für Betriebe")
    keep(base, "2026.md", "Zuschuss für Betriebe", supersedes="2024.md")
    keep(base, "anderes.md", "Treppe", "Dach")
    assert files(find(base, "Zuschuss für Betriebe"))[:3] == ["2026.md", "alt.md", "2024.md"]
    past = find(base, "Zuschuss für Betriebe", historic=True).passages[:3]
    assert len({round(entry.score, 6) for entry in past}) == 1


def test_no_token_of_what_the_viewer_may_not_see_counts(base: Opened) -> None:
    keep(base, "offen.md", *TWINS[:2])
    keep(base, "intern.md", TWINS[2], audience=STAFF)
    public = find(base, "Zuschuss der Betriebe")
    assert set(files(public)) == {"offen.md"}
    staff = find(base, "Zuschuss der Betriebe", scope=Scope(Viewer.member_of(STAFF)))
    assert files(staff)[0] == "intern.md"


def test_the_first_few_carry_the_likeness_of_their_tokens(base: Opened) -> None:
    sentences = "Der Zuschuss gilt für Betriebe. Die Frist endet im Mai."
    keep(base, "a.md", sentences, *(f"Zuschuss {word}" for word in "Treppe Dach Tor".split()))
    found = find(base, "Wann endet die Frist?", likeness=2)
    assert [entry.likeness is not None for entry in found.passages] == [True, True, False, False]
    first = found.passages[0]
    assert first.passage.text == sentences and first.likeness is not None
    border = sentences.index("Die Frist")
    assert first.likeness.within((border, len(sentences))) > first.likeness.within((0, border))
    assert first.likeness.within((0, len(sentences))) == pytest.approx(first.late, abs=1e-4)
    nothing = find(base, "Wann endet die Frist?", embedder=ScriptedEmbedder())
    assert all(entry.likeness is None for entry in nothing.passages)
    unasked = find(base, "Wann endet die Frist?", weighing=False)
    assert texts(unasked) == texts(found)
    assert all(entry.likeness is None for entry in unasked.passages)


# --- a model that reads question and passage together ---------------------------------------------


class ScriptedReranker:
    """Scores by a function of the text; `asked` are the texts it was given."""

    name = "scripted/reranker"

    def __init__(self, score: Any, top: int = 30) -> None:
        self.top = top
        self._score = score
        self.asked: list[str] = []
        self.calls = 0

    def scores(self, question: str, texts: Sequence[str]) -> "np.ndarray":
        self.calls += 1
        self.asked += texts
        return np.array([self._score(text) for text in texts], np.float32)


def refusing(error: RerankingError) -> Any:
    def score(text: str) -> float:
        raise error

    return score


PASSAGES = ["Zuschuss für Betriebe", "Zuschuss und Treppe", "Zuschuss: Dach", "Geländer", "Tor"]


def by_length(text: str) -> float:
    return 100.0 * len(text)


@pytest.mark.parametrize("embedder", [LATE, ScriptedEmbedder()])
def test_the_models_order_replaces_the_other(base: Opened, embedder: Embedder) -> None:
    keep(base, "a.md", *PASSAGES)
    model = ScriptedReranker(lambda text: -len(text))
    found = find(base, "Zuschuss für Betriebe", embedder=embedder, reranker=model)
    assert texts(found) == sorted(PASSAGES, key=len)
    assert found.ranked_by == "scripted/reranker"
    assert falling(found.passages)


def test_the_model_reads_title_and_headings_too(base: Opened) -> None:
    keep(base, "a.md", "Zuschuss", title="Richtlinie Meisterbonus")
    model = ScriptedReranker(by_length)
    find(base, "Zuschuss", reranker=model)
    assert model.asked == ["Richtlinie Meisterbonus\nZuschuss"]


@pytest.mark.parametrize("top", [1, 2, 3, 4, 5, 30])
def test_it_gets_the_first_few_and_the_others_stay_behind_them(base: Opened, top: int) -> None:
    keep(base, "a.md", *PASSAGES)
    usual = texts(find(base, "Zuschuss für Betriebe"))
    model = ScriptedReranker(lambda text: -len(text), top)
    found = find(base, "Zuschuss für Betriebe", reranker=model)
    assert len(model.asked) == min(top, 5)
    assert texts(found)[:top] == sorted(usual[:top], key=len)
    assert texts(found)[top:] == usual[top:]
    assert falling(found.passages), [entry.score for entry in found.passages]


def test_it_may_lift_what_the_reader_would_not_have_seen(base: Opened) -> None:
    keep(base, "a.md", *PASSAGES)
    last = texts(find(base, "Zuschuss für Betriebe"))[-1]
    model = ScriptedReranker(lambda text: float(last in text))
    found = find(base, "Zuschuss für Betriebe", limit=2, reranker=model)
    assert len(found.passages) == 2 and texts(found)[0] == last
    assert all(entry.likeness is not None for entry in found.passages)


@pytest.mark.parametrize(
    ("error", "embedder", "by"),
    [
        (RerankingTimeoutError("zu spät"), LATE, "late-interaction"),
        (RerankingError("kaputt"), LATE, "late-interaction"),
        (RerankingTimeoutError("zu spät"), ScriptedEmbedder(), "fusion"),
    ],
)
def test_a_model_that_fails_leaves_the_default_order_and_says_so(
    base: Opened,
    caplog: pytest.LogCaptureFixture,
    error: RerankingError,
    embedder: Embedder,
    by: str,
) -> None:
    keep(base, "a.md", *PASSAGES)
    usual = find(base, "Zuschuss für Betriebe", embedder=embedder)
    with caplog.at_level(logging.WARNING):
        found = find(
            base,
            "Zuschuss für Betriebe",
            embedder=embedder,
            reranker=ScriptedReranker(refusing(error)),
        )
    assert texts(found) == texts(usual)
    assert [e.score for e in found.passages] == [e.score for e in usual.passages]
    assert found.ranked_by == usual.ranked_by == by
    assert [record.message for record in caplog.records if record.levelno == logging.WARNING] == [
        str(error)
    ]


@pytest.mark.filterwarnings("error")
def test_where_nothing_is_found_the_model_is_not_asked(base: Opened) -> None:
    model = ScriptedReranker(by_length)
    found = find(base, "Zuschuss", reranker=model)
    assert found.passages == () and model.calls == 0 and found.ranked_by == "fusion"


def test_time_takes_its_share_after_the_model_too(base: Opened) -> None:
    keep(base, "2024.md", "Zuschuss für Betriebe")
    keep(base, "2026.md", "Zuschuss für Betriebe", supersedes="2024.md")
    keep(base, "anderes.md", "Treppe", "Dach")
    alike = ScriptedReranker(lambda text: float("Zuschuss" in text))
    found = find(base, "Zuschuss für Betriebe", reranker=alike)
    assert files(found)[0] == "2026.md" and falling(found.passages)
    assert found.passages[0].score > 0
    past = find(base, "Zuschuss für Betriebe", reranker=alike, historic=True).passages
    assert past[0].score == past[1].score


def test_what_the_viewer_may_not_see_is_not_read_to_the_model(base: Opened) -> None:
    keep(base, "intern.md", "Zuschuss geheim", audience=STAFF)
    keep(base, "offen.md", "Zuschuss")
    model = ScriptedReranker(by_length)
    assert files(find(base, "Zuschuss", reranker=model)) == ["offen.md"]
    assert not any("geheim" in text for text in model.asked)


# --- the bundled model ----------------------------------------------------------------------------

GENERAL = (
    "Die Meisterprüfung ist eine Prüfung im Handwerk. Zur Meisterprüfung gehören vier Teile der "
    "Meisterprüfung."
)
PRICE = "Die Anmeldung zur Meisterprüfung kostet 750 Euro."
MINUTES = (
    "Die Sitzung beginnt um neun Uhr. Das Protokoll führt Frau Albers. "
    f"{PRICE} Getränke stehen bereit. Der Saal wird danach gereinigt."
)
OTHERS = [
    "Anträge sind spätestens sechs Wochen vor Beginn einzureichen.",
    "Parken ist vor dem Haus möglich. Kaffee gibt es im Foyer.",
]


@pytest.fixture(scope="module")
def bundled() -> LateInteraction:
    return LateInteraction(OnnxE5(folders.model_folder(), threads=1), TokenCodec())


@pytest.fixture
def real(tmp_path: Path, bundled: LateInteraction) -> Iterator[Opened]:
    made = opened(tmp_path / "e5", bundled.dimension, tokens=True)
    keep(made, "richtlinie.md", GENERAL, MINUTES, *OTHERS, model=bundled)
    yield made
    made.close()


def test_the_bundled_model_ranks_by_its_tokens(real: Opened, bundled: LateInteraction) -> None:
    question = "Bis wann muss ich mich anmelden?"
    found = find(real, question, embedder=bundled, late_weight=1.0)
    assert texts(found)[0] == OTHERS[0]
    codes = bundled.embed_query_with_codes(question)[1]
    _, passages = bundled.embed_passages_with_codes(texts(found))
    expected = [max_sim(codes, passage.codes) for passage in passages]
    assert [entry.late for entry in found.passages] == pytest.approx(expected, abs=1e-4)
    assert expected == sorted(expected, reverse=True)


def test_a_sentence_among_others_is_found_by_its_tokens(
    real: Opened, bundled: LateInteraction
) -> None:
    question = "Wie viel kostet die Meisterprüfung?"
    by_vector = find(real, question, embedder=bundled, dense_weight=1.0, late_weight=0.0)
    assert texts(by_vector)[:2] == [GENERAL, MINUTES]
    found = find(real, question, embedder=bundled)
    assert texts(found)[:2] == [MINUTES, GENERAL]
    best = found.passages[0].likeness
    assert best is not None
    start = MINUTES.index(PRICE)
    inside = best.within((start, start + len(PRICE)))
    before, after = best.within((0, start)), best.within((start + len(PRICE) + 1, len(MINUTES)))
    assert inside > max(before, after) + 0.1
