"""`auskunft ask`, `search`, `status`, `rebuild`, `token` on the samples: JSON as promised."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import folders
from tests.integrations import documents
from tests.integrations.running import Outcome

Cli = Callable[..., Outcome]
AMOUNT = "Wie hoch ist der Zuschuss beim Weiterbildungsscheck?"
ANSWER_KEYS = {
    "question": str,
    "asked_as": str,
    "language": str,
    "as_of": str,
    "status": str,
    "composed_by": str,
    "ranked_by": str,
    "message": str,
    "parts": list,
    "statements": list,
    "sources": list,
    "records": list,
    "notices": list,
    "counter_question": type(None),
    "contacts": list,
    "timings_ms": dict,
    "answer_id": str,
}
SOURCE_KEYS = {
    *("n", "document_id", "file", "uri", "title", "locator", "page", "quote", "validity", "date"),
    *("kind", "publisher", "link", "poorly_read"),
}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folders.copy_of_samples(tmp_path_factory.mktemp("fragen") / "daten")


def check_answer(answer: dict[str, Any]) -> None:
    assert set(answer) == set(ANSWER_KEYS)
    for name, kind in ANSWER_KEYS.items():
        assert isinstance(answer[name], kind), name
    assert answer["status"] in ("answered", "partial", "not_found")
    numbers = [source["n"] for source in answer["sources"]]
    assert numbers == list(range(1, len(numbers) + 1))
    for source in answer["sources"]:
        assert set(source) == SOURCE_KEYS
        assert set(source["validity"]) == {"state", "from", "until"}
        assert source["validity"]["state"] in ("current", "expired", "upcoming", "unknown")
        assert source["page"] is None or source["page"] >= 1
    for statement in answer["statements"]:
        assert set(statement) == {"text", "citations"}
        assert statement["citations"] and set(statement["citations"]) <= set(numbers)
    assert answer["parts"]
    for part in answer["parts"]:
        assert set(part) == {"text", "asked_as", "status", "statements"}
        assert (part["status"] == "answered") is bool(part["statements"])
    said = [index for part in answer["parts"] for index in part["statements"]]
    assert sorted(set(said)) == list(range(len(answer["statements"])))
    assert all(set(notice) == {"kind", "text"} for notice in answer["notices"])


def test_answer(cli: Cli, samples: Path) -> None:
    asked = cli("ask", "--data", samples, AMOUNT, "--json", "--as-of", folders.SAMPLE_DAY)
    assert asked.code == 0
    check_answer(asked.json)
    assert asked.json["status"] == "answered" and asked.json["as_of"] == folders.SAMPLE_DAY
    assert "1.500 Euro" in asked.json["statements"][0]["text"]
    first = asked.json["sources"][0]
    assert (first["locator"], first["page"]) == ("Nr. 5.4", 3)
    assert first["file"] == "Foerderrichtlinie_Weiterbildungsscheck_Handwerk_2026.pdf"


def test_several_questions_are_answered_one_by_one(cli: Cli, samples: Path) -> None:
    question = (
        "Wer leitet die Regionalagentur Beispielrevier und wer wurde 2022 Fußball-Weltmeister?"
    )
    asked = cli("ask", "--data", samples, question, "--json")
    assert asked.code == 0
    check_answer(asked.json)
    assert [part["status"] for part in asked.json["parts"]] == ["answered", "not_found"]
    assert asked.json["status"] == "partial"
    assert "Zu „Wer wurde 2022 Fußball-Weltmeister?“ steht nichts" in asked.json["message"]
    shown = cli("ask", "--data", samples, question).out
    leader, champion = (shown.index(part["asked_as"]) for part in asked.json["parts"])
    assert leader < shown.index("Lindhorst") < champion < shown.index("Dazu nichts gefunden.")


def test_what_was_understood_is_shown_only_where_it_differs(cli: Cli, samples: Path) -> None:
    follow_up = ("Und die Frist?", "--history", AMOUNT)
    shown = cli("ask", "--data", samples, *follow_up).out
    assert shown.startswith("Verstanden als: Bis wann muss der Antrag beim Weiterbildung")
    assert "Verstanden als" not in cli("ask", "--data", samples, AMOUNT).out


def test_not_found_is_no_error(cli: Cli, samples: Path) -> None:
    asked = cli("ask", "--data", samples, documents.UNKNOWN_QUESTION, "--json")
    assert asked.code == 0
    check_answer(asked.json)
    assert asked.json["status"] == "not_found"
    assert asked.json["statements"] == [] and asked.json["sources"] == []
    assert asked.json["message"].startswith("Dazu steht nichts in den Unterlagen")


def test_history_place_and_group_are_taken(cli: Cli, samples: Path) -> None:
    asked = cli(
        *("ask", "--data", samples, "Und wie lange gilt sie?", "--json", "--history", AMOUNT),
        *("--history", "Was ist die Bagatellgrenze?", "--place", "Grubenfeld"),
        *("--group", "staff", "--group", "vorstand"),
    )
    assert asked.code == 0
    assert asked.json["question"] == "Und wie lange gilt sie?"
    assert "Bagatellgrenze" in asked.json["asked_as"]


def test_staff_document_only_for_staff(cli: Cli, samples: Path) -> None:
    question = "Was wurde im Jour fixe mit der Handwerkskammer besprochen?"
    staff = "Protokoll_intern_2026-10-14.md"
    assert staff not in cli("ask", "--data", samples, question, "--json").out
    assert staff not in cli("search", "--data", samples, question, "--limit", 100, "--json").out
    found = cli("search", "--data", samples, question, "--group", "staff", "--json").out
    assert staff in found


def test_text_output_names_sources(cli: Cli, samples: Path) -> None:
    asked = cli("ask", "--data", samples, AMOUNT)
    assert asked.code == 0
    assert "1.500 Euro" in asked.out and "Quellen" in asked.out and "Nr. 5.4, S. 3" in asked.out


def test_search(cli: Cli, samples: Path) -> None:
    found = cli("search", "--data", samples, "Bagatellgrenze", "--json", "--limit", 3)
    assert found.code == 0 and set(found.json) == {"passages"}
    assert len(found.json["passages"]) == 3
    keys = {"file", "title", "locator", "page", "text", "score", "document_id", "validity", "link"}
    assert all(keys <= set(passage) for passage in found.json["passages"])
    scores = [passage["score"] for passage in found.json["passages"]]
    assert scores == sorted(scores, reverse=True)
    assert cli("search", "--data", samples, "x", "--limit", 0).code == 2


def test_status(cli: Cli, samples: Path) -> None:
    state = cli("status", "--data", samples, "--json")
    assert state.code == 0
    assert state.json["documents"] == 14 and state.json["audiences"] == {"public": 13, "staff": 1}
    assert state.json["service"] is False and state.json["passages"] > 100
    assert "Dienst: läuft nicht" in cli("status", "--data", samples).out


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "Die Frage ist leer."),
        ("  \n\t ", "Die Frage ist leer."),
        ("🤷‍♀️🎉", "steht kein Wort"),
        ("?!…", "steht kein Wort"),
        ("a" * 5_000, "5.000 Zeichen, erlaubt sind 2.000"),
    ],
)
def test_questions_that_cannot_be_asked(cli: Cli, samples: Path, question: str, words: str) -> None:
    for command in ("ask", "search"):
        asked = cli(command, "--data", samples, question, "--json")
        assert asked.code == 2 and asked.out == ""
        assert words in asked.err and asked.err.count("\n") == 1


def test_bytes_that_are_no_text_are_read_as_far_as_possible(cli: Cli, samples: Path) -> None:
    asked = cli("ask", "--data", samples, AMOUNT + " \udcff\udcfe", "--json")
    assert asked.code == 0 and "1.500 Euro" in asked.json["statements"][0]["text"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("frage", "x"),
        ("ask", "x", "--as-of", "2026-13-40"),
        ("ask", "x", "--gibtsnicht"),
        ("ask", "x", "--group", "a b"),
        ("serve", "--port", "99999"),
        ("documents", "set", "x"),
        ("evaluate", "golden", "fehlt.yaml", "--corpus", "fehlt"),
        ("evaluate", "retrieval", "fehlt"),
    ],
)
def test_wrong_usage_is_2(cli: Cli, samples: Path, arguments: tuple[str, ...]) -> None:
    ran = cli("--data", samples, *arguments)
    assert ran.code == 2, ran
    assert ran.out == "" and ran.err and "Traceback" not in ran.err


def test_wrong_setting_is_named(cli: Cli, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUSKUNFT_PORT", "viele")
    ran = cli("status", "--data", samples)
    assert ran.code == 2 and "AUSKUNFT_PORT='viele'" in ran.err
    monkeypatch.setenv("AUSKUNFT_PORT", "8000")
    monkeypatch.setenv("AUSKUNFT_EMBEDDER", "gpt")
    ran = cli("status", "--data", samples)
    assert ran.code == 2 and "AUSKUNFT_EMBEDDER='gpt' gibt es nicht" in ran.err


def test_data_folder_that_is_a_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "datei").touch()
    ran = cli("status", "--data", tmp_path / "datei")
    assert ran.code == 1 and "lässt sich nicht benutzen" in ran.err and ran.err.count("\n") == 1


def test_tokens(cli: Cli, data: Path) -> None:
    created = cli("token", "create", "--data", data, "Anna")
    assert created.code == 0 and created.out.startswith("ausk_") and created.out.count("\n") == 1
    listed = cli("token", "list", "--data", data)
    assert "Anna" in listed.out and "gültig" in listed.out
    assert created.out.strip() not in listed.out
    token_id = listed.out.split()[0]
    assert cli("token", "revoke", "--data", data, token_id).code == 0
    assert "widerrufen" in cli("token", "list", "--data", data).out
    gone = cli("token", "revoke", "--data", data, "00000000")
    assert gone.code == 1 and "gibt es nicht" in gone.err


def test_index_of_another_model_names_the_remedy_and_rebuild_is_it(
    cli: Cli, data: Path, tmp_path: Path
) -> None:
    import json

    cli("ingest", "--data", data, documents.write(tmp_path / "unterlagen"))
    (manifest,) = (data / "index").glob("g*/manifest.json")
    stored = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**stored, "model": "anderes/modell"}), "utf-8")
    ran = cli("ask", documents.PUBLIC_QUESTION, "--data", data)
    assert ran.code == 1 and ran.err.count("\n") == 1
    assert "Sprachmodell 'anderes/modell'" in ran.err and "auskunft rebuild" in ran.err
    assert "unbrauchbar" in cli("status", "--data", data).out
    rebuilt = cli("rebuild", "--data", data, "--json")
    assert rebuilt.code == 0 and rebuilt.json["counts"] == {"indexed": 2}
    assert (data / "index" / "current").read_text("utf-8").strip() == "g0002"
    assert "1.250 Euro" in cli("ask", "--data", data, documents.PUBLIC_QUESTION, "--json").out
    shown = cli("documents", "show", documents.PUBLIC_NAME, "--data", data, "--json").json
    assert shown["origins"]["audience"] == "Angaben im Dokument"
    assert cli("ask", "--data", data, documents.STAFF_QUESTION, "--json").json["sources"] == []
