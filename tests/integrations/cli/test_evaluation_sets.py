"""`auskunft evaluate sets`: measured, kept, compared, and the exit code that closes the gate."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.evaluation import RetrievalSet, read_baseline, read_golden
from integrations.cli.evaluation_desk import EvaluationDesk
from integrations.cli.evaluation_report import BEGIN, END
from integrations.cli.evaluation_sets import BeirSet, GoldenSet, read_sets
from kb.errors import InputError
from tests import folders
from tests.integrations.running import Outcome

Cli = Callable[..., Outcome]

SAMPLE = "FAQ_Foerderung_fuer_Betriebe.md"
SUBJECTS = ("Hund", "Katze", "Meise", "Biber", "Dachs", "Eule")
SETS = f"""
as_of = 2026-11-22

[[golden]]
name = "Beispiele"
questions = "fragen.yaml"
corpus = ["unterlagen/{SAMPLE}", "unterlagen/Zustaendigkeiten_Beispielrevier.xlsx"]
quick = true

[[retrieval]]
name = "Tiere"
folder = "tiere"

[[retrieval]]
name = "Wenige Tiere"
folder = "tiere"
part = {{ queries = 2, documents = 3 }}
quick = true

[[golden]]
name = "Fehlt"
questions = "fragen.yaml"
corpus = ["gibt es nicht"]
quick = true
"""
PAGE = f"# Seite\n\nVorher.\n\n{BEGIN}\n\nalt\n\n{END}\n\nNachher.\n"


def write_animals(folder: Path, sentence: str) -> None:
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    texts = {f"d{n}": sentence.format(name) for n, name in enumerate(SUBJECTS)}
    queries = {f"q{n}": f"Wo schläft {name}?" for n, name in enumerate(SUBJECTS)}
    for file, rows in (("corpus", texts), ("queries", queries)):
        lines = [json.dumps({"_id": key, "text": text}) for key, text in rows.items()]
        (folder / f"{file}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    rows = "".join(f"q{n}\td{n}\t1\n" for n in range(len(SUBJECTS)))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + rows, "utf-8")


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Sets over a part of the samples and a tiny retrieval set."""
    shutil.copytree(folders.SAMPLES, tmp_path / "unterlagen")
    shutil.copy(folders.REPOSITORY / "samples" / "questions.yaml", tmp_path / "fragen.yaml")
    write_animals(tmp_path / "tiere", "{0} schläft gern. Über {0} wissen wir sonst wenig.")
    (tmp_path / "sets.toml").write_text(SETS, "utf-8")
    (tmp_path / "seite.md").write_text(PAGE, "utf-8")
    return tmp_path


@pytest.fixture
def measure(cli: Cli, given: Path) -> Callable[..., Outcome]:
    """Measure with the folder's own baseline and cache."""

    def run(*options: object) -> Outcome:
        kept = ("--baseline", given / "stand.json", "--cache", given / "cache")
        return cli("evaluate", "sets", given / "sets.toml", *kept, *options)

    return run


def test_written_compared_and_found_worse(measure: Callable[..., Outcome], given: Path) -> None:
    first = measure("--write", "--page", given / "seite.md")
    assert first.code == 0, first
    assert "Fehlt: übersprungen" in first.err and "gibt es nicht fehlt" in first.err
    states = read_baseline(given / "stand.json")
    assert list(states) == ["Beispiele", "Tiere", "Wenige Tiere"]
    assert set(states["Tiere"].scores) == {"MRR@10", "nDCG@10", "R@1", "R@5", "R@10"}
    assert states["Tiere"].means()["R@1"] == 1.0
    golden = states["Beispiele"]
    assert {"status_accuracy", "files@5", "quote@5", "quote@1"} <= set(golden.scores)
    # two documents of fourteen: only the questions that they answer, and those without an answer
    all_questions = len(read_golden(given / "fragen.yaml"))
    assert 0 < len(golden.scores["silence"]) < len(golden.questions) < all_questions
    page = (given / "seite.md").read_text("utf-8")
    assert page.startswith("# Seite\n\nVorher.") and page.endswith("Nachher.\n")
    assert "| Tiere | 6 | 1.000 |" in page and "alt" not in page

    again = measure()
    assert again.code == 0, again
    assert "0 neu eingebettet" in again.err and "Kein Messwert ist um mehr" in again.out
    assert "| Tiere | MRR@10 | 6 | 1,000 | 1,000 | – | gleich |" in again.out
    assert "schlechter" not in again.out

    write_animals(given / "tiere", "Hier steht nur Unsinn, immer derselbe.")
    fallen = measure("--only", "Tiere")
    assert fallen.code == 1, fallen
    assert "| **schlechter** |" in fallen.out and "um mehr als das Rauschen gefallen" in fallen.out
    assert "Tiere, R@1: gefallen bei q" in fallen.out
    # on purpose: the state is renewed, the other sets keep theirs
    renewed = measure("--only", "Tiere", "--write")
    assert renewed.code == 0 and "ist erneuert" in renewed.out
    now = read_baseline(given / "stand.json")
    assert now["Tiere"].means()["R@1"] < 0.5 and now["Beispiele"] == states["Beispiele"]
    assert measure("--only", "Tiere").code == 0


