"""German text analysis: one analyser for indexing and for querying, versioned.

Text comes in, terms go out: lower case, umlaut spellings (`foerder` = `förder`), `ß` = `ss`, gender
forms (`Handwerker:innen`), stop words removed, Snowball stems, and one shared term for an
abbreviation and its long form (`KMU` = „kleine und mittlere Unternehmen“). Numbers keep their value
however they are written (`2.000` = `2 000`, `1,5 Mio.` = `1.500.000`, `zwölf` = `12`); sections and
dates have terms of their own (`kb.references`).
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kb.concepts import concept_tree
from kb.dates import dates_in
from kb.references import cited_in
from kb.stems import fold, stem

ANALYSER_VERSION = "de-5"

_TOKEN = re.compile(
    r"\d{1,3}(?:[. \u00a0\u202f]\d{3})+(?!\d)(?:,\d+)?"  # 1.234.567,89 / 60 000
    r"|\d+(?:[.,]\d+)*"  # 5.4.2, 12,5, 2027
    r"|[^\W\d_]+"  # words …
    r"(?:(?=[\u0300-\u036f*:_·/’'(])(?:[\u0300-\u036f]+[^\W\d_]*)*"  # … with decomposed umlauts …
    r"(?:(?:[*:_·/’']|/-)(?:innen|in)\b|\((?:innen|in)\))?)?\d*"  # … and gender forms
    r"|[€%]",
)
_SHORTEST_WORD, _LONGEST_WORD = 2, 60
_GROUPING = re.compile(r"(?<=\d)[. \u00a0\u202f](?=\d{3}(?!\d))")
_DECIMALS = re.compile(r"^\d+,\d+$")
_POWERS = {"tsd": 3, "tausend": 3, "mio": 6, "million": 6, "millionen": 6,
           "mrd": 9, "milliarde": 9, "milliarden": 9}  # fmt: skip
_NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(), start=2
    )
} | {"zwanzig": "20", "dreissig": "30", "vierzig": "40", "fünfzig": "50"}

STOP_WORDS = frozenset(
    """
    aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf
    aus bei beim bin bis bist da dabei dadurch dafür dagegen daher damit danach dann daran darauf
    daraus darf darin darüber das dass dein deine dem den denen denn der deren des dessen dich die
    dies diese diesem diesen dieser dieses dir doch dort du durch dürfen ein eine einem einen einer
    eines einige er es etwa etwas euch euer eure für gegen gibt gibts hab habe haben hat hatte hatten
    hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist ja jede
    jedem jeden jeder jedes jetzt kann kein keine keinem keinen keiner können könnte man mehr mein
    meine meinem meinen meiner mich mir mit muss müssen nach nicht noch nun nur ob oder ohne schon
    sehr sein seine seinem seinen seiner selbst sich sie sind so soll sollen sonst soweit sowie über
    um und uns unser unsere unserem unseren unserer unter vom von vor war waren was weil welche
    welchem welchen welcher welches wenn wer werde werden wie wieder will wir wird wo wofür woran
    worauf wurde wurden würde zu zum zur zwar zwischen wann warum wieso weshalb wen wem wessen wohin
    woher viel wieviel bitte gerne mal eigentlich überhaupt bzw ggf
    the a an of to in is are for and or on at by with what which who whom how when where why do does
    did can may we i our my it its be as from that this his her their there need
    """.split()
)
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_STOPPED = STOP_WORDS | {word.translate(_PLAIN) for word in STOP_WORDS}


class Term(NamedTuple):
    """An index term and the characters of the text it stands for."""

    text: str
    start: int
    end: int


class Token(NamedTuple):
    """A word or number of the text: folded, and its stem."""

    word: str
    stem: str
    start: int
    end: int


_CONCEPTS = concept_tree()


def analyse(text: str) -> list[Term]:
    """All index terms of a text in order; stop words give none, an abbreviation one concept term.

    A long form keeps its words' own terms beside the concept term, so that either finds it.
    """
    tokens = tokens_of(text)
    terms: list[Term] = []
    inside = 0
    for position, token in enumerate(tokens):
        concept, length = _concept_at(tokens, position) if position >= inside else ("", 0)
        stopped = token.word in _STOPPED
        if concept and not (stopped and length == 1):
            inside = position + length
            terms.append(Term(concept, token.start, tokens[inside - 1].end))
        letter = len(token.word) == 1 and not token.word.isdigit()
        if length != 1 and not stopped and not letter:
            terms.append(Term(token.stem, token.start, token.end))
    if any(character.isdigit() for character in text):
        terms = _with_references(text, terms)
    return terms


def _with_references(text: str, terms: list[Term]) -> list[Term]:
    """Sections and dates among the other terms; a date in figures is no number as well."""
    dates = list(dates_in(text))
    figures = [(found.start, found.end) for found in dates if found.in_figures]
    cited = (Term(*citation) for citation in cited_in(text))
    others = [
        term
        for term in (*terms, *cited)
        if not any(start <= term.start < end for start, end in figures)
    ]
    days = [Term(name, found.start, found.end) for found in dates for name in found.terms]
    return sorted([*others, *days], key=lambda term: term.start)


@lru_cache(maxsize=4_096)
def terms_of(text: str) -> tuple[str, ...]:
    """The index terms of a text, in order and with repetitions; recent texts are remembered."""
    return tuple(term.text for term in analyse(text))


def term_of(folded: str) -> str:
    """The index term of a single folded word: its concept's, else its stem."""
    base = stem(folded)
    for phrase, concept in _CONCEPTS.get(base, ()):
        if len(phrase) == 1:
            return concept
    return base


