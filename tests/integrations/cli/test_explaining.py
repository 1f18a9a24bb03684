"""`auskunft ask --explain` and `auskunft settings`, for people and for programs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import folders
from tests.integrations import documents
from tests.integrations.running import Outcome


def test_explanations_and_settings(
    cli: Callable[..., Outcome], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with folders.opened(data) as desk:
        given = documents.write(tmp_path / "unterlagen")
        assert desk.ingestion.run([given], desk.ingest_options).complete

    told = cli("ask", "Wie hoch ist der Meisterbnous?", "--explain", "--data", data)
    assert told.code == 0 and "1.250 Euro" in told.out
    assert "Berichtigt: Meisterbnous → Meisterbonus" in told.out
    assert "Ergebnis: beantwortet." in told.out and "Aussage" in told.out
    found = cli("ask", documents.STAFF_QUESTION, "--explain", "--json", "--data", data).json
    assert found["answer"]["status"] == "not_found"
    assert found["parts"][0]["judged"]["reason"] == "too_unsure"

    monkeypatch.setenv("AUSKUNFT_SMTP_PASSWORD", "streng-geheim-4711")
    shown = cli("settings", "--data", data)
    assert shown.code == 0 and "AUSKUNFT_SMTP_PASSWORD" in shown.out
    assert "streng-geheim" not in shown.out and "Datenbankschema: 00" in shown.out
    settings = {
        one["name"]: one for one in cli("settings", "--json", "--data", data).json["settings"]
    }
    assert settings["AUSKUNFT_SMTP_PASSWORD"]["given"] and settings["AUSKUNFT_DATA"][
        "value"
    ] == str(data)
