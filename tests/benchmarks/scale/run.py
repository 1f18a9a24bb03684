"""The whole measurement: builds each size, measures it, optimises it, measures again.

`python -m tests.benchmarks.scale.run FOLDER --sizes 1000 10000 100000 [--variants flat hnsw-int8 …]`
Every step is a process of its own. Figures are appended to `FOLDER/figures.jsonl` as they come.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

_PACKAGE = "tests.benchmarks.scale"


def step(module: str, *arguments: object) -> dict[str, Any]:
    """Run a module of this package in a process of its own; its last line is the result."""
    command = [sys.executable, "-m", f"{_PACKAGE}.as_installed", module, *map(str, arguments)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


class Figures:
    """Figures by size and state, kept in a file and printed."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, size: int, state: str, figures: dict[str, Any]) -> None:
        line = json.dumps({"size": size, "state": state, **figures}, ensure_ascii=False)
        print(line, flush=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def measure_size(
    root: Path, size: int, documents: int, variants: list[str], tokens: list[str]
) -> None:
    """One size in all its states; the folders of variants are deleted after measuring."""
    figures, folder = Figures(root / "figures.jsonl"), root / f"n{size}-d{documents}"
    options = ["--passages", size, "--documents", documents, "--cache", root / "cache"]
    figures.add(size, "build", step("build", folder, *options, *tokens))
    figures.add(size, "unoptimised", step("measure", folder, *tokens))
    for name in variants:
        made = step("variants", folder, name, *tokens)[name]
        target = folder.with_name(f"{folder.name}-{name}")
        figures.add(size, name, {**made, **step("measure", target, *tokens)})
        shutil.rmtree(target)


def main() -> None:
    """Measure all sizes that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--per-document", type=int, default=50)
    parser.add_argument("--variants", nargs="*", default=["hnsw"])
    parser.add_argument("--no-tokens", action="store_true")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    tokens = ["--no-tokens"] if given.no_tokens else []
    for size in given.sizes:
        documents = max(size // given.per_document, 1)
        measure_size(given.folder, size, documents, given.variants, tokens)


if __name__ == "__main__":
    main()
