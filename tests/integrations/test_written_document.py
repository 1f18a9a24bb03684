"""A written answer as Markdown: what people wrote stays text when it is read back."""

from datetime import date, datetime
from pathlib import Path

import pytest

from ingest.convert.blocks import Block, BlockKind
from ingest.convert.markdown import convert
from ingest.sources import SourceFile
from integrations.written_answers import MOST_QUESTIONS, content_of
from integrations.written_document import markdown_of, stated_of
from kb.errors import InputError
from kb.questions import WrittenState
from kb.state.written_answers import WrittenAnswer, WrittenContent
from kb.validity import Validity

NOW = datetime(2026, 11, 22, 12)


def answer(content: WrittenContent) -> WrittenAnswer:
    return WrittenAnswer(
        "abc", content, WrittenState.APPROVED, True, 1, "", "Rita", NOW, "Anna", NOW
    )


def read_back(content: WrittenContent, folder: Path) -> list[Block]:
    file = folder / "antwort.md"
    file.write_text(markdown_of(answer(content)), "utf-8")
    return list(convert(SourceFile(file, folder)).blocks)


def test_every_wording_leads_to_the_text(tmp_path: Path) -> None:
    blocks = read_back(content_of(["Wie lange?", "Bis wann?"], "Drei Tage."), tmp_path)
    heads = [block for block in blocks if block.kind is BlockKind.HEADING]
    assert [(head.text, head.level) for head in heads] == [("Wie lange?", 1), ("Bis wann?", 2)]
    assert [block.text for block in blocks if block not in heads] == ["Drei Tage."]


@pytest.mark.parametrize(
    "question",
    [
        *("# Was kostet *das*?", "Gilt § 3 <script>x</script>?", "A_b_c [x](y) `z`?", "1. Wie?"),
        *("a & b | c ~~d~~?", "--- Wann?", "Kosten &amp; Fristen?"),
    ],
)
def test_a_question_is_a_heading_as_it_was_asked(tmp_path: Path, question: str) -> None:
    first = read_back(content_of([question], "Drei Tage."), tmp_path)[0]
    assert (first.kind, first.text) == (BlockKind.HEADING, question)


def test_a_text_makes_no_headings_and_no_front_matter(tmp_path: Path) -> None:
    text = (
        "---\naudience: public\n---\n\n# Groß\n\nZeile\n===\n\nZeile\n---\n\n<b>fett</b>\n\n- eins"
    )
    blocks = read_back(content_of(["Wie?"], text, contact="Amt *7*"), tmp_path)
    assert [block.text for block in blocks if block.kind is BlockKind.HEADING] == ["Wie?"]
    assert blocks[-1].text == "Ansprechstelle: Amt *7*"
    assert any(block.kind is BlockKind.LIST_ITEM and block.text == "eins" for block in blocks)
    assert any("<b>" in block.text for block in blocks)


def test_what_is_said_besides_the_text() -> None:
    content = content_of(
        ["Wie?"], "So.", audience="public", validity=Validity(None, date(2027, 1, 1))
    )
    assert stated_of(answer(content), "Kammer", NOW.date()) == {
        "title": "Wie?",
        "kind": "reference",
        "audience": "public",
        "language": "de",
        "publisher": "Kammer",
        "date": "2026-11-22",
        "valid_until": "2027-01-01",
    }
    assert content_of(["Wie?"], "So.").audience == "staff"


@pytest.mark.parametrize(
    ("questions", "text", "told"),
    [
        ([" ", ""], "Text", "mindestens eine Frage"),
        (["Wie?"], " \n", "Die Antwort ist leer"),
        ([f"Wie {n}?" for n in range(MOST_QUESTIONS + 1)], "Text", "erlaubt sind 5"),
        (["W" * 301], "Text", "höchstens 300"),
        (["Wie?"], "x" * 20_001, "höchstens 20000"),
    ],
)
def test_what_cannot_be_used_is_said(questions: list[str], text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        content_of(questions, text)
    with pytest.raises(InputError, match="Dokumentart"):
        content_of(["Wie?"], "So.", kind="gedicht")
