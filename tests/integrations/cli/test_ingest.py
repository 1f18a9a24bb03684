"""`auskunft ingest`: report, idempotence, replacement, audience, precedence, broken files."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integrations import documents
from tests.integrations.running import Outcome

Cli = Callable[..., Outcome]
SOURCE_KEYS = {
    *("uri", "file", "status", "passages", "errors", "document_id", "audience", "seconds"),
    "ocr_pages",
}


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return documents.write(tmp_path / "unterlagen")


def by_file(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {source["file"]: source for source in report["sources"]}


def vectors(data: Path) -> int:
    """How many vectors the cache holds."""
    import sqlite3

    with sqlite3.connect(data / "cache" / "vectors.sqlite") as store:
        (table,) = store.execute("select name from sqlite_master where type='table'").fetchone()
        count: int = store.execute(f"select count(*) from {table}").fetchone()[0]
        return count


def test_report_has_the_promised_keys(cli: Cli, data: Path, given: Path) -> None:
    ran = cli("ingest", "--data", data, given, "--json")
    assert ran.code == 0, ran
    assert set(ran.json) == {"sources", "counts", "seconds", "stopped"}
    assert ran.json["counts"] == {"indexed": 2}
    assert isinstance(ran.json["seconds"], float)
    for source in ran.json["sources"]:
        assert set(source) == SOURCE_KEYS
        assert source["uri"].startswith("file:///") and source["passages"] > 0
        assert source["errors"] == []


def test_staff_unless_said_and_the_run_ends_with_how_to_publish(
    cli: Cli, data: Path, given: Path
) -> None:
    ran = cli("ingest", "--data", data, given)
    assert ran.code == 0
    assert ran.out.rstrip().endswith(
        "1 Dokument nur für Mitarbeitende; veröffentlichen mit „auskunft documents set "
        "--audience public DATEI …“."
    )
    assert cli("ask", "--data", data, documents.STAFF_QUESTION, "--json").json["statements"] == []


def test_running_again_changes_and_embeds_nothing(cli: Cli, data: Path, given: Path) -> None:
    cli("ingest", "--data", data, given)
    before = cli("documents", "list", "--data", data, "--json").json, vectors(data)
    again = cli("ingest", "--data", data, given, "--json")
    assert (again.code, again.json["counts"]) == (0, {"unchanged": 2})
    assert (cli("documents", "list", "--data", data, "--json").json, vectors(data)) == before


def test_changed_file_replaces_all_its_passages(cli: Cli, data: Path, given: Path) -> None:
    cli("ingest", "--data", data, given)
    changed = documents.PUBLIC_TEXT.replace("1.250 Euro", "1.800 Euro")
    (given / documents.PUBLIC_NAME).write_text(changed, "utf-8")
    again = cli("ingest", "--data", data, given, "--json").json
    assert again["counts"] == {"indexed": 1, "unchanged": 1}
    found = cli("search", "--data", data, documents.PUBLIC_QUESTION, "--json").json["passages"]
    texts = " ".join(passage["text"] for passage in found)
    assert "1.800 Euro" in texts and "1.250" not in texts


def test_prune_removes_what_vanished_and_only_below_the_folder(
    cli: Cli, data: Path, given: Path, tmp_path: Path
) -> None:
    other = tmp_path / "unterlagen2"
    other.mkdir()
    (other / "b.md").write_text("# Anderes\n\nDas ist eine andere Unterlage.\n", "utf-8")
    cli("ingest", "--data", data, given, other)
    (given / documents.PUBLIC_NAME).unlink()
    (other / "b.md").unlink()
    kept = cli("ingest", "--data", data, given, "--json").json
    assert kept["counts"] == {"unchanged": 1}
    pruned = cli("ingest", "--data", data, given, "--prune", "--json")
    assert (pruned.code, pruned.json["counts"]) == (0, {"unchanged": 1, "removed": 1})
    left = {d["file"] for d in cli("documents", "list", "--data", data, "--json").json["documents"]}
    assert left == {documents.STAFF_NAME, "b.md"}


def test_who_is_believed(cli: Cli, data: Path, tmp_path: Path) -> None:
    """Options < folder rules (outer < inner) < front matter < sidecar < an admin's correction."""
    outer = tmp_path / "alle"
    inner = outer / "innen"
    inner.mkdir(parents=True)
    front = "---\npublisher: Kopf\ntitle: Kopf\n---\n"
    (outer / "auskunft.toml").write_text(
        '[defaults]\npublisher = "Außen"\naudience = "gruppe-a"\n'
        '[[rules]]\nmatch = "c*"\npublisher = "Regel"\n'
        '[[rules]]\nmatch = "innen/d.md"\nkind = "plan"\n',
        "utf-8",
    )
    (inner / "auskunft.toml").write_text('[defaults]\naudience = "gruppe-b"\n', "utf-8")
    (outer / "a.md").write_text("# A\n\nText von A.\n", "utf-8")
    (outer / "b.md").write_text(front + "# B\n\nText von B.\n", "utf-8")
    (outer / "b.md.auskunft.toml").write_text('title = "Beizettel"\n', "utf-8")
    (outer / "c.md").write_text("# C\n\nText von C.\n", "utf-8")
    (inner / "d.md").write_text("# D\n\nText von D.\n", "utf-8")
    ran = cli("ingest", "--data", data, outer, "--public", "--json")
    assert ran.code == 0, ran
    listed = cli("documents", "list", "--data", data, "--json").json["documents"]
    heads = {d["file"]: (d["audience"], d["publisher"], d["title"], d["kind"]) for d in listed}
    assert heads == {
        "a.md": ("gruppe-a", "Außen", "A", "reference"),
        "b.md": ("gruppe-a", "Kopf", "Beizettel", "reference"),
        "c.md": ("gruppe-a", "Regel", "C", "reference"),
        "d.md": ("gruppe-b", "Außen", "D", "plan"),
    }
    origins = cli("documents", "show", "b.md", "--data", data, "--json").json["origins"]
    assert (origins["title"], origins["publisher"]) == ("b.md.auskunft.toml", "Angaben im Dokument")
    cli("documents", "set", "--data", data, "b.md", "--title", "Von Hand")
    (outer / "b.md").write_text(front + "# B\n\nNeuer Text von B.\n", "utf-8")
    cli("ingest", "--data", data, outer, "--public")
    shown = cli("documents", "show", "b.md", "--data", data, "--json").json
    assert shown["title"] == "Von Hand" and "Neuer Text" in shown["text"]


