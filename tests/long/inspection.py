"""A data folder opened in this process: registry, index, originals and search against each other."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from integrations.desk import Desk
from kb.audience import Viewer
from kb.errors import DataFolderInUseError
from kb.index.port import Scope
from kb.results import Query
from kb.state.registry import StoredDocument
from tests import folders
from tests.long.own_processes import mentioning
from tests.long.papers import SECTIONS, Shelf, State, said

_PATIENCE = 10.0


@contextmanager
def opened(data: Path) -> Iterator[Desk]:
    """The folder, as soon as whoever was killed has let go of it."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            desk = folders.opened(data)
            break
        except DataFolderInUseError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
    with desk:
        yield desk


def inspect(data: Path) -> tuple[dict[str, State], list[str]]:
    """The state of each document, and what is wrong with any of them."""
    with opened(data) as desk:
        problems = _checked(desk, repair=False)
        found: dict[str, State] = {}
        for document in desk.parts.registry.all():
            text = desk.parts.registry.text(document.head.document_id).text
            versions = {version for version, _ in said(text)}
            found[document.head.uri] = (" + ".join(sorted(versions)), document.head.audience)
            problems += _half(desk, document, text)
        return found, problems


def damage(data: Path, shelf: Shelf, chance: random.Random) -> None:
    """Passages and originals of a shelf that are gone, for a repair to find."""
    files = {shelf.uri(name) for name in shelf.papers}
    with opened(data) as desk:
        documents = [entry for entry in desk.parts.registry.all() if entry.head.uri in files]
        for document in chance.sample(documents, min(4, len(documents))):
            if chance.random() < 0.7:
                desk.knowledge.index.delete_document(document.head.document_id)
            else:
                desk.knowledge.originals.path(document.content_hash).write_bytes(b"verdorben")
        desk.knowledge.index.flush()


def mend(data: Path) -> list[str]:
    """What a repair leaves undone."""
    with opened(data) as desk:
        return _checked(desk, repair=True)


def left_over(temporary: Path) -> list[str]:
    """Processes and folders of somebody who was killed."""
    processes = [f"process {pid} is still there" for pid in mentioning(temporary)]
    return processes + [f"{path.name} is still there" for path in temporary.iterdir()]


def _checked(desk: Desk, *, repair: bool) -> list[str]:
    job = desk.jobs.run(desk.jobs.check(repair=repair))
    report = job.report or {"sound": False, "findings": [{"problem": job.error}]}
    findings = [f"check: {finding}" for finding in report["findings"]]
    return [] if repair and report["sound"] else findings


def _half(desk: Desk, document: StoredDocument, text: str) -> list[str]:
    """What is missing of a document, or too much: in its text, its passages, and for a search."""
    here = document.head.uri
    whole = {(version, number) for version, _ in said(text) for number in range(SECTIONS)}
    versions = {version for version, _ in whole}
    if len(versions) != 1 or said(text) != whole:
        return [f"{here}: the text says {sorted(said(text))}"]
    scope = Scope(Viewer.member_of(document.head.audience))
    passages = desk.knowledge.index.document_passages(document.head.document_id, scope)
    in_index = set().union(*(said(passage.text) for passage in passages))
    if in_index != whole:
        return [f"{here}: the index says {sorted(in_index)}, the text {sorted(whole)}"]
    code = next(iter(versions)).split(" ")[0]
    query = Query(f"Kennwort{code}", scope, date.today())
    found = desk.search.find(query, 30).passages
    mine = {
        version
        for entry in found
        for version, _ in said(entry.passage.text)
        if version.startswith(f"{code} ") and entry.passage.document.uri == here
    }
    return [] if mine == versions else [f"{here}: a search for {code} finds {sorted(mine)}"]
