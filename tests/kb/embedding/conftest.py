"""The real model, written once a run; AUSKUNFT_TEST_CACHE keeps it for the next one."""

import os
import re
from pathlib import Path

import pytest

from kb.embedding.model_folder import ensure_model_folder
from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.packed_e5 import PackedE5, bundled_weights
from tests.run_folder import run_folder


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """With the float32 forms. Tests read it only."""
    kept = os.environ.get("AUSKUNFT_TEST_CACHE")
    return ensure_model_folder(Path(kept) if kept else run_folder() / "float32", fp32=True)


@pytest.fixture(scope="session")
def packed() -> PackedE5:
    return PackedE5(bundled_weights())


@pytest.fixture(scope="session")
def int8(model_folder: Path) -> OnnxE5:
    return OnnxE5(model_folder)


@pytest.fixture(scope="session")
def fp32(model_folder: Path) -> OnnxE5:
    return OnnxE5(model_folder, int8=False)


@pytest.fixture(scope="session")
def sentences(repo_root: Path) -> list[str]:
    """German sentences of the repository's own, with abbreviations, paragraphs signs, quotes."""
    lines = (repo_root / "tests/data/sentences_de.txt").read_text("utf-8").splitlines()
    return [line.replace("⏎", " ") for line in lines if len(line) > 40 and line[0] not in ";@"]


@pytest.fixture(scope="session")
def law_sentences(shared_folder: Path) -> list[str]:
    """500 sentences spread over the federal laws of the shared corpus."""
    found = []
    for path in sorted((shared_folder / "corpus/laws").glob("*.md")):
        text = " ".join(path.read_text("utf-8").split("---", 2)[2].split())
        found += [s for s in re.split(r"(?<=[.;:]) (?=[A-ZÄÖÜ])", text) if 40 < len(s) < 400]
    return found[:: len(found) // 500][:500]
