"""Sentence splitting: a golden file of German sentences, and properties that hold for any text."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.sentences import Sentence, split_sentences

GOLDEN = Path(__file__).parents[1] / "data" / "sentences_de.txt"
NASTY = " \n\t.!?…,;:§()[]„“”\"'»«–-•*#|1234567890aäAÖzZ"
WORDS = (
    "z. B. Abs. Nr. 1. 31.12. 2025. usw. e. V. „Ja!“ "
    "Der Betriebe (2) a) - • \n \n\n § 5 … ! ? GmbH."
)


@dataclass(frozen=True)
class Paragraph:
    """Sentences of the golden file that belong together, and the glue to join them with."""

    line: int
    glue: str
    sentences: tuple[str, ...]


def golden_paragraphs() -> list[Paragraph]:
    """Every paragraph of the golden file, once per glue it allows."""
    paragraphs: list[Paragraph] = []
    number = 1
    for chunk in GOLDEN.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in chunk.splitlines() if line and line[0] != ";"]
        glues = [" ", "\n"]
        if lines and lines[0] in {"@space", "@newline"}:
            glues = [" " if lines.pop(0) == "@space" else "\n"]
        sentences = tuple(line.replace("⏎", "\n") for line in lines)
        paragraphs += [Paragraph(number, glue, sentences) for glue in glues if sentences]
        number += chunk.count("\n") + 2
    return paragraphs


PARAGRAPHS = golden_paragraphs()


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    "paragraph", PARAGRAPHS, ids=lambda p: f"line{p.line}-{'space' if p.glue == ' ' else 'newline'}"
)
def test_golden_paragraph_splits_back(paragraph: Paragraph) -> None:
    expected = [sentence.strip() for sentence in paragraph.sentences]
    assert texts(paragraph.glue.join(paragraph.sentences)) == expected


def test_golden_file_is_large_enough() -> None:
    assert len({s for paragraph in PARAGRAPHS for s in paragraph.sentences}) >= 400


def test_whole_golden_file_as_one_document() -> None:
    newline = [p for p in PARAGRAPHS if p.glue == "\n"]
    document = "\n\n".join("\n".join(p.sentences) for p in newline)
    assert texts(document) == [s.strip() for p in newline for s in p.sentences]


def test_golden_sentences_stay_whole_alone() -> None:
    sentences = {s.strip() for p in PARAGRAPHS for s in p.sentences}
    broken = [s for s in sentences if texts(s) != [s]]
    # A sentence alone lacks its neighbours, so a few may differ, such as wrapped lines.
    assert len(broken) <= len(sentences) // 100, broken


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n", "\u00a0"])
def test_nothing_but_white_space_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


def test_offsets_count_characters_of_the_source() -> None:
    text = "  Ä bleibt.  Das\nauch. "
    assert split_sentences(text) == [
        Sentence(2, 11, "Ä bleibt."),
        Sentence(13, 22, "Das\nauch."),
    ]


def test_blank_line_ends_a_sentence_without_punctuation() -> None:
    assert texts("Unsere Aufgaben\n \nder Kammer") == ["Unsere Aufgaben", "der Kammer"]


def test_each_row_of_a_table_is_a_sentence() -> None:
    rows = ["Kurs: Holz; Ort: Essen; Gebühr: 90 €", "Kurs: Brot; Ort: Bochum", "Ort: Unna"]
    assert texts("\n".join(rows)) == rows
    wrapped = "Voraussetzung: ein Betrieb im\nHandwerk. Danach gilt: nichts weiter."
    assert len(texts(wrapped)) == 2


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028"])
def test_every_kind_of_line_break_counts(newline: str) -> None:
    assert texts(newline.join(["Wir bieten", "- Rat", "- Tat"])) == ["Wir bieten", "- Rat", "- Tat"]


def test_no_break_space_in_abbreviations() -> None:
    assert texts("Dazu zählen z.\u00a0B. Kurse. Mehr folgt.") == [
        "Dazu zählen z.\u00a0B. Kurse.",
        "Mehr folgt.",
    ]


def random_texts() -> list[str]:
    chance = random.Random(7)
    pieces = WORDS.split(" ")
    from_characters = ["".join(chance.choices(NASTY, k=200)) for _ in range(300)]
    from_words = [" ".join(chance.choices(pieces, k=40)) for _ in range(300)]
    return [*from_characters, *from_words, GOLDEN.read_text(encoding="utf-8")]


def test_sentences_cover_the_text_in_order_and_offsets_hold() -> None:
    for text in random_texts():
        reached = 0
        for sentence in split_sentences(text):
            assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip()
            assert sentence.text
            assert sentence.start >= reached
            assert not text[reached : sentence.start].strip()
            reached = sentence.end
        assert not text[reached:].strip()


def seconds(text: str) -> float:
    """The best of three runs, so that a busy machine disturbs little."""

    def once() -> float:
        started = time.process_time()
        split_sentences(text)
        return time.process_time() - started

    return min(once() for _ in range(3))


@pytest.mark.parametrize(
    "unit",
    [
        "Die Förderung gilt z. B. für Betriebe. ",
        "a",
        ".",
        ". ",
        '."',
        ". (",
        'Wer "da!" B ',
        "A\n",
        "1.\n",
        "   ",
        "„Ja!“ (",
    ],
)
def test_run_time_is_linear(unit: str) -> None:
    small = unit * (20_000 // len(unit))
    # Eight times the text: linear takes about 8 times as long, quadratic 64 times.
    assert seconds(small * 8) < 24 * seconds(small) + 0.01


def test_lines_that_say_first_what_they_tell_are_sentences_of_their_own() -> None:
    lines = [
        "Höchstbetrag: 8.000 Euro je Betrieb",
        "Mindestausgaben: 2.500 Euro netto",
        "Ort: Essen",
    ]
    assert texts("\n".join(lines)) == lines
    wrapped = "Ansprechpartnerin: Frau Quast, die auch für\nGründung: ja, wirklich: berät."
    assert len(texts(wrapped)) == 1
