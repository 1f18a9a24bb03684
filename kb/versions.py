"""What time does to a ranking: superseded and expired documents come later.

The heads of the live documents and a day come in; who replaces whom, and what a document loses for
it, come out.
"""

from dataclasses import dataclass
from datetime import date

from kb.index.port import Scope
from kb.passages import DocumentHead
from kb.state.registry import LiveDocuments
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


class Successors:
    """Which newer version replaces a document on a day, as far as the scope's viewer may see it."""

    def __init__(self, live: LiveDocuments, scope: Scope, as_of: date) -> None:
        newer = [
            entry.head
            for entry in live.superseding
            if scope.viewer.may_see(entry.head.audience)
            and entry.head.validity.state(as_of) is not ValidityState.UPCOMING
        ]
        self._by_name = {head.supersedes: head for head in sorted(newer, key=_age)}

    def of(self, head: DocumentHead) -> DocumentHead | None:
        """The newest version at the end of the chain; None for a document that nothing replaces."""
        passed, newest = {head.document_id}, head
        while following := self._by_name.get(newest.file) or self._by_name.get(newest.document_id):
            if following.document_id in passed:
                break
            passed.add(following.document_id)
            newest = following
        return None if newest is head else newest


def _age(head: DocumentHead) -> tuple[date, str]:
    """Orders the versions of a document, oldest first; undated ones are the oldest."""
    return head.validity.valid_from or head.dated or date.min, head.document_id
