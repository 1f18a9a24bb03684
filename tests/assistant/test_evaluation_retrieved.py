"""files@5, quote@5 and quote@1: by hand on passages, and on passages that a real desk finds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.evaluation import evaluate_golden
from assistant.evaluation.questions import ExpectedSource
from assistant.evaluation.retrieved import Retrieved, retrieved_of
from integrations.cli.evaluation_desk import EvaluationDesk
from kb.passages import DocumentHead, Kind, Passage
from tests import folders


def passage(file: str, text: str, ordinal: int = 0, start: int = 0) -> Passage:
    head = DocumentHead(
        document_id=file.partition(".")[0],
        uri=f"file:///{file}",
        file=file,
        title="Titel",
        kind=Kind.REFERENCE,
        audience="public",
        language="de",
    )
    return Passage(
        head, "r1", ordinal, text, start, start + len(text), heading_path=("Höhe der Förderung",)
    )


A = passage("a.md", "Der Zuschuss beträgt\n60 Prozent.")
B = passage("b.md", "Anträge nimmt die Kammer an.")
OTHERS = [passage("x.md", f"Nummer {number}", number * 2) for number in range(6)]
SIXTY = ExpectedSource("a.md", "beträgt 60  Prozent")
CHAMBER = ExpectedSource("b.md", "nimmt die Kammer")


def test_quote_in_the_first_passage_white_space_collapsed() -> None:
    assert retrieved_of([SIXTY], [A, B]) == Retrieved(True, True, True, (1,))


@pytest.mark.parametrize(("before", "within"), [(4, True), (5, False)])
def test_the_first_five_count(before: int, within: bool) -> None:
    found = retrieved_of([SIXTY], [*OTHERS[:before], A])
    assert found == Retrieved(within, within, False, (before + 1,))


def test_several_sources_all_of_them_for_five_any_for_one() -> None:
    both = [SIXTY, CHAMBER]
    assert retrieved_of(both, [B, *OTHERS[:3], A]) == Retrieved(True, True, True, (5, 1))
    assert retrieved_of(both, [B, *OTHERS[:4], A]) == Retrieved(False, False, True, (6, 1))
    assert retrieved_of(both, [B, passage("a.md", "nichts")]) == Retrieved(
        True, False, True, (None, 1)
    )


def test_quote_counts_only_in_its_own_file_and_in_the_text() -> None:
    copied = passage("c.md", A.text)
    assert retrieved_of([SIXTY], [copied]) == Retrieved(False, False, False, (None,))
    heading = ExpectedSource("a.md", "Höhe der Förderung")
    assert retrieved_of([heading], [A]) == Retrieved(True, False, False, (None,))


def test_quote_cut_by_a_border_counts_when_both_halves_are_there() -> None:
    first = passage("a.md", "Der Zuschuss beträgt", 3, 100)
    second = passage("a.md", "60 Prozent.", 4, first.end + 2)
    cut = Retrieved(True, True, False, (None,))
    missed = Retrieved(True, False, False, (None,))
    assert retrieved_of([SIXTY], [second, OTHERS[0], first]) == cut
    assert retrieved_of([SIXTY], [first, *OTHERS[:3], second]) == cut
    # the other half only comes sixth; or is further on, stands before, belongs to another file
    assert retrieved_of([SIXTY], [first, *OTHERS[:4], second]) == missed
    assert retrieved_of([SIXTY], [first, passage("a.md", "60 Prozent.", 5, 140)]) == missed
    assert retrieved_of([SIXTY], [first, passage("a.md", "60 Prozent.", 2, 0)]) == missed
    assert retrieved_of([SIXTY], [first, passage("b.md", "60 Prozent.", 4, 122)]) == missed
    other = replace(second, revision="r2")
    assert retrieved_of([SIXTY], [first, other]) == missed


def test_word_cut_in_two_is_one_word() -> None:
    first = passage("a.md", "Der Zuschuss beträgt 60 Pro", 3, 100)
    second = passage("a.md", "zent.", 4, first.end)
    assert retrieved_of([SIXTY], [first, second]).quotes


LONG = "\n".join(
    f"In Abschnitt {number} steht, dass der Betrieb Nummer {number} seinen Antrag bei der Kammer "
    f"stellt und {number * 7} Euro erhält, sobald die Prüfung beendet ist."
    for number in range(1, 16)
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[EvaluationDesk]:
    given = tmp_path / "unterlagen"
    given.mkdir()
    (given / "lang.txt").write_text("Anträge der Betriebe\n\n" + LONG.replace("\n", " "), "utf-8")
    (given / "hund.txt").write_text("Der Hund schläft in der Küche.\n", "utf-8")
    with folders.quick_folder() as folder, folders.opened(folder / "daten") as opened:
        desk = EvaluationDesk(opened, date(2026, 11, 22))
        assert desk.ingest([given], lambda *_: None).complete
        yield desk


def test_golden_set_over_a_real_desk(desk: EvaluationDesk, tmp_path: Path) -> None:
    # which neighbours are shown as one depends on their ranks, so this very question decides
    found = desk.passages("Was steht in Abschnitt 6 zum Antrag des Betriebs?", "", "public", ())
    long = sorted((p for p in found if p.document.file == "lang.txt"), key=lambda p: p.start)
    first, second = long[-2:]
    assert 0 < second.start - first.end <= 2, "the long paragraph was not cut in adjoining passages"
    border = " ".join([*first.text.split()[-3:], *second.text.split()[:3]])
    file = tmp_path / "fragen.yaml"
    file.write_text(
        f"""
