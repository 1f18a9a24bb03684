"""References to sections: what a text cites, and which sections a passage is itself.

`§ 82 Abs. 2 SGB III`, `Paragraf 82`, `§§ 82 bis 84`, `Art. 9`, `Nr. 5.4` give terms like `§82`,
`§82(2)`, `§art9`, `§nr5.4`. What a passage is, told by its locators, has the same terms behind an `@`,
so that being § 82 counts more than naming it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kb.stems import fold, stem

#: begins every term of a cited section
CITED = "§"
#: marks the terms of a passage's own sections
OWN = "@"

_NUMBER = r"\d{1,4}(?:\s?[a-z]\b(?!\)))?"
_DETAIL = (
    r"(?:\s*(?:Abs(?:atz(?:es)?|\.)|\()\s*(\d{1,2}[a-z]?)\)?)?"
    r"(?:,?\s*(?:Satz|S\.)\s*\d{1,2})?"
    r"(?:,?\s*(?:Nr\.|Nummer|Ziff\.|Ziffer)\s*(\d{1,3}[a-z]?))?"
)
_PLACE = re.compile(rf"({_NUMBER}){_DETAIL}", re.IGNORECASE)
_SECTION = re.compile(
    r"(§{1,2}|\bParagra(?:ph|f)(?:en|s)?\b|\bsec(?:tions?|\.)(?=\s\d)"
    r"|\bArt(?:ikel[ns]?|\.|icles?)?(?=\s?\d))\s*"
    rf"({_NUMBER}{_DETAIL}(?:\s*(?:,|und|oder|bis|sowie|–|-|and|to)\s*{_NUMBER}{_DETAIL})*)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d{1,4})\s*(?:bis|–|-|to)\s*(\d{1,4})\b", re.IGNORECASE)
_LONGEST_RANGE = 30
_POINT = re.compile(
    r"\b(?:Nr\.|Nummer|Ziff\.|Ziffer|Punkt|Abschnitt|Kapitel)\s*(\d{1,2}(?:\.\d{1,2}){0,4})\b"
    r"|(?<![\d.,])([1-9]\d?(?:\.[1-9]\d?){1,4})(?![\d.,]*\d|\s?(?:Euro|EUR|€|%|Mio|Uhr))",
    re.IGNORECASE,
)
_DETAIL_BEFORE = re.compile(r"(?:Abs\.|Absatz|Satz)\s*\d+\w?,?\s*$")
_LAW = re.compile(r"\b(?=\w{2,12}\b)[A-ZÄÖÜ][A-Za-zÄÖÜäöü]*[A-ZÄÖÜ]\b")
_ANNEX = re.compile(r"\b(?:Anlage|Anhang)\s+(\d{1,2}[a-z]?|[A-ZIVX]{1,4})\b")


class Citation(NamedTuple):
    """The term of a section and the characters that name it."""

    text: str
    start: int
    end: int


def cited_in(text: str) -> Iterator[Citation]:
    """The sections that a text names; `§ 3 Abs. 2` names § 3 and its Absatz."""
    taken: list[tuple[int, int]] = []
    for match in _SECTION.finditer(text):
        taken.append(match.span())
        sign = f"{CITED}art" if match.group(1)[:3].lower() == "art" else CITED
        for name in dict.fromkeys(_places(sign, match.group(2))):
            yield Citation(name, match.start(), match.end())
    for match in _POINT.finditer(text):
        inside = any(start < match.end() and match.start() < end for start, end in taken)
        if not inside and not _DETAIL_BEFORE.search(
            text[max(match.start() - 16, 0) : match.start()]
        ):
            yield Citation(
                f"{CITED}nr{match.group(1) or match.group(2)}", match.start(), match.end()
            )
    for match in _ANNEX.finditer(text):
        yield Citation(f"{CITED}anlage{match.group(1).lower()}", match.start(), match.end())


def own_terms(locators: Iterable[str]) -> frozenset[str]:
    """Terms of the sections that a passage with these locators is, those around it included."""
    names: set[str] = set()
    for locator in locators:
        for name, _, _ in cited_in(locator):
            names.add(name)
            if name.startswith(f"{CITED}nr"):
                levels = name.split(".")
                names.update(".".join(levels[:depth]) for depth in range(1, len(levels)))
    return frozenset(OWN + name for name in names)


def laws_in(text: str, terms: Iterable[str]) -> frozenset[str]:
    """Terms that name a law: concepts (`=sgb3`) and abbreviations written like `HwO`, `BBiG`."""
    named = {stem(fold(match.group())) for match in _LAW.finditer(text)}
    return frozenset(named | {term for term in terms if term.startswith("=")})


def in_law(own: Iterable[str], laws: Iterable[str]) -> frozenset[str]:
    """Terms for the sections of these laws: § 82 of the SGB III is not § 82 of another."""
    sections = [term for term in own if "(" not in term]
    return frozenset(f"{section}{law}" for law in laws for section in sections)


def _places(sign: str, listed: str) -> Iterator[str]:
    for match in _PLACE.finditer(listed):
        number = match.group(1).replace(" ", "").lower()
        yield f"{sign}{number}"
        if match.group(2):
            yield f"{sign}{number}({match.group(2).lower()})"
        if match.group(3):
            yield f"{sign}{number}({(match.group(2) or '').lower()}){match.group(3).lower()}"
    for match in _RANGE.finditer(listed):
        first, last = int(match.group(1)), int(match.group(2))
        if first < last <= first + _LONGEST_RANGE:
            yield from (f"{sign}{number}" for number in range(first + 1, last))
