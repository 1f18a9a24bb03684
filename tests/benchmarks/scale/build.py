"""Writes a data folder with a synthetic corpus, in a process of its own, and optimises its index.

`python -m tests.benchmarks.scale.build FOLDER --passages N --documents M`: as the service would
write it (registry, original, index), timed by part; the last line is a JSON object.
"""

import argparse
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integrations.desk import open_desk
from integrations.settings import NO_RERANKER, Settings
from kb.index.edge import EdgeIndex
from kb.index.folders import FolderGenerations
from tests.benchmarks.scale.corpus import Size, SyntheticCorpus
from tests.benchmarks.scale.real_passages import real_passages, real_questions
from tests.benchmarks.scale.vectors import embedded
from tests.benchmarks.scale.words import Lengths, WordModel

#: file with the questions to be asked, so that measuring has nothing to read besides
ASKED = "questions.json"
QUESTIONS = 200
_WARMING = 10
_POOL = 3_000
_DIMENSION = 384


def corpus(cache: Path, pool: int = _POOL) -> SyntheticCorpus:
    """The generator; real passages are embedded once and remembered in `cache`."""
    real = real_passages()
    chosen = real[:: max(len(real) // pool, 1)][:pool]
    texts = [entry.text for entry in chosen]
    return SyntheticCorpus(WordModel(texts), Lengths(texts), embedded(chosen, cache))


def settings(tokens: bool) -> Settings:
    """The service's settings, apart from the environment's."""
    plain = {name: field.default for name, field in Settings.model_fields.items()}
    return Settings(**{**plain, **({} if tokens else {"reranker": NO_RERANKER})})


def shard_of(folder: Path) -> Path:
    """Where the index of a data folder is that has one generation."""
    generations = FolderGenerations(folder / "index")
    return generations.shard(generations.names()[-1])


def build(folder: Path, cache: Path, size: Size) -> dict[str, float]:
    """Seconds by part: making the corpus, writing it (wall and processor)."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "cache").mkdir(parents=True)
    for model in cache.glob("multilingual-*"):
        (folder / "cache" / model.name).symlink_to(model.resolve(), target_is_directory=True)
    source = corpus(cache)
    asked = real_questions(real_passages(), QUESTIONS + _WARMING)
    (folder / ASKED).write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    spent: defaultdict[str, float] = defaultdict(float)
    with open_desk(settings(size.tokens), folder, answering=False) as desk:
        documents = source.documents(size)
        while True:
            with _timed(spent, "make"):
                entry = next(documents, None)
            if entry is None:
                break
            with _timed(spent, "write"):
                desk.knowledge.replace(
                    entry.document, entry.text, entry.passages, entry.text.text.encode()
                )
        with _timed(spent, "write"):
            desk.knowledge.index.flush()
    return dict(spent)


def optimise(shard: Path, *, tokens: bool) -> dict[str, float]:
    """Seconds that building the graph takes (wall and processor)."""
    spent: defaultdict[str, float] = defaultdict(float)
    index = EdgeIndex(shard, _DIMENSION, tokens=tokens)
    with _timed(spent, "optimise"):
        index.optimise()
    index.close()
    return dict(spent)


@contextmanager
def _timed(spent: defaultdict[str, float], what: str) -> Iterator[None]:
    begin, used = time.perf_counter(), time.process_time()
    yield
    spent[what] += time.perf_counter() - begin
    spent[f"{what} cpu"] += time.process_time() - used


def main() -> None:
    """Build, or with --optimise only build the graph of a folder that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=1_000)
    parser.add_argument("--documents", type=int, default=0)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--no-tokens", action="store_true")
    parser.add_argument("--optimise", action="store_true")
    given = parser.parse_args()
    tokens = not given.no_tokens
    if given.optimise:
        print(json.dumps(optimise(shard_of(given.folder), tokens=tokens)))
        return
    size = Size(given.passages, given.documents or max(given.passages // 50, 1), tokens)
    print(json.dumps(build(given.folder, given.cache, size)))


if __name__ == "__main__":
    main()
