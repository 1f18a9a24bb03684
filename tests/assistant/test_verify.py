"""Nothing leaves that the cited passage does not carry: figures, names, words in another order."""

import pytest

from assistant.answer import Source, Statement
from assistant.verify import Fault, objection, verify
from kb.passages import DocumentHead, Kind

PASSAGE = (
    "5.4 Die Zuwendung beträgt höchstens 1.500 Euro je Person. Je Betrieb werden im Kalenderjahr "
    "höchstens 6.000 Euro bewilligt.\nGefördert werden:\na) Kursgebühren,\nb) Prüfungsgebühren,\n"
    "c) Fahrtkosten bis 200 Euro.\nDer Antrag ist bis zum 31. März bei der Handwerkskammer "
    "Musterrevier zu stellen; Ansprechpartnerin ist Frau Dr. Althoff-Reuter.\n"
    "Rückfragen bis zum 12. Januar nimmt die Agentur Grubenfeld entgegen."
)


def source(n: int, text: str = PASSAGE) -> Source:
    head = DocumentHead("d" * 20, "file:///r.pdf", "r.pdf", "R", Kind.GUIDELINE, "public", "de")
    return Source(n, head, "Nr. 5.4", 3, text[:60], 0, 60, text)


@pytest.mark.parametrize(
    "text",
    [
        "Die Zuwendung beträgt höchstens 1.500 Euro je Person.",
        "Je Betrieb werden im Kalenderjahr höchstens 6.000 Euro bewilligt.",
        "Die  Zuwendung beträgt\nhöchstens 1.500 Euro je Person.",
        "Gefördert werden: a) Kursgebühren,",
        "Gefördert werden: … c) Fahrtkosten bis 200 Euro.",
        PASSAGE,
    ],
)
def test_verbatim_is_kept(text: str) -> None:
    statement = Statement(text, (1,))
    assert verify([statement], [source(1)]).statements == (statement,)


@pytest.mark.parametrize(
    "text",
    [
        "Die Zuwendung beträgt höchstens 1.600 Euro je Person.",
        "Die Zuwendung beträgt höchstens 15.000 Euro je Person.",
        "Die Zuwendung beträgt höchstens 6.000 Euro",
        "Die Zuwendung beträgt mindestens 1.500 Euro je Person.",
        "Je Betrieb werden im Kalenderjahr höchstens 1.500 Euro je Person.",
        "Der Antrag ist bis zum 31. Mai bei der Handwerkskammer Musterrevier zu stellen;",
        "Der Antrag ist bis zum 12. Januar nimmt die Agentur Grubenfeld entgegen.",
        "Der Antrag ist bei der Agentur Grubenfeld zu stellen.",
        "Ansprechpartnerin ist Frau Dr. Althoff-Meier.",
        "Gefördert werden: d) Hotelkosten.",
        "Die Zuwendung beträgt höchstens 1.500 Euro je Person. Das ist großzügig.",
        "500 Euro je Person.",
        "00 Euro je Person.",
        "Die Zuwendung beträgt höchstens 1",
        "Die Zuwendung beträgt höchstens 1.50",
        "wendung beträgt höchstens 1.500 Euro",
        "Ansprechpartnerin ist Frau Dr. Alt",
        "Ansprechpartnerin ist Frau Dr. Althoff",
        "",
        " … ",
        "die zuwendung beträgt höchstens 1.500 euro je person.",
    ],
)
def test_a_changed_word_figure_or_name_is_taken_out(text: str) -> None:
    statement = Statement(text, (1,))
    checked = verify([statement], [source(1)])
    assert checked.statements == ()
    assert checked.rejected[0][0] is statement and checked.rejected[0][1]


def test_citations_must_exist() -> None:
    text = "Die Zuwendung beträgt höchstens 1.500 Euro je Person."
    for citations in ((), (2,), (0,)):
        assert verify([Statement(text, citations)], [source(1)]).statements == ()


def test_the_cited_source_counts_not_another() -> None:
    text = "Die Zuwendung beträgt höchstens 1.500 Euro je Person."
    sources = [source(1), source(2, "Etwas ganz anderes.")]
    assert verify([Statement(text, (2,))], sources).statements == ()
    assert verify([Statement(text, (1,))], sources).statements != ()


def test_two_passages_are_not_read_as_one() -> None:
    passages = ["Es gilt: Der Zuschuss beträgt", "900 Euro kostet der Kurs."]
    assert objection("Der Zuschuss beträgt 900 Euro kostet der Kurs.", passages)


def test_others_stay_when_one_is_taken_out() -> None:
    good = Statement("Je Betrieb werden im Kalenderjahr höchstens 6.000 Euro bewilligt.", (1,))
    bad = Statement("Je Betrieb werden im Kalenderjahr höchstens 9.000 Euro bewilligt.", (1,))
    checked = verify([bad, good], [source(1)])
    assert checked.statements == (good,) and checked.rejected[0][0] is bad
    assert (checked.rejected[0][1].fault, checked.rejected[0][1].figure) == (Fault.FIGURE, "9.000")
