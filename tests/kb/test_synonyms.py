"""The admin's synonyms: directions, phrases, broken lines, and that changes count at once."""

import logging
import os
from pathlib import Path

import pytest

from kb import synonyms as module
from kb.lexical import tokens_of
from kb.synonyms import GENERAL_WEIGHT, OWN_WEIGHT, Synonyms, SynonymTable


def found(table: SynonymTable | Synonyms, question: str) -> set[tuple[str, ...]]:
    stems = [token.stem for token in tokens_of(question)]
    return {entry.terms for entry in table.found_in(stems)}


def table_of(text: str) -> SynonymTable:
    return SynonymTable.read(text, 0.5)


def test_a_group_works_in_all_directions_and_inflections() -> None:
    table = table_of("Scheck = Gutschein, Bonus  # so heißt er hier")
    assert table.groups == 1
    assert found(table, "Wo gibt es Schecks?") == {("gutschein",), ("bonus",)}
    assert found(table, "Gutscheine") == {("scheck",), ("bonus",)}
    assert found(table, "etwas anderes") == set()


def test_an_arrow_works_one_way() -> None:
    table = table_of("Lehrgeld => Ausbildungsvergütung, Vergütung")
    assert found(table, "Lehrgeld?") == {("ausbildungsvergut",), ("vergut",)}
    assert found(table, "Vergütung") == set()


def test_phrases_are_found_as_a_whole() -> None:
    table = table_of("Geld vom Amt => Leistungen der Agentur")
    assert found(table, "Bekomme ich Geld vom Amt?") == {("leistung", "agentur")}
    assert found(table, "Geld für das Amt") == set()
    [entry] = table.found_in([token.stem for token in tokens_of("Wann kommt Geld vom Amt?")])
    assert (entry.start, entry.end, entry.weight) == (2, 5, 0.5)


def test_concepts_and_spellings_are_understood() -> None:
    assert found(table_of("Kammer = HWK"), "kammern") == {("=hwk",)}
    assert found(table_of("Foerdertopf = Förderprogramm"), "Fördertopf") == {("forderprogramm",)}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Chef Inhaber", "Es fehlt „=“"),
        ("Chef = ", "kein Wort"),
        (" = Chef", "kein Wort"),
        ("Chef = Inhaber = Leiter", "mehr als ein „=“"),
        ("Chef => Inhaber => Leiter", "mehr als ein „=“"),
        ("Chef = Inhaber, , Leiter", "kein Wort"),
        ("und = oder", "nur aus Füllwörtern"),
        ("eins zwei drei vier fünf sechs sieben acht neun = Wort", "mehr als 8 Wörter"),
        ("…", "Es fehlt „=“"),
    ],
)
def test_a_broken_line_is_reported_and_the_others_work(line: str, reason: str) -> None:
    table = table_of(f"# Kopf\n\nScheck = Gutschein\n{line}\nBonus = Prämie\n")
    [problem] = table.problems
    assert problem.startswith("Zeile 4 ")
    assert reason in problem
    assert table.groups == 2
    assert found(table, "Scheck und Bonus") == {("gutschein",), ("prami",)}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_a_file_counts_as_soon_as_it_is_saved(tmp_path: Path, clock: list[float]) -> None:
    file = tmp_path / "synonyme.txt"
    synonyms = Synonyms(file)
    assert found(synonyms, "Zauberwort") == set()
    file.write_text("Zauberwort = Gutschein\n", "utf-8")
    assert found(synonyms, "Zauberwort") == set(), "looked at once a second"
    clock[0] += 1.0
    assert found(synonyms, "Zauberwort") == {("gutschein",)}
    file.write_text("Zauberwort = Zuschuss\n", "utf-8")
    os.utime(file, ns=(1, 1))
    clock[0] += 1.0
    assert found(synonyms, "Zauberwort") == {("zuschuss",)}
    file.unlink()
    clock[0] += 1.0
    assert found(synonyms, "Zauberwort") == set()


def test_own_words_count_more_than_the_general_ones(tmp_path: Path) -> None:
    file = tmp_path / "synonyme.txt"
    file.write_text("Kredit = Anleihe\n", "utf-8")
    weights = {e.terms: e.weight for e in Synonyms(file).found_in(["kredit"])}
    assert weights == {("anleih",): OWN_WEIGHT, ("darleh",): GENERAL_WEIGHT}
    assert 0 < GENERAL_WEIGHT < OWN_WEIGHT < 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("Förderung = Hilfe".encode("cp1252"), "nicht in UTF-8"),
        (b"\xff\xfe\x00", "nicht in UTF-8"),
        (b"x" * 2_000_001, "größer als 2 MB"),
        (b"", ""),
        ("\ufeffScheck = Gutschein\r\n".encode(), ""),
    ],
)
def test_an_unreadable_file_is_a_problem_and_no_crash(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes, problem: str
) -> None:
    file = tmp_path / "synonyme.txt"
    file.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        table = Synonyms(file).own()
    assert [problem in entry for entry in table.problems] == [True] * bool(problem)
    assert (problem in caplog.text) == bool(table.problems) or not problem


def test_a_folder_in_place_of_the_file_is_a_problem(tmp_path: Path) -> None:
    [problem] = Synonyms(tmp_path).own().problems
    assert "lässt sich nicht lesen" in problem


def test_the_general_list_has_no_broken_line() -> None:
    assert module._general().problems == ()
    assert module._general().groups > 80
    assert ("inhab",) in found(Synonyms(), "Chef")
