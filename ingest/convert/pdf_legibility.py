"""Whether a page's text layer is language: scans have none, some fonts map letters to nonsense."""

import re
from collections import Counter

_UNMAPPED = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
#: glyphs of symbol fonts that stand for bullets and boxes; they say nothing about the letters
_SYMBOLS = re.compile(r"[\uf020-\uf0ff]")
_WORD = re.compile(r"[A-Za-zÄÖÜäöüßÀ-ÿĀ-ſ]{3,}")
_VOWEL = re.compile(r"[aeiouyäöüà-ÿāăąēęěīıōőūůű]", re.IGNORECASE)
#: letter pairs frequent in German, English, French, Turkish and Polish alike
_PAIRS = (
    "en er ch de ei in te ie un nd ge st es an re he au ne sc se be di ic ll it ti ar ra al la on "
    "th at or is le ou ur me em li ir ri ma ka ze ni na zi ta el us ng"
)
_MIN_WORDS = 20
#: a letter that the font does not map, inside a word
_HOLE = re.compile(
    r"[^\W\d_][\x00-\x08\x0e-\x1f\ufffd\ue000-\uf01f\uf100-\uf8ff]|"
    r"[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf01f\uf100-\uf8ff][^\W\d_]"
)
_MANY_HOLES = 0.03


def problem(text: str) -> str:
    """Why a page's text cannot be used, as a German half-sentence; empty when it can be."""
    visible = "".join(_SYMBOLS.sub("", text).split())
    if not visible:
        return "kein lesbarer Text (vermutlich ein Scan)"
    if len(_UNMAPPED.findall(visible)) > 0.2 * len(visible):
        return "unbrauchbare Textebene (die Schrift enthält keine Zeichenzuordnung)"
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) >= _MIN_WORDS and not _is_language(words):
        return "unbrauchbare Textebene (die Zeichen ergeben keine Wörter)"
    return ""


def has_holes(text: str) -> bool:
    """Whether so many words lack a letter that searching would miss them („F\ufffdrderung“)."""
    words = text.split()
    torn = sum(1 for word in words if _HOLE.search(word))
    return len(words) >= _MIN_WORDS and torn > _MANY_HOLES * len(words)


def _is_language(words: list[str]) -> bool:
    with_vowel = sum(1 for word in words if _VOWEL.search(word))
    pairs = Counter(word[at : at + 2] for word in words for at in range(len(word) - 1))
    usual = sum(count for pair, count in pairs.items() if f"{pair} " in f"{_PAIRS} ")
    return with_vowel >= 0.6 * len(words) and usual >= 0.2 * sum(pairs.values())