def test_other_questions_need_a_new_state(measure: Callable[..., Outcome], given: Path) -> None:
    quick = ("--quick", "--only", "Beispiele")
    none = measure(*quick)
    assert none.code == 1 and "noch keinen festgehaltenen Stand" in none.out
    assert measure(*quick, "--write").code == 0
    questions = (given / "fragen.yaml").read_text("utf-8")
    (given / "fragen.yaml").write_text(
        questions + "\n- {id: neu, question: 'Wo ist der Mond?', status: not_found}\n", "utf-8"
    )
    more = measure(*quick)
    assert more.code == 1 and "neue Fragen: neu" in more.out and "make eval-write" in more.out
    first = read_baseline(given / "stand.json")["Beispiele"].questions[0]
    begin = f'- id: {first}\n  question: "'
    assert begin in questions
    (given / "fragen.yaml").write_text(questions.replace(begin, f"{begin}Sagt mal: "), "utf-8")
    reworded = measure(*quick)
    assert reworded.code == 1 and "Wortlaut oder Erwartungen" in reworded.out


def test_json_and_no_baseline(cli: Cli, given: Path) -> None:
    command = ("evaluate", "sets", given / "sets.toml", "--only", "Wenige Tiere")
    plain = cli(*command, "--cache", given / "cache")
    assert plain.code == 0 and "| Wenige Tiere | R@1 | 2 | 1,000 |" in plain.out
    assert "Urteil" not in plain.out
    machine = cli(*command, "--cache", given / "cache", "--json")
    assert machine.code == 0 and machine.json["Wenige Tiere"]["questions"] == 2
    assert machine.json["Wenige Tiere"]["figures"]["R@1"] == 1.0
    versions = machine.json["Wenige Tiere"]["versions"]
    assert versions.keys() >= {"model", "analyser", "chunker", "reranker"} and all(
        versions.values()
    )


def test_operators_own_state_and_index_are_never_used(
    cli: Cli, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = given / "eigene.sqlite"
    monkeypatch.setenv("AUSKUNFT_DATABASE_URL", f"sqlite:///{own}")
    monkeypatch.setenv("AUSKUNFT_QDRANT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AUSKUNFT_DATA", str(given / "eigene"))
    ran = cli("evaluate", "sets", given / "sets.toml", "--only", "Wenige Tiere")
    assert ran.code == 0, ran.err
    assert not own.exists() and not (given / "eigene").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--write",), "brauchen --baseline"),
        (("--page", "seite.md"), "brauchen --baseline"),
        (("--only", "Pflanzen"), "'Pflanzen' gibt es nicht. Es gibt: Beispiele, Fehlt, Tiere"),
        (("--only", "Fehlt"), "keiner da"),
        (("--quick", "--only", "Tiere"), "keiner da"),
    ],
)
def test_wrong_use(cli: Cli, given: Path, options: tuple[str, ...], message: str) -> None:
    ran = cli("evaluate", "sets", given / "sets.toml", *options)
    assert ran.code == 2 and message in ran.err, ran


@pytest.mark.parametrize(
    "content",
    [
        None,
        "kein = [toml",
        "[[golden]]\nname = 'a'\nquestions = 'q'\ncorpus = ['c']",
        "as_of = 2026-11-22\n[[golden]]\nname = 'a'\nquestions = 'q'\ncorpus = []",
        "as_of = 2026-11-22\n[[retrieval]]\nname = 'a'\nfolder = 'f'\nquik = true",
        "as_of = 2026-11-22\n[[retrieval]]\nname = 'a'\nfolder = 'f'\n"
        "part = { queries = 0, documents = 1 }",
        "as_of = 2026-11-22\n" + "[[retrieval]]\nname = 'a'\nfolder = 'f'\n" * 2,
    ],
)
def test_list_that_cannot_be_used(cli: Cli, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "liste.toml"
    if content is not None:
        file.write_text(content, "utf-8")
    ran = cli("evaluate", "sets", file)
    assert ran.code == 2 and "liste.toml" in ran.err and "Traceback" not in ran.err


def test_page_without_marks_is_an_error_before_anything_is_lost(
    measure: Callable[..., Outcome], given: Path
) -> None:
    page = given / "seite.md"
    page.write_text("# Seite\n", "utf-8")
    ran = measure("--only", "Wenige Tiere", "--write", "--page", page)
    assert ran.code == 2 and "seite.md" in ran.err
    assert page.read_text("utf-8") == "# Seite\n" and not (given / "stand.json").exists()


def test_entries_of_the_same_text_rank_in_the_sets_order(tmp_path: Path) -> None:
    """Their ids come from a temporary folder's name, so the order would differ from run to run."""
    texts = {
        f"d{number}": f"Der Hund schläft{' ' * number} in der Küche." for number in range(1, 7)
    }
    data = RetrievalSet({"andere": "Die Katze jagt Mäuse.", **texts}, {}, {})
    with folders.opened(tmp_path / "daten") as opened:
        desk = EvaluationDesk(opened, date(2026, 11, 22))
        desk.ingest_entries(data, lambda *_: None)
        assert desk.rank("Wo schläft der Hund?", 5) == ["d1", "d2", "d3", "d4", "d5"]
        assert desk.rank("Wo schläft der Hund?", 10) == [*texts, "andere"]


def test_paths_are_relative_to_the_list(tmp_path: Path) -> None:
    (tmp_path / "sets.toml").write_text(SETS, "utf-8")
    sets = read_sets(tmp_path / "sets.toml")
    first, second = sets.golden[0], sets.retrieval[0]
    assert isinstance(first, GoldenSet) and isinstance(second, BeirSet)
    assert first.corpus[0] == tmp_path.resolve() / "unterlagen" / SAMPLE
    assert second.folder == tmp_path / "tiere"
    with pytest.raises(InputError):
        read_sets(tmp_path / "andere.toml")
