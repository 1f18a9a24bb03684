"""In place of an index whose data is lost: nothing is found in it and nothing can be written.

Taking away works, so that documents can be removed and hidden before the index is rebuilt.
"""

from collections import Counter
from collections.abc import Sequence

from kb.bm25 import SparseVector
from kb.embedding.token_codec import Codes, TokenCodes
from kb.errors import IndexMismatchError
from kb.index.port import Batch, Hit, IndexedPassage, Scope, Vector
from kb.passages import DocumentHead, Passage


class AbsentIndex:
    """An Index without passages; `reason` is told to whoever wants to write."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def write(self, passages: Sequence[IndexedPassage]) -> None:
        raise IndexMismatchError(self.reason)

    def delete_document(self, document_id: str, *, keep_revision: str | None = None) -> None:
        """Nothing is there."""

    def update_head(self, head: DocumentHead) -> None:
        """Nothing is there."""

    def dense(
        self, vector: Vector, scope: Scope, limit: int, *, among: Sequence[str] = ()
    ) -> list[Hit]:
        return []

    def sparse(
        self, vector: SparseVector, scope: Scope, limit: int, *, among: Sequence[str] = ()
    ) -> list[Hit]:
        return []

    def late(self, query: Codes, scope: Scope, among: Sequence[str]) -> list[Hit]:
        return []

    def token_codes(self, point_ids: Sequence[str], scope: Scope) -> dict[str, TokenCodes]:
        return {}

    def passages(self, point_ids: Sequence[str], scope: Scope) -> dict[str, Passage]:
        return {}

    def document_passages(self, document_id: str, scope: Scope) -> list[Passage]:
        return []

    def count(self, scope: Scope) -> int:
        return 0

    def total(self) -> int:
        return 0

    def inventory(self) -> Counter[Batch]:
        return Counter()

    def flush(self) -> None:
        """Nothing is there."""

    def optimise(self) -> None:
        """Nothing is there."""

    def warm(self) -> None:
        """Nothing is there."""

    def close(self) -> None:
        """Nothing is there."""
