"""Ranking signals: what a document's head adds to the scores of its passages, or takes from them.

A signal is a function of head and query. Time is one of its own (`kb.versions`), because it also has
to say by which newer version a document is replaced; and how well a scan could be read is known
only of the passage itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from kb.passages import DocumentHead, Kind, Passage
from kb.results import Query

#: what a poorly read passage loses, in standard deviations of the score: less than an expired one
_POORLY_READ = 0.15


def reading_penalty(passage: Passage) -> float:
    """What a bad scan takes from a passage's score."""
    return _POORLY_READ if passage.poorly_read else 0.0


class Signal(Protocol):
    """Anything that is known of a document before it is read: kind, publisher, region …"""

    def __call__(self, head: DocumentHead, query: Query) -> float:
        """In standard deviations of the fused score; 0 for a document it says nothing about."""


@dataclass(frozen=True, slots=True)
class KindSignal:
    """Documents of some kinds before or behind the others."""

    weights: Mapping[Kind, float]

    def __call__(self, head: DocumentHead, query: Query) -> float:
        """What the head's kind adds, whatever the query."""
        return self.weights.get(head.kind, 0.0)
