"""German text analysis: one analyser for indexing and for querying, versioned.

Text comes in, terms go out: lower case, umlaut spellings (`foerder` = `förder`), `ß` = `ss`, gender
forms (`Handwerker:innen`), stop words removed, Snowball stems, and one shared term for an
abbreviation and its long form (`KMU` = „kleine und mittlere Unternehmen“). Numbers keep their value
whatever the thousands separator (`2.000` = `2 000` = `2000`).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from threading import local
from typing import NamedTuple

import Stemmer  # type: ignore[import-not-found]

ANALYSER_VERSION = "de-4"

_TOKEN = re.compile(
    r"\d{1,3}(?:[. \u00a0\u202f]\d{3})+(?!\d)(?:,\d+)?"  # 1.234.567,89 / 60 000
    r"|\d+(?:[.,]\d+)*"  # 5.4.2, 12,5, 2027
    r"|[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*"  # words, with decomposed umlauts
    r"(?:[*:_/](?:innen|in)\b)?"  # gender forms
    r"(?:\d+)?",
)
_GROUPING = re.compile(r"(?<=\d)[. \u00a0\u202f](?=\d{3}(?!\d))")
_GENDER = re.compile(r"[*:_/](innen|in)$")
_FOERDER = re.compile(
    r"^(?:ge)?förder(?:n|t|te|ten|tes|ter|tem|st|ung|ungen|nd|nde|nden|nder|lich)?$"
)

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

#: One concept, many spellings: the first is the shared term, the others are phrases or short forms.
CONCEPTS: tuple[tuple[str, ...], ...] = (
    ("kmu", "kleine und mittlere unternehmen", "kleinen und mittleren unternehmen",
     "kleiner und mittlerer unternehmen", "kleine und mittlere betriebe", "sme", "smes"),
    ("esf", "europäischer sozialfonds", "europäischen sozialfonds", "europäische sozialfonds"),
    ("efre", "europäischer fonds für regionale entwicklung",
     "europäischen fonds für regionale entwicklung"),
    ("mags", "ministerium für arbeit gesundheit und soziales", "arbeitsministerium nrw"),
    ("hwk", "handwerkskammer", "handwerkskammern"),
    ("ihk", "industrie und handelskammer", "industrie und handelskammern"),
    ("ba", "bundesagentur für arbeit"),
    ("nrw", "nordrhein westfalen", "nordrhein westfälischen", "nordrhein westfälische"),
    ("bw", "baden württemberg"),
    ("whkt", "westdeutscher handwerkskammertag", "westdeutsche handwerkskammertag",
     "westdeutschen handwerkskammertag"),
    ("wcr", "welcome center revier", "willkommenszentrum rheinisches revier"),
    ("afbg", "aufstiegsfortbildungsförderungsgesetz", "meister bafög", "meisterbafög",
     "aufstiegs bafög", "aufstiegsbafög"),
    ("azubi", "azubis", "auszubildender", "auszubildende", "auszubildenden", "lehrling",
     "lehrlinge"),
    ("alg", "arbeitslosengeld"),
    ("fue", "forschung und entwicklung", "forschungs und entwicklungsvorhaben"),
    ("kug", "kurzarbeitergeld"),
    ("prozent", "v h", "vom hundert"),
    ("euro", "eur"),
    ("km", "kilometer"),
)  # fmt: skip


class Term(NamedTuple):
    """An index term and the characters of the text it stands for."""

    text: str
    start: int
    end: int


class _Stemmers(local):
    """PyStemmer objects keep a cache and are not thread-safe: one per thread."""

    def __init__(self) -> None:
        self.german = Stemmer.Stemmer("german")


_stemmers = _Stemmers()


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Lower case, composed umlauts, `ß` as `ss`, one spelling for gender forms."""
    folded = unicodedata.normalize("NFC", word).lower().replace("ß", "ss")
    return _GENDER.sub(r"\1", folded)


@lru_cache(maxsize=200_000)
def stem(folded: str) -> str:
    """Stem of a folded word; `fördern`, `gefördert`, `Förderung` share one, `gefordert` does not."""
    umlauts = folded.replace("foerder", "förder")
    if _FOERDER.match(umlauts):
        return "förder"
    return str(_stemmers.german.stemWord(umlauts))


def _word_terms(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token[0].isdigit():
            yield _GROUPING.sub("", token), match.start(), match.end()
        else:
            yield fold(token), match.start(), match.end()


def _concept_tree() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    tree: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, *phrases in CONCEPTS:
        for phrase in (name, *phrases):
            words = tuple(fold(word) for word in phrase.split())
            tree.setdefault(words[0], []).append((words, f"={name}"))
    for entries in tree.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return tree


_CONCEPTS = _concept_tree()


def analyse(text: str) -> list[Term]:
    """All index terms of a text in order; stop words give none, an abbreviation one concept term.

    A long form keeps its words' own terms beside the concept term, so that either finds it.
    """
    words = list(_word_terms(text))
    terms: list[Term] = []
    for position, (word, start, end) in enumerate(words):
        phrase: tuple[str, ...] = ()
        for phrase, concept in _CONCEPTS.get(word, ()):
            if tuple(entry[0] for entry in words[position : position + len(phrase)]) == phrase:
                terms.append(Term(concept, start, words[position + len(phrase) - 1][2]))
                break
        else:
            phrase = ()
        if len(phrase) == 1 or word in STOP_WORDS:
            continue
        if len(word) == 1 and not word.isdigit():
            continue
        terms.append(Term(word if word[0].isdigit() else stem(word), start, end))
    return terms


@lru_cache(maxsize=4_096)
def terms_of(text: str) -> tuple[str, ...]:
    """The index terms of a text, in order and with repetitions; recent texts are remembered."""
    return tuple(term.text for term in analyse(text))
