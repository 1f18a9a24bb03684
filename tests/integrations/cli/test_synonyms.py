"""The admin's file of synonyms: counts at the next question, broken lines show in the status."""

from collections.abc import Callable
from pathlib import Path

from tests.integrations.running import Outcome

Cli = Callable[..., Outcome]

DOCUMENTS = {
    "a.md": "# Merkblatt\n\nDer Gutschein für Betriebe wird am Schalter ausgegeben.\n",
    "b.md": "# Anderes\n\nDie Kantine öffnet um elf Uhr.\n",
    "c.md": "# Noch etwas\n\nParkplätze liegen hinter dem Haus.\n",
}


def test_synonyms_count_at_once_and_broken_lines_are_named(
    cli: Cli, data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "unterlagen"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, "utf-8")
    assert cli("ingest", "--data", data, "--public", folder).code == 0
    assert "Synonyme" not in cli("status", "--data", data).out

    plain = cli("search", "--data", data, "Qwertzscheck", "--json").json["passages"]
    file = data / "synonyme.txt"
    file.write_text("Qwertzscheck => Gutschein\nkaputt\nA = B = C\n", "utf-8")
    found = cli("search", "--data", data, "Qwertzscheck", "--json").json["passages"]
    assert found[0]["file"] == "a.md"
    assert _lead(found) > _lead(plain) or plain[0]["file"] != "a.md"

    state = cli("status", "--data", data, "--json").json["synonyms"]
    assert (state["file"], state["groups"]) == (str(file), 1)
    assert [problem[:7] for problem in state["problems"]] == ["Zeile 2", "Zeile 3"]
    shown = cli("status", "--data", data).out
    assert "Synonyme: 1 Gruppe aus" in shown
    assert "„kaputt“: Es fehlt „=“" in shown


def _lead(passages: list[dict[str, float]]) -> float:
    """How far the first passage is ahead of the second."""
    return passages[0]["score"] - passages[1]["score"]