def words_of(text: str) -> set[str]:
    """The different words of a text in lower case, without numbers, stop words and very long ones."""
    words: set[str] = set()
    for match in _TOKEN.finditer(text):
        written = match.group()
        if written[0].isalpha() and _SHORTEST_WORD <= len(written) <= _LONGEST_WORD:
            folded = _form(written)[0]
            if folded not in _STOPPED:
                words.add(
                    unicodedata.normalize("NFC", written).lower() if "ß" in written else folded
                )
    return words


def is_stop_word(folded: str) -> bool:
    """Whether a folded word gives no term; `fuer` counts like `für`."""
    return folded in _STOPPED


@lru_cache(maxsize=256)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Words and numbers of a text in order, stop words too; dates and sections are not read."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        written, (start, end) = match.group(), match.span()
        if written[0].isdigit():
            value = _value(_GROUPING.sub("", written))
            tokens.append(Token(value, value, start, end))
            continue
        token = Token(*_form(written), start, end)
        power = _POWERS.get(token.word, 0)
        if (
            power
            and tokens
            and tokens[-1].word[0].isdigit()
            and text[tokens[-1].end : start] == " "
        ):
            number = tokens.pop()
            value = _times(number.word, power)
            token = Token(value, value, number.start, end)
        tokens.append(token)
    return tuple(tokens)


@lru_cache(maxsize=200_000)
def _form(written: str) -> tuple[str, str]:
    word = fold(written)
    return word, _NUMBER_WORDS.get(word) or stem(word)


def _value(number: str) -> str:
    """Without the decimals that say nothing: `5000,00`, `12,50`."""
    return number.rstrip("0").rstrip(",") if _DECIMALS.match(number) else number


def _times(number: str, power: int) -> str:
    whole, _, decimals = number.partition(",")
    if not (whole + decimals).isdigit() or len(decimals) > power:
        return number
    return str(int(whole + decimals.ljust(power, "0")))


def _concept_at(tokens: Sequence[Token], position: int) -> tuple[str, int]:
    """The longest concept phrase that begins here and how many words it has, or ("", 0)."""
    for phrase, concept in _CONCEPTS.get(tokens[position].stem, ()):
        length = len(phrase)
        if tuple(token.stem for token in tokens[position : position + length]) == phrase:
            return concept, length
    return "", 0
