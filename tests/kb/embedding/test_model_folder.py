"""The model folder: written once, whole or not at all, readable by sentence-transformers."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from kb.embedding import model_folder as under_test
from kb.embedding.model_folder import ensure_model_folder
from kb.embedding.onnx_e5 import INT8_FILE, OnnxE5
from kb.errors import EmbeddingError, StorageFullError

_ENSURE = """
import sys
from pathlib import Path
from kb.embedding.model_folder import ensure_model_folder
ensure_model_folder(Path(sys.argv[1]), lambda line: print(line, flush=True))
"""


def start(cache: Path, root: Path) -> subprocess.Popen[str]:
    """Another Python process that ensures the folder and prints its progress."""
    command = [sys.executable, "-c", _ENSURE, str(cache)]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def own_cache(model_folder: Path, tmp_path: Path) -> Path:
    """A copy without the large float32 forms, for tests that break it."""
    skipped = shutil.ignore_patterns("model.onnx", "model.safetensors")
    shutil.copytree(model_folder, tmp_path / model_folder.name, ignore=skipped)
    return tmp_path


def test_a_whole_folder_is_left_alone(own_cache: Path) -> None:
    lines: list[str] = []
    folder = ensure_model_folder(own_cache, lines.append)
    assert lines == []
    assert (folder / INT8_FILE).is_file()
    assert sorted(path.name for path in own_cache.iterdir()) == [folder.name]


def test_the_manifest_names_every_file(model_folder: Path) -> None:
    manifest = json.loads((model_folder / "manifest.json").read_text())
    present = {p.relative_to(model_folder).as_posix() for p in model_folder.rglob("*.*")}
    assert {*manifest["files"], "manifest.json"} == present
    assert all(len(checksum) == 64 for checksum in manifest["files"].values())


def flip_a_byte(folder: Path) -> None:
    with (folder / INT8_FILE).open("r+b") as file:
        file.seek(30_000_000)
        byte = file.read(1)
        file.seek(30_000_000)
        file.write(bytes([byte[0] ^ 1]))


def cut_the_tokenizer(folder: Path) -> None:
    os.truncate(folder / "tokenizer.json", 1_000_000)


def lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def spoil_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text('["half a')


def come_from_an_older_recipe(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"recipe": "0"}))


@pytest.mark.parametrize(
    "damage",
    [
        flip_a_byte,
        cut_the_tokenizer,
        lose_the_manifest,
        spoil_the_manifest,
        come_from_an_older_recipe,
    ],
)
def test_damage_is_seen(own_cache: Path, damage, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    rebuilt: list[Path] = []
    monkeypatch.setattr(under_test, "_rebuild", lambda folder, tell, fp32: rebuilt.append(folder))
    folder = ensure_model_folder(own_cache)
    assert rebuilt == []
    damage(folder)
    ensure_model_folder(own_cache)
    assert rebuilt == [folder]


def test_a_damaged_folder_is_written_anew(own_cache: Path, int8: OnnxE5) -> None:
    flip_a_byte(own_cache / "multilingual-e5-small")
    lines: list[str] = []
    folder = ensure_model_folder(own_cache, lines.append)
    assert [line[:70] for line in lines[:2]] == [
        "Sprachmodell wird einmalig vorbereitet (Schritt 1 von 4: Gewichte lese",
        "Sprachmodell wird einmalig vorbereitet (Schritt 2 von 4: Wortschatz sc",
    ]
    assert len(lines) == 4
    assert ensure_model_folder(own_cache, lines.append) == folder
    assert len(lines) == 4
    assert np.array_equal(OnnxE5(folder).embed_query("Zuschuss"), int8.embed_query("Zuschuss"))
    assert not list(own_cache.glob(".building-*"))


def test_two_processes_at_once_write_one_folder(tmp_path: Path, repo_root: Path) -> None:
    processes = [start(tmp_path, repo_root) for _ in range(2)]
    outputs = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(output.count("Schritt") for output in outputs) == [0, 4]
    lines: list[str] = []
    ensure_model_folder(tmp_path, lines.append)
    assert lines == []
    assert not list(tmp_path.glob(".building-*"))


@pytest.mark.parametrize("step", [2, 4])
def test_a_killed_process_leaves_nothing_half(tmp_path: Path, repo_root: Path, step: int) -> None:
    process = start(tmp_path, repo_root)
    assert process.stdout is not None
    while f"Schritt {step}" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert not (tmp_path / "multilingual-e5-small").exists()
    folder = ensure_model_folder(tmp_path)
    assert OnnxE5(folder).embed_query("Zuschuss").shape == (384,)
    assert not list(tmp_path.glob(".building-*"))


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(EmbeddingError, match=r"kann in .*file.* nicht angelegt werden"):
        ensure_model_folder(tmp_path / "file")


def test_a_full_disk_is_named_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=99 * 10**6))
    with pytest.raises(StorageFullError, match=r"fehlt Platz in .* 100 MB"):
        ensure_model_folder(tmp_path)
    assert not list(tmp_path.glob("*e5*"))


def test_sentence_transformers_loads_the_folder(
    model_folder: Path, int8: OnnxE5, fp32: OnnxE5, sentences: list[str]
) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    model = sentence_transformers.SentenceTransformer(str(model_folder), device="cpu")
    texts = [*sentences[:8], "", "Ein\u00a0Wort  mehr", "Schu\u0308ler", "lang " * 1000]
    theirs = model.encode(texts, prompt_name="document")
    assert np.allclose(np.linalg.norm(theirs, axis=1), 1, atol=1e-5)
    assert (fp32.embed_passages(texts) * theirs).sum(axis=1).min() > 0.9999
    assert (int8.embed_passages(texts) * theirs).sum(axis=1).min() > 0.99
    question = "Wer fördert berufliche Weiterbildung?"
    assert model.encode_query(question) @ fp32.embed_query(question) > 0.9999
