"""Corrections of words that no document has: which known word was meant, and how sure that is.

A typing error is told from a valid word that the documents happen not to use by the kind of edit
(`kb.spelling`): `Weiterbidlung` is corrected, `überstanden` is not taken for `Überstunden`. Only a
sure correction may change the question's wording; the others only widen the search a little.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.compounds import Compounds, behind_joint, without_joint
from kb.lexical import is_stop_word
from kb.lexicon import Words
from kb.spelling import Edit, looks_german, plausible
from kb.stems import stem

_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
_UMLAUT = re.compile(r"(?<![aeqou])(?:ae|oe|ue)")
_SHORTEST = 5
_SHORTEST_SLIP = 7
_SHORTEST_UNLIKELY = 8
_SHORTEST_DROP = 9
_SHORTEST_TWO = 9
_SHORTEST_COMPOUND = 10
_MOST = 4


class Candidate(NamedTuple):
    """A known word that may have been meant; `weight` is what it counts in the search."""

    word: str
    edit: Edit
    sure: bool
    weight: float


def corrections(folded: str, words: Words, compounds: Compounds) -> list[Candidate]:
    """What an unknown word may have been meant to be, the likeliest first; one form of each word."""
    if len(folded) < _SHORTEST:
        return []
    umlauts = with_umlauts(folded)
    if umlauts != folded and words.one_edit(umlauts):
        return _meant(umlauts, words, compounds)
    return _meant(folded, words, compounds)


def with_umlauts(folded: str) -> str:
    """`foerdern` as `fördern`; `neue` and `quelle` stay, where the letters belong apart."""
    return _UMLAUT.sub(lambda match: _UMLAUTS[match.group()], folded)


def _meant(folded: str, words: Words, compounds: Compounds) -> list[Candidate]:
    found = words.one_edit(folded)
    sure = {word for word, edit in found.items() if _sure(folded, word, edit)}
    if not found:
        found, sure = _by_stem(folded, words)
    if not found and len(folded) >= _SHORTEST_COMPOUND and not compounds.parts(folded):
        found, sure = _in_compound(folded, words, compounds)
    if not found and len(folded) >= _SHORTEST_TWO and not looks_german(folded):
        found = dict.fromkeys(words.two_edits(folded), Edit.TWO)
    ranked = sorted(found, key=lambda word: (found[word], -words.count(word), word))
    best: dict[str, Candidate] = {}
    for word in ranked:
        if is_stop_word(word):
            if best:
                continue
            return [Candidate(word, found[word], word in sure, 0.0)]
        if stem(word) not in best and len(best) < _MOST:
            first = not best
            weight = _weight(best, found[word], word in sure, len(folded))
            best[stem(word)] = Candidate(word, found[word], first and word in sure, weight)
    return list(best.values())


def _by_stem(folded: str, words: Words) -> tuple[dict[str, Edit], set[str]]:
    """Other inflections of what was meant: the form that shares the most letters at its end."""
    found: dict[str, Edit] = {}
    sure: set[str] = set()
    typed = stem(folded)
    for base, edit in words.stems_one_edit(typed).items():
        word = max(words.forms(base), key=lambda form: (_shared_ending(form, folded), -len(form)))
        found[word] = edit
        if len(typed) >= _SHORTEST_SLIP and not plausible(typed, base, folded):
            sure.add(word)
    return found, sure


def _in_compound(
    folded: str, words: Words, compounds: Compounds
) -> tuple[dict[str, Edit], set[str]]:
    """A compound no document has, with an error in one of two parts that the documents have."""
    found: dict[str, Edit] = {}
    sure: set[str] = set()
    part = compounds.known_part(folded)
    for before, rest, behind in _rests(folded, part) if part else ():
        for word, edit in words.one_edit(rest).items() if len(rest) >= _SHORTEST else ():
            if edit <= Edit.DROP and not is_stop_word(word):
                whole = before + word + behind
                found[whole] = edit
                if len(rest) >= _SHORTEST_DROP or not plausible(folded, whole):
                    sure.add(whole)
    return found, sure


def _rests(folded: str, part: str) -> Iterator[tuple[str, str, str]]:
    """What is left of a compound without a part at its end or start, and what stands around it."""
    if folded.endswith(part):
        head = folded.removesuffix(part)
        for stripped in without_joint(head):
            yield "", stripped, head[len(stripped) :] + part
    elif folded.startswith(part):
        tail = folded.removeprefix(part)
        for rest in behind_joint(tail):
            yield part + tail[: len(tail) - len(rest)], rest, ""


def _sure(typed: str, meant: str, edit: Edit) -> bool:
    """Slips are believed in longer words, everything else where the typed word looks wrong."""
    if edit <= Edit.DOUBLE or (edit.a_slip and len(typed) >= _SHORTEST_SLIP):
        return True
    if edit <= Edit.DROP and len(typed) >= _SHORTEST_DROP:
        return True
    shortest = _SHORTEST_SLIP if edit <= Edit.DROP else _SHORTEST_UNLIKELY
    return len(typed) >= shortest and not plausible(typed, meant)


def _weight(better: dict[str, Candidate], edit: Edit, sure: bool, length: int) -> float:
    """What a candidate counts; short words have too many neighbours to say much."""
    if not better:
        return 1.0 if sure else 0.6 if length >= _SHORTEST_SLIP else 0.3
    first = next(iter(better.values()))
    return 0.3 if edit <= first.edit else 0.15


def _shared_ending(one: str, other: str) -> int:
    length = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        length += 1
    return length
