"""The index port: what search and ingestion need of an index, whichever engine stores it.

Every reading call takes a Scope, and a Scope cannot be made without a Viewer: the audience filter
is part of each query inside the engine, built in one place (`conditions_of`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.audience import Viewer
from kb.bm25 import SparseVector
from kb.embedding.token_codec import Codes, TokenCodes
from kb.immutable import Immutable
from kb.passages import DocumentHead, Kind, Passage
from kb.points import point_id

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which passages a query may return. `valid_on` leaves out what is expired or upcoming then."""

    viewer: Viewer
    kinds: frozenset[Kind] = frozenset()
    valid_on: date | None = None
    dated_from: date | None = None
    dated_until: date | None = None
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Condition: the payload field holds one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Condition: the integer payload field lies in this closed range."""

    field: str
    at_least: int | None = None
    at_most: int | None = None


Condition = AnyOf | Between


def conditions_of(scope: Scope) -> tuple[Condition, ...]:
    """The scope as conditions that must all hold; the audience always comes first."""
    conditions: list[Condition] = [AnyOf("audience", tuple(sorted(scope.viewer.audiences)))]
    if scope.kinds:
        conditions.append(AnyOf("kind", tuple(sorted(scope.kinds))))
    if scope.documents:
        conditions.append(AnyOf("document_id", tuple(sorted(scope.documents))))
    if scope.valid_on:
        day = scope.valid_on.toordinal()
        conditions.append(Between("from_day", at_most=day))
        conditions.append(Between("until_day", at_least=day))
    if scope.dated_from or scope.dated_until:
        conditions.append(
            Between(
                "dated_day",
                at_least=scope.dated_from.toordinal() if scope.dated_from else 1,
                at_most=scope.dated_until.toordinal() if scope.dated_until else None,
            )
        )
    return tuple(conditions)


def holds(condition: Condition, payload: Mapping[str, Any]) -> bool:
    """Whether a stored payload meets a condition, as the engines understand it."""
    value = payload[condition.field]
    if isinstance(condition, AnyOf):
        return value in condition.values
    least, most = condition.at_least, condition.at_most
    return (least is None or least <= value) and (most is None or value <= most)


def scope_of_document(document_id: str, scope: Scope) -> Scope | None:
    """The scope narrowed to one document, None when the document lies outside it."""
    if scope.documents and document_id not in scope.documents:
        return None
    return replace(scope, documents=frozenset({document_id}))


@dataclass(frozen=True, slots=True)
class IndexedPassage(Immutable):
    """A passage with its vectors, ready to be stored; `tokens` only where the index has them."""

    passage: Passage
    dense: Vector
    sparse: SparseVector
    tokens: TokenCodes | None = None

    @property
    def point_id(self) -> str:
        return point_id(
            self.passage.document.document_id, self.passage.revision, self.passage.ordinal
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Passages of one document's revision that are for the same audience."""

    document_id: str
    revision: str
    audience: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of a single-vector query: point id (see `kb.points`) and the engine's score."""

    point_id: str
    score: float


class Index(Protocol):
    """A store of passages with a dense and a sparse vector each, and their tokens' if so made.

    Writes are durable against a crash of the process when the call returns. All methods may raise
    StorageFullError; none returns passages outside the scope.
    """

    def write(self, passages: Sequence[IndexedPassage]) -> None:
        """Store passages; a passage with the same id is replaced."""

    def delete_document(self, document_id: str, *, keep_revision: str | None = None) -> None:
        """Delete a document's passages, all or all but those of one revision."""

    def update_head(self, head: DocumentHead) -> None:
        """Give all passages of a document new head data (audience, title, validity …)."""

    def dense(
        self, vector: Vector, scope: Scope, limit: int, *, among: Sequence[str] = ()
    ) -> list[Hit]:
        """Nearest passages by cosine, best first; with `among` only these points are scored."""

    def sparse(
        self, vector: SparseVector, scope: Scope, limit: int, *, among: Sequence[str] = ()
    ) -> list[Hit]:
        """Best passages by BM25 (times IDF), best first; passages without a shared term are absent."""

    def late(self, query: Codes, scope: Scope, among: Sequence[str]) -> list[Hit]:
        """These points by late interaction, best first (Khattab & Zaharia 2020, eq. 3).

        The score is the sum over the query's tokens of the largest product with a passage's token.
        Nothing comes of an index made without token vectors.
        """

    def token_codes(self, point_ids: Sequence[str], scope: Scope) -> dict[str, TokenCodes]:
        """The stored token codes by point id; absent where there are none."""

    def passages(self, point_ids: Sequence[str], scope: Scope) -> dict[str, Passage]:
        """The stored passages by point id; ids unknown or outside the scope are absent."""

    def document_passages(self, document_id: str, scope: Scope) -> list[Passage]:
        """All passages of a document in reading order (all revisions that are stored)."""

    def count(self, scope: Scope) -> int:
        """How many passages are in the scope."""

    def total(self) -> int:
        """How many passages are stored, whatever the audience. For operators, not for viewers."""

    def inventory(self) -> Counter[Batch]:
        """How many passages there are of each kind. For operators: reads the whole index."""

    def flush(self) -> None:
        """Write everything to disk (durable against a power failure too)."""

    def optimise(self) -> None:
        """Build what makes searching many passages quick. May take minutes and hold Python's
        interpreter lock throughout, so no serving process does this."""

    def warm(self) -> None:
        """Have ready what questions read, as far as there is room; nothing waits for this."""

    def close(self) -> None:
        """Release the engine; the index cannot be used afterwards."""
