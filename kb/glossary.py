"""English words of the field in German, so that English questions meet German passages lexically.

Dense vectors cross the languages by themselves; BM25 and sentence choice need the German words. A
text comes in; it goes out with every known word or phrase in German (`english.txt`) and without
English function words. Names and unknown words stay: what cannot be translated is asked for as well.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_LONGEST_PHRASE = 6
_FUNCTION_WORDS = frozenset(
    """
    a an the and or but if of to in on at by for from with without within into about as than then so
    is are am was were be been being do does did done can could may might must shall should will would
    has have had having i we you he she it they me us him them my our your his her its their this that
    these those there here what which who whom whose when where why how any some many much more most
    no not only also just please per each every all both other another such own same still yet already
    tell give want like need know find take make let long high low fast quickly early late usually
    before after
    """.split()
)
#: English words that German has too: by themselves they tell no language.
_SHARED = frozenset(
    """
    region regional plan partner person name budget software export innovation material hotline
    minister visa bonus start job form portal seminar school rate term unit board fund service
    """.split()
)


def in_german(text: str) -> str:
    """The text with known English words in German, the longest phrase first."""
    words = list(_WORD.finditer(text))
    pieces: list[str] = []
    end = index = 0
    while index < len(words):
        german, length = _translated(
            [word.group() for word in words[index : index + _LONGEST_PHRASE]]
        )
        pieces += (text[end : words[index].start()], german)
        end = words[index + length - 1].end()
        index += length
    return " ".join("".join((*pieces, text[end:])).split())


def is_english(word: str) -> bool:
    """Whether a word is known as English and German does not have it too."""
    lower = word.lower()
    return lower not in _SHARED and any(form in _phrases() for form in _forms(lower))


def _translated(words: list[str]) -> tuple[str, int]:
    """The German for the longest phrase at the beginning of some words, and how many words it has."""
    for length in range(len(words), 0, -1):
        *front, last = (word.lower().replace("’", "'") for word in words[:length])
        for form in _forms(last):
            german = _phrases().get(" ".join((*front, form)))
            if german is not None:
                return german, length
    return ("" if words[0].lower() in _FUNCTION_WORDS else words[0]), 1


def _forms(word: str) -> Iterator[str]:
    """A word as it stands and what it may be a plural or a verb form of (“applies” → “apply”)."""
    yield word
    if word.endswith(("ies", "ied")):
        yield word[:-3] + "y"
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word.removesuffix(ending)
            yield stem
            if ending == "ing":
                yield stem + "e"
            if stem[-1] == stem[-2:-1]:
                yield stem[:-1]


@cache
def _phrases() -> dict[str, str]:
    """German by English word or phrase, in small letters."""
    lines = (files("kb") / "english.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" = ", 1) for line in lines if " = " in line and not line.startswith("#"))
    return {english.strip(): german.strip() for english, german in pairs}
