"""Normal form of a block's text: the same words as in the file, nothing invisible, single spaces.

Used by every converter as the last step. Line joining lives here too, because text files and PDFs
must agree on what a hyphen at a line's end means.
"""

import re
import unicodedata
from collections.abc import Set

#: invisible characters that only disturb search and comparison: C0/C1 controls that are no white
#: space, soft hyphen, zero-width and direction marks, byte order mark, lone surrogates
_INVISIBLE = dict.fromkeys(
    (
        *range(0x00, 0x09),
        *range(0x0E, 0x1C),
        *range(0x7F, 0x85),
        *range(0x86, 0xA0),
        0xAD,
        0x200B,
        0x200E,
        0x200F,
        0x2060,
        0xFEFF,
        0xFFFE,
        0xFFFF,
        *range(0xD800, 0xE000),
    )
)
#: words that follow a hanging hyphen ("Förder- und Beratungsangebote"), never its second half
_CONJUNCTIONS = frozenset(("bzw", "und", "oder", "sowie", "als", "noch", "bis", "u"))
_DIVIDED = frozenset(("dennoch", "kürbis"))
_HYPHENS = "-\u2010\u2011"


def tidy(text: str) -> str:
    """NFC, white space collapsed to single spaces, soft hyphens and control characters removed."""
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text):
        return text.strip()  # the usual case; printable means neither invisible nor odd white space
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())


def join_lines(first: str, second: str, words: Set[str] = frozenset()) -> str:
    """Join two lines of one paragraph; a hyphen that only breaks a word disappears.

    „Förde-/rung“ → „Förderung“, „ESF-/Mittel“ → „ESF-Mittel“, „Förder-/und …“ → „Förder- und …“.
    `words` are words of the same document that stand inside lines; they decide when they can.
    """
    if not first or not second:
        return first or second
    if first[-1] not in _HYPHENS or not first[-2:-1].isalnum():
        return f"{first} {second}"
    word = second.split(maxsplit=1)[0].rstrip(".,;:)")
    begun = first.rsplit(maxsplit=1)[-1].lstrip('(„"')
    closed = begun[:-1] + word
    broken = second[0].islower() and first[-2].islower() and word not in _CONJUNCTIONS
    if closed in words or closed.lower() in _DIVIDED or (broken and begun + word not in words):
        return first[:-1] + second
    hanging = word in _CONJUNCTIONS or not second[0].isalnum()
    return f"{first} {second}" if hanging else first + second


_MONTHS = "Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Jahrhundert|Halbjahr|Quartal"
#: a paragraph may start with one of these and is then an item of a list: 1. 1) a) aa) (a) iv) • –
#: „21. Dezember“ is none
ITEM_MARKER = re.compile(
    rf"(?P<number>(?!\d+\. (?:{_MONTHS}))\d{{1,3}}[a-z]?[.)]"
    r"|[a-zäöü]{1,3}\)|\([a-zäöü]{1,2}\)|[ivx]{1,5}\))\s+(?=\S)"
    r"|(?P<bullet>[-–—•·*◦▪‣●○■□➢✓\uf0b7\uf0a7])\s+(?=\S)"
)


def item_depth(marker: str) -> int:
    """Nesting that a German marker implies by itself: 1. → 1, a) → 2, aa) → 3, aaa) → 4."""
    letters = marker.strip("().")
    if letters.isalpha() and letters == letters[0] * len(letters) and letters[0] not in "ivx":
        return 1 + len(letters)
    return 2 if letters.isalpha() else 1
