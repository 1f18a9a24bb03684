"""The desk that a set is measured on: a data folder of its own, and the ways in which it is asked.

Nothing of the operator's is touched: without `--data` the folder is temporary, and index and state are
inside it whatever the settings name. A cache folder, when given, keeps model and vectors for next time.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

from assistant.evaluation import RetrievalSet
from assistant.question import Question, Turn, read_question
from assistant.steps import Retriever
from ingest.progress import Progress
from ingest.report import RunReport
from integrations.desk import Desk, open_desk
from integrations.settings import Settings
from kb.audience import PUBLIC, Viewer
from kb.index.port import Scope
from kb.passages import Passage
from kb.results import Query

#: so many passages are ranked, to find ten documents among them
_PASSAGES = 60


@dataclass
class EvaluationDesk:
    """One set's documents, ready to be asked; `day` holds for questions that name none."""

    desk: Desk
    day: date
    _entries: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ingest(self, corpus: Sequence[Path], progress: Progress) -> RunReport:
        """Take in files and folders; whatever does not say otherwise is public."""
        options = replace(self.desk.ingest_options, public=True, prune=True)
        return self.desk.ingestion.run(corpus, options, progress)

    def ingest_entries(self, data: RetrievalSet, progress: Progress) -> RunReport:
        """Take in a retrieval set's corpus, each entry as a text file of its own.

        Entries of the same text are one file: which of them came first would be left to their ids,
        which are made from a temporary folder's name, and each run would give another figure.
        """
        same: dict[str, list[str]] = {}
        for entry, text in data.corpus.items():
            same.setdefault(" ".join(text.split()), []).append(entry)
        with tempfile.TemporaryDirectory(prefix="auskunft-") as name:
            folder = Path(name)
            for number, entries in enumerate(same.values()):
                file = f"{number:06d}.txt"
                self._entries[file] = tuple(entries)
                (folder / file).write_text(data.corpus[entries[0]], encoding="utf-8")
            return self.ingest([folder], progress)

    @property
    def passages_held(self) -> int:
        """How many passages the index holds."""
        return self.desk.knowledge.index.total()

    @property
    def embedded(self) -> int:
        """How many passages were embedded anew, because the cache had no vector of them."""
        return self.desk.embedder.embedded

    @property
    def versions(self) -> dict[str, str]:
        """What index and ranking are made with: model, text analysis, chunker, tokens, reranker."""
        made_with = self.desk.board.wanted.as_dict()
        versions = {name: str(value) for name, value in made_with.items() if value}
        return {**versions, "reranker": self.desk.settings.reranker}

    def answer(
        self, question: str, as_of: str, audience: str, earlier: Sequence[str]
    ) -> dict[str, Any]:
        """The assistant's answer, as the API gives it."""
        asked = self._asked(question, as_of, audience, earlier)
        return asyncio.run(self.desk.assistant.answer(asked)).as_dict()

    def passages(
        self, question: str, as_of: str, audience: str, earlier: Sequence[str]
    ) -> list[Passage]:
        """The passages that this answer is made from: those of the assistant's own retriever.

        Of a question of several parts, each part's passages, taking turns.
        """
        asked = self._asked(question, as_of, audience, earlier)
        retriever = Retriever(self.desk.search)
        found = [retriever.run(question=part)["retrieved"].passages for part in asked.each]
        turns = (scored for turn in zip_longest(*found) for scored in turn if scored is not None)
        passages = (scored.passage for scored in turns)
        return list({(p.document.document_id, p.start, p.end): p for p in passages}.values())

    def rank(self, query: str, limit: int) -> list[str]:
        """Ids of a retrieval set's entries, best first: by the best passage of each."""
        scope = Scope(Viewer.public())
        found = self.desk.search.find(Query(query, scope, self.day), _PASSAGES).passages
        files = dict.fromkeys(scored.passage.document.file for scored in found)
        return [entry for file in files for entry in self._entries[file]][:limit]

    def _asked(self, question: str, as_of: str, audience: str, earlier: Sequence[str]) -> Question:
        return read_question(
            question,
            as_of=date.fromisoformat(as_of) if as_of else self.day,
            viewer=Viewer.public() if audience == PUBLIC else Viewer.member_of(audience),
            history=[Turn("user", text) for text in earlier],
        )


@contextmanager
def kept_desk(settings: Settings, folder: Path) -> Iterator[EvaluationDesk]:
    """A desk on a data folder that stays, as the settings have it."""
    with open_desk(settings, folder) as desk:
        yield EvaluationDesk(desk, date.today())


@contextmanager
def temporary_desk(
    settings: Settings, day: date, cache: Path | None = None
) -> Iterator[EvaluationDesk]:
    """A desk that vanishes afterwards; model and vectors come from `cache` and stay there."""
    own = settings.model_copy(update={"qdrant_url": "", "database_url": ""})
    with tempfile.TemporaryDirectory(prefix="auskunft-") as name:
        folder = Path(name)
        if cache is not None:
            cache.mkdir(parents=True, exist_ok=True)
            (folder / "cache").symlink_to(cache.resolve(), target_is_directory=True)
        with open_desk(own, folder) as desk:
            yield EvaluationDesk(desk, day)