- id: hund
  question: Wo schläft der Hund?
  status: answered
  sources: [{{file: hund.txt, contains: "schläft in der Küche"}}]
- id: cut
  question: Was steht in Abschnitt 6 zum Antrag des Betriebs?
  status: answered
  sources: [{{file: lang.txt, contains: "{border}"}}]
- id: elsewhere
  question: Wo schläft der Hund?
  status: answered
  sources: [{{file: katze.txt, contains: "schläft in der Küche"}}]
- id: nothing
  question: Welche Farbe hat die Mondrakete?
  status: not_found
- id: no source
  question: Wo schläft der Hund?
  status: answered
""",
        "utf-8",
    )
    result = evaluate_golden(file, desk.answer, desk.passages)
    seen = {
        item["id"]: (item["files_retrieved"], item["quotes_retrieved"], item["quote_first"])
        for item in result["items"]
    }
    assert seen == {
        "hund": (True, True, True),
        "cut": (True, True, False),
        "elsewhere": (False, False, False),
        "nothing": (None, None, None),
        "no source": (None, None, None),
    }
    assert result["files@5"] == result["quote@5"] == round(2 / 3, 4)
    assert result["quote@1"] == round(1 / 3, 4)
    ranks = {item["id"]: item["passage_ranks"] for item in result["items"]}
    assert ranks["hund"] == (1,) and ranks["cut"] == (None,) and ranks["nothing"] == ()


def test_parts_of_a_question_take_turns(desk: EvaluationDesk) -> None:
    question = "Wo schläft der Hund? Und was kostet der Antrag des Betriebs Nummer 3?"
    found = desk.passages(question, "", "public", ())
    assert [p.document.file for p in found[:2]] == ["hund.txt", "lang.txt"]
    assert len({(p.document.file, p.start) for p in found}) == len(found)


def test_passages_are_those_the_asker_may_see(tmp_path: Path) -> None:
    given = tmp_path / "unterlagen"
    given.mkdir()
    text = "---\naudience: staff\n---\n# Intern\n\nDie Zusage beträgt 48.500 Euro.\n"
    (given / "intern.md").write_text(text, "utf-8")
    with folders.quick_folder() as folder, folders.opened(folder / "daten") as opened:
        desk = EvaluationDesk(opened, date(2026, 11, 22))
        desk.ingest([given], lambda *_: None)
        question = "Wie hoch ist die Zusage?"
        assert desk.passages(question, "", "public", ()) == []
        assert [p.document.file for p in desk.passages(question, "", "staff", ())] == ["intern.md"]
        # a follow-up is searched for as the assistant understands it
        assert desk.passages("Und das?", "", "staff", (question,)) != []
