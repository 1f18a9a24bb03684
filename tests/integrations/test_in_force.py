"""What is in force: every setting explained and grouped, where it comes from, and no secret in it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from integrations.in_force import Origin, in_force, settings_in_force, without_secrets
from integrations.in_force_words import disk_rows, shown_value, size, version_rows
from integrations.settings import Settings
from tests import folders

_SECRET = "streng-geheim-4711"


def test_every_setting_is_explained_and_belongs_to_a_group() -> None:
    found = settings_in_force(folders.settings())

    assert {one.name for one in found} == {
        f"AUSKUNFT_{name.upper()}" for name in Settings.model_fields
    }
    assert [one.name for one in found if not one.description or one.group == "Weitere"] == []
    groups = [one.group for one in found]
    assert groups == sorted(groups, key=list(dict.fromkeys(groups)).index)


def test_secrets_are_said_to_be_set_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [
        name for name, field in Settings.model_fields.items() if field.annotation is SecretStr
    ]
    assert {"qdrant_api_key", "smtp_password", "embedder_api_key"} <= set(secrets)
    for name in secrets:
        monkeypatch.setenv(f"AUSKUNFT_{name.upper()}", _SECRET)
    addresses = {
        "database_url": f"postgresql+psycopg://auskunft:{_SECRET}/@{_SECRET}@db/a?password={_SECRET}",
        "qdrant_url": f"https://{_SECRET}@qdrant.example:6333",
        "embedder_url": f"https://modell.example/v1?key={_SECRET}",
    }
    found = settings_in_force(Settings(**addresses))  # type: ignore[arg-type]

    assert _SECRET not in repr(found)
    told = {one.name: one for one in found}
    assert told["AUSKUNFT_SMTP_PASSWORD"].given and told["AUSKUNFT_SMTP_PASSWORD"].secret
    assert told["AUSKUNFT_DATABASE_URL"].value == "postgresql+psycopg://•••@db/a?•••"
    assert told["AUSKUNFT_QDRANT_URL"].value == "https://•••@qdrant.example:6333"
    assert without_secrets("Wer? was@wo") == "Wer? was@wo"


def test_each_value_says_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("auskunft_max_file_mb", "12")
    settings = Settings().model_copy(update={"port": 8123})
    told = {one.name: one for one in settings_in_force(settings)}

    assert (told["AUSKUNFT_MAX_FILE_MB"].value, told["AUSKUNFT_MAX_FILE_MB"].origin) == (
        "12",
        Origin.ENVIRONMENT,
    )
    assert told["AUSKUNFT_PORT"].origin is Origin.START and told["AUSKUNFT_PORT"].value == "8123"
    assert told["AUSKUNFT_HOST"].origin is Origin.DEFAULT
    assert told["AUSKUNFT_ORIGINALS"].value == "ja"
    assert not told["AUSKUNFT_SMTP_HOST"].given


def test_a_desk_tells_its_folder_files_versions_and_room(tmp_path: Path) -> None:
    with folders.opened(tmp_path / "daten") as desk:
        (desk.folder.path / "synonyme.txt").write_text("KMU = Mittelstand\n", "utf-8")
        (desk.folder.originals / "ab").mkdir(parents=True)
        (desk.folder.originals / "ab" / "cd").write_bytes(b"x" * 300_000)
        found = in_force(desk)

    told = {one.name: one for one in found.settings}
    assert told["AUSKUNFT_DATA"].value == str((tmp_path / "daten").resolve())
    assert told["AUSKUNFT_SYNONYMS"].origin is Origin.FILE
    assert told["AUSKUNFT_TEXTS"].value == ""
    assert found.disk.parts["originals"] >= 300_000 and found.disk.parts["database"] > 0
    assert found.disk.used < found.disk.disk
    assert found.versions.index == found.versions.wanted and found.versions.schema.isdecimal()
    told_words = found.as_dict()
    assert dict(disk_rows(told_words["disk"]))["Originale"] == size(found.disk.parts["originals"])
    assert "Sprachmodell" in dict(version_rows(told_words["versions"]))


def test_words_for_people() -> None:
    assert [size(n) for n in (0, 1023, 1536, 20 * 1024**2, 3.25 * 1024**3)] == [
        "0 Byte", "1023 Byte", "1,5 KB", "20 MB", "3,2 GB",
    ]  # fmt: skip
    secret = {"secret": True, "given": False, "value": ""}
    assert shown_value(secret) == "nicht gesetzt"
    assert shown_value({**secret, "secret": False}) == "–"
