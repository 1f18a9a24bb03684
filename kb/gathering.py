"""From a ranking to what a reader is shown: near-duplicates once, several documents, neighbours as one.

Ranked passages come in, the same order goes out, with fewer and longer entries. What makes two
texts duplicates of each other is in `kb.repetition`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from kb.passages import Passage, Place
from kb.repetition import repeats
from kb.results import ScoredPassage
from kb.token_likeness import TokenLikeness

_SENTENCE_ENDS = (".", "!", "?", ":", ";", ",")


@dataclass(frozen=True, slots=True)
class GatheringOptions:
    """Chosen on the development sets (docs/evaluation.md); lengths in characters.

    Each passage behind the first `crowd` of its document loses `crowding` (standard deviations of the
    score) for every one beyond. Neighbours are merged among the first `merge` entries; two texts are
    near-duplicates from the share `alike` of common terms on, unless both have words of their own;
    texts of fewer than `short` terms only when they are the same.
    """

    crowd: int = 3
    crowding: float = 0.2
    merge: int = 10
    longest: int = 1_400
    alike: float = 0.9
    short: int = 12


def gather(
    ranked: Sequence[ScoredPassage],
    options: GatheringOptions = GatheringOptions(),
    *,
    historic: bool = False,
) -> list[ScoredPassage]:
    """The entries to show, best first; `historic` keeps the best of near-duplicates, however old."""
    distinct = _without_near_duplicates(ranked, options, historic=historic)
    spread = _spread(distinct, options)
    return _merged(spread[: options.merge], options) + spread[options.merge :]


def _without_near_duplicates(
    ranked: Sequence[ScoredPassage], options: GatheringOptions, *, historic: bool
) -> list[ScoredPassage]:
    """One of each group of near-duplicates, at the place of the best."""
    groups: list[list[ScoredPassage]] = []
    for entry in ranked:
        for group in groups:
            if _same(entry.passage, group[0].passage, options):
                group.append(entry)
                break
        else:
            groups.append([entry])
    shares = Counter(entry.passage.document.document_id for entry in ranked)
    return [group[0] if historic else _chosen(group, shares) for group in groups]


def _chosen(group: Sequence[ScoredPassage], shares: Mapping[str, int]) -> ScoredPassage:
    """The one in force before a superseded one, the newer before the older, then the one from the
    document of which most is shown (an answer should cite one version), then the best.

    Only documents of the best one's kind compete: minutes that repeat a guideline are not a newer
    version of it. Who keeps several versions dates the old ones: without a date counts as the newest.
    """

    def worth(entry: ScoredPassage) -> tuple[bool, int, int]:
        head = entry.passage.document
        day = (head.dated or date.max).toordinal()
        return entry.superseded_by is None, day, shares[head.document_id]

    best = group[0]
    alike = [e for e in group if e.passage.document.kind is best.passage.document.kind]
    chosen = max(alike, key=worth)  # the first of equals
    likeness = chosen.likeness
    if likeness is None and chosen.passage.text == best.passage.text:
        likeness = best.likeness  # only the first few of a ranking have one
    return replace(chosen, score=best.score, likeness=likeness)


def _same(one: Passage, other: Passage, options: GatheringOptions) -> bool:
    """Whether one repeats the other; what differs within a document does so for a reason."""
    within = one.document.document_id == other.document.document_id
    alike = 1.0 if within else options.alike
    return repeats(one.text, other.text, alike=alike, short=options.short)


def _spread(ranked: Sequence[ScoredPassage], options: GatheringOptions) -> list[ScoredPassage]:
    """Lets other documents come up where one would fill the first places."""
    before: Counter[str] = Counter()
    score, lowered = float("inf"), []
    for entry in ranked:
        document_id = entry.passage.document.document_id
        before[document_id] += 1
        beyond = max(before[document_id] - options.crowd, 0)
        score = min(score, entry.score)  # the order given holds, whatever the scores
        lower = score - options.crowding * beyond
        lowered.append((lower, replace(entry, score=lower) if beyond else entry))
    lowered.sort(key=lambda pair: -pair[0])
    return [entry for _, entry in lowered]


def _merged(ranked: Sequence[ScoredPassage], options: GatheringOptions) -> list[ScoredPassage]:
    """Passages that follow each other in one section become one, at the best one's place."""
    groups = list(ranked)
    place = 0
    while place < len(groups):
        for later in range(place + 1, len(groups)):
            joined = _joined(groups[place], groups[later], options.longest)
            if joined is not None:
                groups[place] = joined
                del groups[later]  # what was no neighbour before may be one now: look again
                break
        else:
            place += 1
    return groups


def _joined(one: ScoredPassage, other: ScoredPassage, longest: int) -> ScoredPassage | None:
    """Both as one entry with the first one's scores, None when they are no neighbours."""
    ahead, behind = sorted((one, other), key=lambda entry: entry.passage.start)
    gap = behind.passage.start - ahead.passage.end
    if not _neighbours(ahead.passage, behind.passage) or not 0 < gap <= 2:
        return None
    if behind.passage.end - ahead.passage.start > longest:
        return None
    if not ahead.passage.text.rstrip("“”\"')] ").endswith(_SENTENCE_ENDS):
        return None  # rows and entries stand for themselves; joined they would read as one sentence
    offset = len(ahead.passage.text) + gap
    places = [replace(place, start=place.start + offset) for place in behind.passage.places]
    return replace(
        one,
        passage=replace(
            ahead.passage,
            text=ahead.passage.text + "\n" * gap + behind.passage.text,
            end=behind.passage.end,
            places=_without_repetitions((*ahead.passage.places, *places)),
            confidence=_lower(ahead.passage.confidence, behind.passage.confidence),
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


def _lower(one: float | None, other: float | None) -> float | None:
    """The less sure of two confidences; None is that of text that needed no recognition."""
    known = [confidence for confidence in (one, other) if confidence is not None]
    return min(known, default=None)


def _joined_likeness(
    ahead: ScoredPassage, behind: ScoredPassage, offset: int
) -> TokenLikeness | None:
    """Of both; where one has none, its part is like a text without tokens."""
    first, second = ahead.likeness, behind.likeness
    if second is None:
        return first
    ends = second.ends.astype(np.int32)
    if first is None:
        return TokenLikeness(second.cosines, np.where(ends > 0, ends + offset, 0).astype(np.uint16))
    own = ends > 0
    return TokenLikeness(
        np.concatenate([first.cosines, second.cosines[:, own]], axis=1),
        np.concatenate([first.ends, (ends[own] + offset).astype(np.uint16)]),
    )
