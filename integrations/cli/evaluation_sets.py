"""Which sets are measured together: a TOML file in, sets with their paths out; and measuring one.

The file's paths are relative to it. Sets whose files are not there are left out by the caller: the
sample documents are always there, larger corpora are not part of the repository.
"""

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.evaluation import (
    GoldenQuestion,
    Scores,
    SetState,
    digest_of,
    golden_scores,
    measure_golden,
    measure_retrieval,
    misspelt,
    part_of,
    read_golden,
    read_retrieval_set,
    retrieval_scores,
)
from ingest.progress import Progress
from ingest.sources import discover
from integrations.cli.evaluation_desk import EvaluationDesk
from kb.errors import InputError


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Table):
    """How much of a retrieval set is measured; see `assistant.evaluation.part_of`."""

    queries: int = Field(ge=1)
    documents: int = Field(ge=1)


class GoldenSet(_Table):
    """Questions over a corpus. Those that need a file outside the corpus are left out."""

    name: str = Field(min_length=1)
    questions: Path
    corpus: tuple[Path, ...] = Field(min_length=1)
    quick: bool = False

    @property
    def paths(self) -> tuple[Path, ...]:
        return (self.questions, *self.corpus)

    def below(self, root: Path) -> "GoldenSet":
        """The same with paths that no longer depend on the working directory."""
        corpus = tuple((root / path).resolve() for path in self.corpus)
        return self.model_copy(update={"questions": root / self.questions, "corpus": corpus})

    def measure(self, desk: EvaluationDesk, progress: Progress) -> SetState:
        """Ingest the corpus, ask the questions; raises InputError."""
        questions = self.asked()
        desk.ingest(self.corpus, progress)
        results = measure_golden(questions, desk.answer, desk.passages)
        return _state(desk, digest_of(questions), golden_scores(results))

    def asked(self) -> Sequence[GoldenQuestion]:
        """The questions whose sources are all in the corpus, and those that have none."""
        files = {source.name for source in discover(self.corpus)}
        return [
            question
            for question in read_golden(self.questions)
            if all(source.file in files for source in question.sources)
        ]


class BeirSet(_Table):
    """A set in BEIR layout, or a part of it that is the same everywhere.

    With `typing_errors`, a seed, the queries are asked with errors made on purpose.
    """

    name: str = Field(min_length=1)
    folder: Path
    part: Part | None = None
    typing_errors: int | None = None
    quick: bool = False

    @property
    def paths(self) -> tuple[Path, ...]:
        return (self.folder,)

    def below(self, root: Path) -> "BeirSet":
        """The same with a path that no longer depends on the working directory."""
        return self.model_copy(update={"folder": root / self.folder})

    def measure(self, desk: EvaluationDesk, progress: Progress) -> SetState:
        """Ingest each entry as a document, rank them for each query; raises InputError."""
        data = read_retrieval_set(self.folder)
        if self.part is not None:
            data = part_of(data, self.part.queries, self.part.documents, seed=self.name)
        if self.typing_errors is not None:
            data = misspelt(data, self.typing_errors)
        desk.ingest_entries(data, progress)
        measured = measure_retrieval(data, desk.rank)
        return _state(desk, digest_of(data), retrieval_scores(measured))


class EvaluationSets(_Table):
    """All sets in their order; `as_of` is the day for questions that name none."""

    as_of: date
    golden: tuple[GoldenSet, ...] = ()
    retrieval: tuple[BeirSet, ...] = ()

    @property
    def all(self) -> tuple[GoldenSet | BeirSet, ...]:
        return (*self.golden, *self.retrieval)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [entry.name for entry in self.all]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"der Name {repeated[0]!r} kommt mehrfach vor")
        return self


def read_sets(file: Path) -> EvaluationSets:
    """The sets of a TOML file; raises InputError naming what is wrong."""
    try:
        sets = EvaluationSets.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{file}: Die Liste der Sätze lässt sich nicht lesen: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "Datei"
        raise InputError(f"{file}: {place} ist ungültig: {first['msg']}.") from error
    golden = tuple(entry.below(file.parent) for entry in sets.golden)
    retrieval = tuple(entry.below(file.parent) for entry in sets.retrieval)
    return sets.model_copy(update={"golden": golden, "retrieval": retrieval})


def _state(desk: EvaluationDesk, digest: str, scores: Scores) -> SetState:
    if not any(scores.values()):
        raise InputError("Der Satz enthält keine Frage, die sich messen lässt.")
    return SetState(date.today().isoformat(), desk.versions, digest, scores)
