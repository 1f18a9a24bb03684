"""Typing errors made on purpose, the same for the same seed: what search must put up with.

One edit in half of the words over six letters: two neighbours swapped, a letter dropped, doubled,
or struck on the key beside it (German QWERTZ). Any place of a word may be hit, the first as well.
"""

import random
import re
from dataclasses import replace

from assistant.evaluation.ranking import RetrievalSet

_WORD = re.compile(r"[^\W\d_]{7,}")
_ROWS = ("qwertzuiopü", "asdfghjklöä", "yxcvbnm")
_BESIDE = {
    key: "".join(row[max(at - 1, 0) : at] + row[at + 1 : at + 2])
    for row in _ROWS
    for at, key in enumerate(row)
}


def misspelt(data: RetrievalSet, seed: int) -> RetrievalSet:
    """The same set, its queries with typing errors."""
    queries = {query: with_typing_errors(text, seed) for query, text in data.queries.items()}
    return replace(data, queries=queries)


def with_typing_errors(text: str, seed: int) -> str:
    """The text with one edit in half of its words over six letters (an odd one out by lot)."""
    chance = random.Random(f"{seed}/{text}")
    words = list(_WORD.finditer(text))
    hit = chance.sample(words, (len(words) + chance.randrange(2)) // 2)
    for word in sorted(hit, key=lambda match: -match.start()):
        text = text[: word.start()] + _misspelt(word.group(), chance) + text[word.end() :]
    return text


def _misspelt(word: str, chance: random.Random) -> str:
    """One edit that changes the word."""
    while True:
        at = chance.randrange(len(word))
        changed = _edited(word, at, chance.choice(("swap", "drop", "double", "beside")), chance)
        if changed.lower() != word.lower():
            return changed


def _edited(word: str, at: int, edit: str, chance: random.Random) -> str:
    before, letter, after = word[:at], word[at], word[at + 1 :]
    if edit == "swap":
        return before + after[:1] + letter + after[1:]
    if edit == "drop":
        return before + after
    if edit == "double":
        return before + letter + letter + after
    beside = chance.choice(_BESIDE.get(letter.lower(), letter))
    return before + (beside.upper() if letter.isupper() else beside) + after
