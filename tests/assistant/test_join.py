"""Parts' compositions become one: order, shared sources, limits, and what belongs to which part."""

from datetime import date

from assistant.answer import Source, Statement
from assistant.compose import MAX_SOURCES, Composition
from assistant.join import (
    MAX_CHARACTERS_PER_PART,
    MAX_STATEMENTS_PER_PART,
    Composed,
    Joined,
    join,
)
from assistant.question import Question
from kb.audience import Viewer
from kb.passages import DocumentHead, Kind
from kb.results import Found

FOUND = Found((), "fusion")
QUESTION = Question("F?", "F?", "de", date(2026, 11, 22), Viewer.public())


def source(n: int, passage: str, quote: str = "") -> Source:
    head = DocumentHead("d", "file:///d.md", "d.md", "D", Kind.GUIDELINE, "public", "de")
    return Source(n, head, "Nr. 1", None, quote or passage, 0, len(quote or passage), passage)


def composed(*said: tuple[str, str], further: tuple[str, ...] = ()) -> Composed:
    """A part's composition: (statement, passage it is from) pairs, and uncited passages."""
    passages = list(dict.fromkeys([*(passage for _, passage in said), *further]))
    statements = tuple(Statement(text, (passages.index(passage) + 1,)) for text, passage in said)
    sources = tuple(source(n, passage) for n, passage in enumerate(passages, 1))
    return Composed(QUESTION, Composition(statements, sources), {}, FOUND)


def texts(joined: Joined) -> list[str]:
    return [statement.text for statement in joined.statements]


def test_one_part_stays_as_it_was_composed() -> None:
    part = composed(("A.", "A. B."), ("C.", "C."), further=("D.",))
    joined = join([part])
    assert joined.statements == part.composition.statements
    assert joined.sources == part.composition.sources
    assert joined.places == ((0, 1),)


def test_parts_follow_in_the_order_in_which_they_were_asked() -> None:
    joined = join([composed(("A.", "A."), ("B.", "B.")), composed(("C.", "C."))])
    assert texts(joined) == ["A.", "B.", "C."]
    assert joined.places == ((0, 1), (2,))
    assert [source.n for source in joined.sources] == [1, 2, 3]
    assert [statement.citations for statement in joined.statements] == [(1,), (2,), (3,)]


def test_the_same_passage_is_one_source() -> None:
    joined = join([composed(("A.", "A. B.")), composed(("B.", "A. B."))])
    assert len(joined.sources) == 1
    assert [statement.citations for statement in joined.statements] == [(1,), (1,)]


def test_a_quote_that_lacks_the_words_is_not_shared_while_there_is_room() -> None:
    quoted = Composition((Statement("A.", (1,)),), (source(1, "A. B.", "A."),))
    other = Composition((Statement("B.", (1,)),), (source(1, "A. B.", "B."),))
    joined = join([Composed(QUESTION, quoted, {}, FOUND), Composed(QUESTION, other, {}, FOUND)])
    assert [source.quote for source in joined.sources] == ["A.", "B."]


def test_what_answers_two_parts_is_said_once() -> None:
    joined = join([composed(("A.", "A. B."), ("B.", "A. B.")), composed(("A.", "A. B."))])
    assert texts(joined) == ["A.", "B."]
    assert joined.places == ((0, 1), (0,))


def test_an_unanswered_part_has_no_statements() -> None:
    joined = join([composed(), composed(("C.", "C."))])
    assert texts(joined) == ["C."] and joined.places == ((), (0,))
    nothing = join([composed(), composed()])
    assert nothing.statements == () and nothing.sources == () and nothing.places == ((), ())


def test_limits_hold_and_every_part_has_its_best_statement() -> None:
    long = "x" * (MAX_CHARACTERS_PER_PART - 10) + "."
    many = [(f"{letter}{n}.", f"{letter}{n}.") for letter in "ab" for n in range(5)]
    parts = [
        composed(*many[:5]),
        composed(*many[5:]),
        composed((long, long), ("zweiter Satz.", "z")),
    ]
    joined = join(parts)
    assert len(joined.sources) == MAX_SOURCES
    assert all(places for places in joined.places)
    assert all(len(places) <= MAX_STATEMENTS_PER_PART for places in joined.places)
    assert texts(joined)[joined.places[2][0]] == long and len(joined.places[2]) == 1
    assert {n for statement in joined.statements for n in statement.citations} <= {
        source.n for source in joined.sources
    }


def test_further_sources_of_the_parts_take_turns() -> None:
    first = composed(("A.", "A."), further=("B.", "C.", "D."))
    joined = join([first, composed(("E.", "E."), further=("F.",))])
    assert [source.passage_text for source in joined.sources] == ["A.", "E.", "B.", "F.", "C."]