def test_what_the_text_says_is_shown_with_its_place(cli: Cli, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "scheck.txt"
    file.write_text(
        "Förderrichtlinie Weiterbildungsscheck\n\nStand: 03/2026\n\n8 Geltungsdauer\n\n"
        "Diese Richtlinie gilt vom 1. Januar 2026 bis zum 31. Dezember 2028.\n",
        "utf-8",
    )
    assert cli("ingest", "--data", data, file).code == 0
    shown = cli("documents", "show", "scheck.txt", "--data", data).out
    assert "valid_until: 2028-12-31  (Text, Nr. 8)" in shown
    assert "date:   (Text, Anfang: nur „Stand: 03/2026“, kein voller Tag)" in shown
    changed = cli("documents", "set", "--data", data, "scheck.txt", "--date", "2026-03-02")
    assert changed.code == 0
    corrected = cli("documents", "show", "scheck.txt", "--data", data).out
    assert "date: 2026-03-02  (Korrektur)" in corrected


def test_public_option_holds_where_nothing_else_is_said(cli: Cli, data: Path, given: Path) -> None:
    cli("ingest", "--data", data, given, "--public")
    assert "48.500" in cli("ask", "--data", data, documents.STAFF_QUESTION, "--json").out


def test_correction_survives_an_unchanged_run(cli: Cli, data: Path, given: Path) -> None:
    cli("ingest", "--data", data, given)
    cli("documents", "set", "--data", data, documents.PUBLIC_NAME, "--title", "Neuer Titel")
    cli("documents", "set", "--data", data, documents.PUBLIC_NAME, "--valid-until", "")
    again = cli("ingest", "--data", data, given, "--json").json
    assert again["counts"] == {"unchanged": 2}
    (given / documents.PUBLIC_NAME).write_text(documents.PUBLIC_TEXT + "\nNeu.\n", "utf-8")
    changed = cli("ingest", "--data", data, given, "--json").json
    assert changed["counts"] == {"indexed": 1, "unchanged": 1}
    shown = cli("documents", "show", "--data", data, documents.PUBLIC_NAME, "--json").json
    assert shown["title"] == "Neuer Titel"
    assert shown["valid_until"] == ""


def test_broken_files_among_good_ones(cli: Cli, data: Path, given: Path) -> None:
    (given / "leer.md").touch()
    (given / "nur_leerzeichen.md").write_text(" \n\t\n", "utf-8")
    (given / "kaputt.pdf").write_bytes(b"%PDF-1.7\nkein PDF")
    (given / "kaputt.docx").write_bytes(b"PK\x03\x04 kein Archiv")
    (given / "alt.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (given / "fremd.xyz").write_bytes(bytes(range(256)))
    (given / "weg.md").symlink_to(given / "gibt_es_nicht.md")
    os.mkfifo(given / "rohr.md")
    with (given / "groß.pdf").open("wb") as big:
        big.truncate(50 * 1024 * 1024)
    ran = cli("ingest", "--data", data, given, "--json")
    assert ran.code == 1
    assert ran.json["counts"] == {"indexed": 2, "failed": 9}
    found = by_file(ran.json)
    for name, words in {
        "leer.md": "0 Byte",
        "nur_leerzeichen.md": "keinen Text",
        "groß.pdf": "50 MB, erlaubt sind 40 MB",
        "weg.md": "gibt es nicht",
        "fremd.xyz": ".docx",
        "alt.doc": ".docx",
    }.items():
        (message,) = found[name]["errors"]
        assert words in message and message.endswith("."), message
    for source in ran.json["sources"]:
        assert not any("Traceback" in m or "Errno" in m for m in source["errors"])
    text = cli("ingest", "--data", data, given)
    assert text.code == 1 and "9 fehlgeschlagen" in text.out
    assert text.err.count("\n- ") + text.err.startswith("- ") == 9


def test_name_that_is_no_utf8_does_not_stop_the_run(cli: Cli, data: Path, given: Path) -> None:
    odd = given / os.fsdecode(b"kaputt\xff.md")
    odd.write_text("# Latin\n\nEin Name in einer alten Kodierung.\n", "utf-8")
    ran = cli("ingest", "--data", data, given, "--json")
    assert (ran.code, ran.json["counts"]) == (0, {"indexed": 3})
    assert "kaputt\ufffd.md" in cli("documents", "list", "--data", data, "--json").out


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("audience = ", "kein gültiges TOML"),
        ("[defaults]\nzielgruppe = 'x'", "Unbekannte Angabe 'zielgruppe'"),
        ("[vorgaben]\nx = 1", "Unbekannter Abschnitt 'vorgaben'"),
        ("[rules]\nmatch = '*'", "[[rules]]"),
        ("[[rules]]\ntitle = 'x'", "fehlt „match“"),
        ("defaults = 'x'", "[defaults]"),
        ("[defaults]\ntitle = ['x']", "'title' muss ein Text"),
        ("[defaults]\naudience = true", "'audience' muss ein Text"),
        ("[defaults]\naudience = 'a b'", "Zielgruppe 'a b'"),
        ("[defaults]\nkind = 'gesetz'", "Dokumentart 'gesetz' gibt es nicht"),
        ("[defaults]\nvalid_until = '31.12.2027'", "kein Datum"),
        ("[defaults]\nvalid_from = 2027-01-01\nvalid_until = 2026-01-01", "vor ihrem Beginn"),
    ],
)
def test_wrong_rules_are_named(
    cli: Cli, data: Path, tmp_path: Path, rules: str, words: str
) -> None:
    given = tmp_path / "unterlagen"
    given.mkdir()
    (given / "a.txt").write_text("Ein Text ohne eigene Angaben.\n", "utf-8")
    (given / "auskunft.toml").write_text(rules, "utf-8")
    ran = cli("ingest", "--data", data, given, "--json")
    assert ran.code == 1 and ran.json["counts"] == {"failed": 1}
    (message,) = ran.json["sources"][0]["errors"]
    assert words in message
    assert cli("documents", "list", "--data", data, "--json").json == {"documents": []}


