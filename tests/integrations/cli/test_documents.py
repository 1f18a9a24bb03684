"""`auskunft documents …` and `evaluate …`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integrations import documents
from tests.integrations.running import Outcome

Cli = Callable[..., Outcome]


@pytest.fixture
def filled(cli: Cli, data: Path, tmp_path: Path) -> Path:
    assert cli("ingest", "--data", data, documents.write(tmp_path / "unterlagen")).code == 0
    return data


def test_publish_many_makes_them_answerable(cli: Cli, filled: Path) -> None:
    before = cli("ask", "--data", filled, documents.STAFF_QUESTION, "--json")
    assert before.json["sources"] == []
    changed = cli(
        *("documents", "set", "--data", filled, "--audience", "public", "--json"),
        *(documents.STAFF_NAME, "Richtlinie*"),
    )
    assert changed.code == 0
    assert [d["audience"] for d in changed.json["documents"]] == ["public", "public"]
    after = cli("ask", "--data", filled, documents.STAFF_QUESTION, "--json").json
    assert after["status"] == "answered" and "48.500 Euro" in after["statements"][0]["text"]
    cli("documents", "set", "--data", filled, "--audience", "staff", "*")
    for question in (documents.STAFF_QUESTION, documents.PUBLIC_QUESTION):
        assert cli("ask", "--data", filled, question, "--json").json["sources"] == []


def test_nothing_changes_when_one_of_many_is_wrong(cli: Cli, filled: Path) -> None:
    before = cli("documents", "list", "--data", filled, "--json").out
    for arguments in (
        ("--audience", "public", documents.STAFF_NAME, "fehlt.md"),
        ("--valid-until", "gestern", "*"),
        ("--valid-until", "2020-01-01", "*"),
        ("--kind", "gesetz", "*"),
        ("--audience", "alle Leute", "*"),
    ):
        ran = cli("documents", "set", "--data", filled, *arguments)
        assert ran.code in (1, 2) and ran.err.count("\n") == 1, ran
    assert cli("documents", "list", "--data", filled, "--json").out == before


def test_list_show_remove(cli: Cli, filled: Path) -> None:
    listed = cli("documents", "list", "--data", filled, "--json").json["documents"]
    assert {d["file"]: (d["audience"], d["validity"]) for d in listed} == {
        documents.PUBLIC_NAME: ("public", "current"),
        documents.STAFF_NAME: ("staff", "unknown"),
    }
    assert documents.PUBLIC_NAME[:12] in cli("documents", "list", "--data", filled).out
    (staff,) = [d for d in listed if d["file"] == documents.STAFF_NAME]
    for name in (staff["document_id"], staff["document_id"][:8], staff["file"], staff["uri"]):
        shown = cli("documents", "show", name, "--data", filled, "--json")
        assert shown.code == 0 and "48.500 Euro" in shown.json["text"], name
    assert "48.500 Euro" in cli("documents", "show", staff["file"], "--data", filled).out
    asked = cli("documents", "remove", documents.STAFF_NAME, "--data", filled, stdin="n\n")
    assert asked.code == 1
    removed = cli("documents", "remove", documents.STAFF_NAME, "--data", filled, "--yes")
    assert removed.code == 0 and f"Gelöscht: {documents.STAFF_NAME}" in removed.out
    gone = cli("documents", "show", documents.STAFF_NAME, "--data", filled)
    assert gone.code == 1 and "Kein Dokument passt" in gone.err
    assert len(list((filled / "originals").rglob("*"))) > 0
    left = b"".join(p.read_bytes() for p in (filled / "originals").rglob("*") if p.is_file())
    assert b"48.500" not in left


def test_odd_file_names_can_be_named(cli: Cli, data: Path, tmp_path: Path) -> None:
    given = tmp_path / "unterlagen"
    given.mkdir()
    names = ["Bericht [alt].md", "a#b?c%20.md", "mit 'Anführung'.md", "[bold]x.md"]
    for name in names:
        (given / name).write_text(f"# Titel\n\nInhalt der Datei {name}.\n", "utf-8")
    assert cli("ingest", "--data", data, given).code == 0
    for name in names:
        shown = cli("documents", "show", name, "--data", data, "--json")
        assert shown.code == 0 and shown.json["file"] == name, shown.err
        changed = cli("documents", "set", "--data", data, name, "--title", "Neu", "--json")
        assert [d["file"] for d in changed.json["documents"]] == [name]


def test_retrieval_on_a_tiny_set(cli: Cli, tmp_path: Path, data: Path) -> None:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    texts = {
        "d1": "Die Meisterprüfung kostet 800 Euro.",
        "d2": "Der Hund schläft in der Küche.",
        "d3": "Anträge nimmt die Kammer bis zum 31. März entgegen.",
    }
    queries = {"q1": "Was kostet die Meisterprüfung?", "q2": "Wo schläft der Hund?", "q3": "Nie?"}
    for name, rows in (("corpus", texts), ("queries", queries)):
        lines = [json.dumps({"_id": key, "text": text}) for key, text in rows.items()]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    qrels = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\nq3\td3\t0\n"
    (folder / "qrels" / "test.tsv").write_text(qrels, "utf-8")
    ran = cli("evaluate", "retrieval", "--data", data, folder, "--json")
    assert ran.code == 0, ran.err
    assert {**ran.json, "seconds": 0} == {
        **{"queries": 2, "MRR@10": 1.0, "nDCG@10": 1.0, "R@1": 1.0, "R@5": 1.0, "R@10": 1.0},
        "seconds": 0,
    }


def test_golden_on_a_tiny_set(cli: Cli, tmp_path: Path, data: Path) -> None:
    given = documents.write(tmp_path / "unterlagen")
    questions = tmp_path / "fragen.yaml"
    questions.write_text(
        f"""
- id: bonus
  question: "{documents.PUBLIC_QUESTION}"
  audience: public
  as_of: 2026-11-22
  status: answered
  topic: amount
  sources: [{{file: {documents.PUBLIC_NAME}, contains: "beträgt 1.250 Euro"}}]
  answer_contains: ["1.250 Euro"]
- id: nichts
  question: "{documents.UNKNOWN_QUESTION}"
  status: not_found
  topic: none
""",
        "utf-8",
    )
    ran = cli("evaluate", "golden", "--data", data, questions, "--corpus", given, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["questions"] == 2 and ran.json["status_accuracy"] == 1.0
    assert ran.json["source_recall"] == ran.json["exact_place"] == ran.json["content"] == 1.0
    assert ran.json["false_answers"] == 0 and set(ran.json["topics"]) == {"amount", "none"}
    assert [item["id"] for item in ran.json["items"]] == ["bonus", "nichts"]


@pytest.mark.parametrize(
    "content",
    [
        "kein: [yaml",
        "a: b",
        "- {id: x}",
        "- {id: x, question: y, status: answered, sources: [{locator: a}]}",
        "- {id: x, question: y, status: answered, as_of: morgen}",
    ],
)
def test_golden_set_that_cannot_be_read(cli: Cli, tmp_path: Path, data: Path, content: str) -> None:
    questions = tmp_path / "fragen.yaml"
    questions.write_text(content, "utf-8")
    ran = cli("evaluate", "golden", "--data", data, questions, "--corpus", tmp_path)
    assert ran.code == 2 and "fragen.yaml" in ran.err, ran
