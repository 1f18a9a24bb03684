"""What the registry and the vocabulary cost each question when there are many documents.

`python -m tests.benchmarks.scale.registry FOLDER --documents N`: the documents of a built data folder,
repeated under other names with their share of the words until there are N; no index is needed.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from kb.audience import Viewer
from kb.passages import document_id_of
from kb.state.database import Database
from kb.state.registry import Registry, StoredDocument, StoredText
from kb.state.vocabularies import DocumentVocabulary
from kb.vocabulary import Vocabulary
from tests.benchmarks.scale.memory import resident

_REPEATED = 20


def fill(source: Registry, target: Database, wanted: int) -> None:
    """Write `wanted` documents."""
    documents = source.all()
    parts = max(wanted // len(documents), 1)
    texts = source.vocabularies([entry.head.document_id for entry in documents])
    registry = Registry(target)
    for number, entry in enumerate(islice(cycle(documents), wanted)):
        registry.commit(*_renamed(entry, texts[entry.head.document_id], number, parts))


def _renamed(
    entry: StoredDocument, vocabulary: DocumentVocabulary, number: int, parts: int
) -> tuple[StoredDocument, StoredText]:
    uri = f"{entry.head.uri}-{number}"
    head = replace(entry.head, uri=uri, file=uri, document_id=document_id_of(uri))
    share = slice(number % parts, None, parts)
    words = DocumentVocabulary(vocabulary.terms[:, share], vocabulary.words[share])
    return replace(entry, head=head), StoredText("", (), words)


def measure(database: Database) -> dict[str, Any]:
    """Milliseconds of each call, quickest of many where it is repeated."""
    registry = Registry(database)
    vocabulary = Vocabulary(registry)
    viewer = Viewer.public()
    found: dict[str, Any] = {"memory before": resident()}
    found["live, first"] = _once(registry.live)
    found["live, again"] = _best(registry.live)
    found["vocabulary, first"] = _once(lambda: vocabulary.passages(viewer))
    found["memory"] = resident()
    found["vocabulary, again"] = _best(lambda: vocabulary.weights(["zahlt"], viewer))
    entry = registry.all()[0]
    text = registry.text(entry.head.document_id)
    found["commit"] = _once(lambda: registry.commit(replace(entry, revision="r2"), text))
    found["live, after a change"] = _once(registry.live)
    time.sleep(1.1)
    found["vocabulary, after a change"] = _once(lambda: vocabulary.passages(viewer))
    return found


def _once(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return round((time.perf_counter() - begin) * 1000, 2)


def _best(call: Callable[[], object]) -> float:
    return min(_once(call) for _ in range(_REPEATED))


def main() -> None:
    """Measure and print a JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, nargs="+", default=[2_000, 20_000])
    given = parser.parse_args()
    source = Registry(Database.in_file(given.folder / "auskunft.sqlite"))
    for wanted in given.documents:
        with tempfile.TemporaryDirectory() as folder:
            target = Database.in_file(Path(folder) / "state.sqlite")
            fill(source, target, wanted)
            print(json.dumps({wanted: measure(target)}), flush=True)
            target.close()


if __name__ == "__main__":
    main()
