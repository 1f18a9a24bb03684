"""What time does to a ranking: superseded and expired documents come later.

The heads of the live documents and a day come in; who replaces whom, and what a document loses for
it, come out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kb.index.port import Scope
from kb.passages import DocumentHead
from kb.state.registry import Live
from kb.validity import ValidityState


@dataclass(frozen=True, slots=True)
class Penalties:
    """In standard deviations of the fused score, chosen on the development sets."""

    expired: float = 0.75
    superseded: float = 1.5

    def of(self, head: DocumentHead, successor: DocumentHead | None, as_of: date) -> float:
        """What a document loses on this day."""
        if successor is not None:
            return self.superseded
        if head.validity.state(as_of) is ValidityState.EXPIRED:
            return self.expired
        return 0.0


def successors_of(live: Mapping[str, Live], scope: Scope, as_of: date) -> dict[str, DocumentHead]:
    """Superseded documents with the newest visible version that replaces each on this day."""
    newer = [
        entry.head
        for entry in live.values()
        if entry.head.supersedes
        and scope.viewer.may_see(entry.head.audience)
        and entry.head.validity.state(as_of) is not ValidityState.UPCOMING
    ]
    by_name = {head.supersedes: head for head in sorted(newer, key=_age)}
    found: dict[str, DocumentHead] = {}
    for document_id, entry in live.items() if by_name else ():
        passed = {document_id}
        head = entry.head
        while (
            following := by_name.get(head.file) or by_name.get(head.document_id)
        ) and following.document_id not in passed:
            passed.add(following.document_id)
            found[document_id] = head = following
    return found


def _age(head: DocumentHead) -> tuple[date, str]:
    """Orders the versions of a document, oldest first; undated ones are the oldest."""
    return head.validity.valid_from or head.dated or date.min, head.document_id
