"""From a ranking to what a reader is shown: near-duplicates once, neighbours as one passage.

Ranked passages come in, the same order goes out, with fewer and longer entries. Two texts that
differ in a figure are never duplicates of each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.lexical import terms_of
from kb.passages import Passage, Place
from kb.results import ScoredPassage
from kb.token_likeness import TokenLikeness


@dataclass(frozen=True, slots=True)
class GatheringOptions:
    """Chosen on the development sets (docs/evaluation.md); lengths in characters.

    Neighbours are merged among the first `merge` entries; two texts are near-duplicates from the
    share `alike` of common terms on, short ones only when they are the same.
    """

    merge: int = 10
    longest: int = 1_400
    alike: float = 0.9
    short: int = 12


def gather(
    ranked: Sequence[ScoredPassage], options: GatheringOptions = GatheringOptions()
) -> list[ScoredPassage]:
    """The entries to show, best first."""
    distinct = _without_near_duplicates(ranked, options)
    return _merged(distinct[: options.merge], options) + distinct[options.merge :]


def _without_near_duplicates(
    ranked: Sequence[ScoredPassage], options: GatheringOptions
) -> list[ScoredPassage]:
    kept: list[ScoredPassage] = []
    seen: list[frozenset[str]] = []
    for entry in ranked:
        terms = frozenset(terms_of(entry.passage.text))
        if not any(_same(terms, other, options) for other in seen):
            kept.append(entry)
            seen.append(terms)
    return kept


def _same(terms: frozenset[str], other: frozenset[str], options: GatheringOptions) -> bool:
    if terms == other:
        return bool(terms)
    if min(len(terms), len(other)) < options.short:
        return False
    different = terms ^ other
    if len(terms & other) < options.alike * len(terms | other):
        return False
    return not any(any(sign.isdigit() for sign in term) for term in different)


def _merged(ranked: Sequence[ScoredPassage], options: GatheringOptions) -> list[ScoredPassage]:
    """Passages that follow each other in one section become one, at the better one's place."""
    groups: list[ScoredPassage] = []
    for entry in ranked:
        for place, group in enumerate(groups):
            joined = _joined(group, entry, options.longest)
            if joined is not None:
                groups[place] = joined
                break
        else:
            groups.append(entry)
    return groups


def _joined(one: ScoredPassage, other: ScoredPassage, longest: int) -> ScoredPassage | None:
    """Both as one entry with the first one's scores, None when they are no neighbours."""
    ahead, behind = sorted((one, other), key=lambda entry: entry.passage.start)
    gap = behind.passage.start - ahead.passage.end
    if not _neighbours(ahead.passage, behind.passage) or not 0 < gap <= 2:
        return None
    if behind.passage.end - ahead.passage.start > longest:
        return None
    offset = len(ahead.passage.text) + gap
    places = [replace(place, start=place.start + offset) for place in behind.passage.places]
    return replace(
        one,
        passage=replace(
            ahead.passage,
            text=ahead.passage.text + "\n" * gap + behind.passage.text,
            end=behind.passage.end,
            places=_without_repetitions((*ahead.passage.places, *places)),
        ),
        likeness=_joined_likeness(ahead, behind, offset),
    )


def _neighbours(ahead: Passage, behind: Passage) -> bool:
    return (
        ahead.document.document_id == behind.document.document_id
        and ahead.revision == behind.revision
        and ahead.heading_path == behind.heading_path
    )


def _without_repetitions(places: Sequence[Place]) -> tuple[Place, ...]:
    kept = list(places[:1])
    for place in places[1:]:
        if (place.locator, place.page) != (kept[-1].locator, kept[-1].page):
            kept.append(place)
    return tuple(kept)


def _joined_likeness(
    ahead: ScoredPassage, behind: ScoredPassage, offset: int
) -> TokenLikeness | None:
    first, second = ahead.likeness, behind.likeness
    if first is None or second is None:
        return None
    own = second.ends > 0
    return TokenLikeness(
        np.concatenate([first.cosines, second.cosines[:, own]], axis=1),
        np.concatenate([first.ends, second.ends[own] + np.uint16(offset)]),
    )
