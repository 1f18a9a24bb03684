"""Normal form of a block's text: the same words as in the file, nothing invisible, single spaces.

Used by every converter as the last step. Line joining lives here too, because text files and PDFs
must agree on what a hyphen at a line's end means.
"""

import re
import unicodedata

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
_CONJUNCTIONS = frozenset(("und", "oder", "bzw.", "sowie", "als", "noch", "wie", "bis", "u."))
_HYPHENS = "-\u2010\u2011"


def tidy(text: str) -> str:
    """NFC, white space collapsed to single spaces, soft hyphens and control characters removed."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())


def join_lines(first: str, second: str) -> str:
    """Join two lines of one paragraph; a hyphen that only breaks a word disappears.

    „Förde-/rung“ → „Förderung“, „ESF-/Mittel“ → „ESF-Mittel“, „Förder-/und …“ → „Förder- und …“.
    """
    if not first or not second:
        return first or second
    if first[-1] not in _HYPHENS or not first[-2:-1].isalnum():
        return f"{first} {second}"
    word = second.split(maxsplit=1)[0]
    if word.rstrip(",") in _CONJUNCTIONS:
        return f"{first} {second}"
    if second[0].islower() and first[-2].islower():
        return first[:-1] + second
    if second[0].isalnum():
        return first + second
    return f"{first} {second}"


#: a paragraph may start with one of these and is then an item of a list: 1. 1) a) aa) (a) iv) • –
ITEM_MARKER = re.compile(
    r"(?P<number>\d{1,3}[a-z]?[.)]|[a-zäöü]{1,3}\)|\([a-zäöü]{1,2}\)|[ivx]{1,5}\))\s+(?=\S)"
    r"|(?P<bullet>[-–—•·*◦▪‣●○■□➢✓\uf0b7\uf0a7])\s+(?=\S)"
)


def item_depth(marker: str) -> int:
    """Nesting that a German marker implies by itself: 1. → 1, a) → 2, aa) → 3, aaa) → 4."""
    letters = marker.strip("().")
    if letters.isalpha() and letters == letters[0] * len(letters) and letters[0] not in "ivx":
        return 1 + len(letters)
    return 2 if letters.isalpha() else 1