def test_wrong_rules_leave_what_was_ingested_alone(cli: Cli, data: Path, given: Path) -> None:
    cli("ingest", "--data", data, given)
    (given / "auskunft.toml").write_text("kaputt =", "utf-8")
    assert cli("ingest", "--data", data, given, "--prune", "--json").json["counts"] == {"failed": 2}
    assert "1.250 Euro" in cli("ask", "--data", data, documents.PUBLIC_QUESTION, "--json").out


def test_missing_path_is_wrong_usage_and_ingests_nothing(cli: Cli, data: Path, given: Path) -> None:
    ran = cli("ingest", "--data", data, given, given / "fehlt", "--json")
    assert ran.code == 2 and ran.out == ""
    assert ran.err.count("\n") == 1 and "fehlt: Diesen Pfad gibt es nicht." in ran.err
    assert cli("documents", "list", "--data", data, "--json").json == {"documents": []}


def test_full_disk_loses_nothing(
    cli: Cli, data: Path, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("ingest", "--data", data, given)
    (given / documents.PUBLIC_NAME).write_text("# Neu\n\nEin neuer Text.\n", "utf-8")
    monkeypatch.setenv("AUSKUNFT_RESERVE_MB", str(10**9))
    ran = cli("ingest", "--data", data, given)
    assert ran.code == 1 and "bleibt unverändert" in ran.err
    assert "1.250 Euro" in cli("ask", "--data", data, documents.PUBLIC_QUESTION, "--json").out


def test_demo_folder_proposes_a_fresh_one(
    cli: Cli, tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    demo = tmp_path / "demo-data"
    demo.mkdir()
    (demo / "DEMO").write_text("", "utf-8")
    refused = cli("ingest", given)
    assert refused.code == 2
    assert "Beispieldaten" in refused.err
    assert f"auskunft ingest --data data {given}" in refused.err
    assert not (tmp_path / "data").exists() and not (demo / "auskunft.sqlite").exists()
    (tmp_path / "data").mkdir()
    assert cli("ingest", given).code == 0
    assert (tmp_path / "data" / "auskunft.sqlite").exists()
