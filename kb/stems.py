"""Forms of one word: folding, stems, and the root that the verbs and nouns of a family share.

A word comes in, a form to compare comes out. `fold` unifies spellings and `stem` inflections; both
are part of the index. `root` unites derivations (`prüfen`, `geprüft`, `Prüfung`), only for questions.
"""

import re
import unicodedata
from functools import lru_cache
from threading import local

import Stemmer  # type: ignore[import-not-found]

_GENDER = re.compile(r"(?:[*:_·/’']|/-|\()(innen|in)\)?$")
_FEMININE_PLURAL = re.compile(r"^(.{3,})innen$")
_FEMININE = re.compile(
    r"^(.*(?:ent|ant|ist|ert|ekt|eut|irt|amt|ält|rzt|rät|gatt|dat|urg|hef|öch|eur|tor|sor|log|gog|leg"
    r"|lots|bar))in$"
)
#: verbs and names that end like a feminine noun
_NOT_FEMININE = re.compile(
    r"(?:begi|gewi|besi|entsi|ersi|spi)nnen$|^(?:ge|ver|zer|ent)rinnen$|^(?:konst|brab)antin$"
    r"|^(?:val|flor)entin$"
)
_FOERDER = re.compile(
    r"^(?:ge)?förder(?:n|t|te|ten|tes|ter|tem|st|ung|ungen|nd|nde|nden|nder|lich)?$"
)

_PREFIX = (
    "ab|an|auf|aus|bei|durch|ein|fest|fort|her|hin|los|mit|nach|statt|teil|um|vor|weg|weiter|wieder|zu"
    "|zurück|zusammen"
)
_NO_PARTICIPLE = (
    "biet|bot|braucht|burt|bühr|dicht|fährd|fähr|halt|hört|lang|legenh|mein|mt|nehmig|richt|samt|schicht"
    "|sellschaft|sicht|stalt|statt|sund|walt|währ|werb|wicht|winn"
)
_PARTICIPLE = re.compile(
    rf"^(?:({_PREFIX})ge(.{{3,}}?)(?:t|en)(?:e[mnrs]?)?|ge(?!{_NO_PARTICIPLE})(.{{3,}}?)t(?:e[mnrs]?)?)$"
)
_LOAN = re.compile(r"^(.{3,}[^aeiou])(?:ier(?:en|t|te|ten|tes|ter|tem|ung|ungen)|[ai]tion(?:en)?)$")
_DERIVED = re.compile(r"^(?:(.{4,}?)(?:ung|keit|heit|schaft|lich|ig|bar|end)|(.{3,})er)$")
_PERSON = re.compile(r"^(.{3,}[^aeiouyäöüs])t$|^(.{4,})et$")

#: Strong verbs of the field with the nouns made from them: the first form stands for the others.
_STRONG = """
    berat berät beriet berieten; helf hilft half halfen geholfen; gelt gilt galt galten
    gegolten; erhalt erhält erhielt erhielten; nehm nimmt nahm nahmen genommen; übernehm
    übernimmt übernahm übernahmen übernommen übernahme; teilnehm teilnimmt teilgenommen
    teilnahme; aufnehm aufgenommen aufnahme; unternehm unternimmt unternommen; geb gibt gab
    gaben gegeben; vergeb vergibt vergab vergabe; abgeb abgegeben abgabe; trag trägt trug trugen
    getragen; betrag beträgt betrug betrugen; beantrag beantragen beantragt beantragte
    beantragten beantragung antrag antrags antrages anträge anträgen antragstellung; beauftrag
    beauftragt beauftragung auftrag auftrags aufträge aufträgen; halt hält hielt hielten
    gehalten; lauf läuft lief liefen gelaufen; abschliess abschluss abschlüsse abschlüssen
    abgeschlossen abgeschlossene abgeschlossenen; beschliess beschluss beschlüsse beschlossen
    beschloss; sprech spricht sprach sprachen gesprochen; entsprech entspricht entsprach
    entsprochen; find findet fand fanden gefunden; stattfind stattfindet stattfand
    stattgefunden; bring bringt brachte gebracht; geh geht ging gingen gegangen; komm kommt kam
    kamen gekommen; steh steht stand standen gestanden; entsteh entsteht entstand entstanden;
    besteh besteht bestand bestanden; leih leiht lieh geliehen; verleih verliehen verleiht; biet
    bietet bot boten geboten; anbiet angebot angebote angeboten angebotene; bewerb bewirbt
    bewarb bewarben beworben; werb wirbt warb geworben; anerkenn anerkannt anerkannte
    anerkannten; nenn genannt; benenn benannt; wachs wächst wuchs gewachsen; verlier verliert
    verlor verloren verlust verluste; bezieh bezieht bezog bezogen bezug bezüge; einbezieh
    einbezogen einbezug; seh sieht sah sahen gesehen; les liest las gelesen; schreib schreibt
    schrieb geschrieben; ausschreib ausgeschrieben; bleib bleibt blieb geblieben; tret tritt
    trat traten getreten; vertret vertritt vertrat; erheb erhebt erhob erhoben; weis weist wies
    gewiesen; nachweis nachgewiesen; entscheid entscheidet entschied entschieden; ruf ruft rief
    gerufen; abruf abgerufen; beginn beginnt begann begonnen; einreich eingereicht
"""


class _Stemmers(local):
    """PyStemmer objects are not thread-safe: one per thread (without its cache, ours is faster)."""

    def __init__(self) -> None:
        self.german = Stemmer.Stemmer("german", 0)


_stemmers = _Stemmers()


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Lower case, composed umlauts, `ß` as `ss`, gender forms as the masculine one."""
    folded = unicodedata.normalize("NFC", word).lower().replace("ß", "ss")
    if not folded.isalpha():
        folded = _GENDER.sub(r"\1", folded)
    if not folded.endswith(("innen", "in")) or _NOT_FEMININE.search(folded):
        return folded
    match = _FEMININE_PLURAL.match(folded) or _FEMININE.match(folded)
    if match is None:
        return folded
    return f"{match.group(1)}e" if match.group(1).endswith("s") else match.group(1)


@lru_cache(maxsize=65_536)
def stem(folded: str) -> str:
    """Stem of a folded word; `fördern`, `gefördert`, `Förderung` share one, `gefordert` does not."""
    if "f" in folded and _FOERDER.match(folded.replace("foerder", "förder")):
        return "förder"
    return str(_stemmers.german.stemWord(folded))


@lru_cache(maxsize=65_536)
def root(folded: str) -> str:
    """What the words of a family share, else the stem: `zahl` for `gezahlt`, `Zahlung`, `zahlen`.

    Coarse by design (about one family in fifteen unites strangers), so it never decides alone.
    """
    word = _STRONG_FORMS.get(folded, folded)
    if word is folded:
        if match := _LOAN.match(word):
            base = match.group(1)
            return str(stem(base[:-1] + "k" if base[-1] in "zc" else base))
        if match := _PARTICIPLE.match(word):
            word = (match.group(1) or "") + (match.group(2) or match.group(3))
    shortest = stem(word)
    for ending in (_DERIVED, _PERSON, _DERIVED):
        if match := ending.match(shortest):
            shortest = match.group(1) or match.group(2)
    return shortest


def _strong_forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for family in _STRONG.split(";"):
        first, *others = family.split()
        forms.update(dict.fromkeys(map(fold, others), first))
    return forms


_STRONG_FORMS = _strong_forms()
