"""The sign „§“ where only the words around it can tell: „$ 82 SGB III“, „8 82 Abs. 2“, „§ 8 8 Satz 1“.

Put right only where no other reading makes sense: a number behind it, and behind that „Abs.“, „Satz“,
„Nr.“ with their own number or a law's abbreviation. A figure that may belong to an amount, to a
listing or to a reference of its own („Nr. 8“, „S. 8“, „8 500“) stays a figure.
"""

import re

_NUMBER = r"[1-9]\d{0,3}[a-z]?"
_LAW = (
    r"(?:SGB(?: ?(?:[IVX]{1,4}|\d{1,2}))?|BGB|HGB|StGB|ZPO|StPO|VwVfG|VwGO|LHO|BHO|GG|AO|HwO|GewO|InsO"
    r"|EStG|UStG|KStG|GWB|AEUV|DSGVO|BDSG|BBiG|BAf[öo]G|AFBG|AufenthG|BeschV|AZAV|UrhG|ArbGG|KSchG|TzBfG"
    r"|[A-ZÄÖÜ][A-Za-zÄÖÜäöüß]{1,14}(?:G|VO|V|O)(?:-[A-Z]{2,3})?)(?![\w-])"
)
_PART = (
    r"(?:(?:Abs(?:\.|atz|ätze)|S(?:atz|ätze)|Nrn?\.|Nummern?|Buchst(?:\.|abe)|Halbs(?:\.|atz))"
    r" ?[\da-zIl])"
)
_LISTED = rf"(?:(?:,| und| oder| bis|[-–]) ?(?:{_NUMBER})(?! ?\d))"
#: what proves that the number before it is a section's
_PROOF = rf"(?={_LISTED}{{0,4}}(?: {_PART}|,? {_LAW}))"
#: words and marks after which a figure is a figure of theirs
_OWN_FIGURE = re.compile(
    r"(?:\d|[,:;/€%$§–-]|\b(?:Nr|Nrn|Nummern?|Satz|Sätze|Abs|Absatz|Absätze|Seiten?|S|Zeilen?|Ziff|Ziffern?"
    r"|Punkt|TOP|Tabelle|Anlage|Anhang|Artikel|Art|Kapitel|Teil|Abschnitt|Stufe|Gruppe|Klasse|Buchst|Rn|Fn"
    r"|um|rund|etwa|circa|ca|über|unter|von|je|bis|und|oder|mal|Euro|EUR|Mio|Tsd|USD)\.?)\s*$"
)
_FOR_SIGN = re.compile(
    rf"(?<![\w§$.,])(?P<sign>\$\$?|88?|8\$|\$8|S)(?P<space> ?)(?P<number>{_NUMBER}){_PROOF}"
)
#: what does not follow an amount
_BEHIND = re.compile(rf" {_PART}|{_LISTED}")
#: „§ 8 8 Satz 1“: the sign was put before what had been read for it
_DOUBLED = re.compile(rf"(?P<sign>§§?) (?P<number>{_NUMBER}) (?P=number)(?!\w){_PROOF}")


def with_proven_signs(text: str) -> str:
    """The text of a recognised line with „§“ where its words prove it."""
    text = _DOUBLED.sub(r"\g<sign> \g<number>", text)
    return _FOR_SIGN.sub(lambda found: _sign(found, text), text)


def _sign(found: re.Match[str], text: str) -> str:
    read, number = found["sign"], found["number"]
    as_it_is = found[0]
    dollar = "$" in read
    if not dollar and (not found["space"] or _OWN_FIGURE.search(text[: found.start()])):
        return as_it_is
    if (
        len(number) == 3
        and number.isdecimal()
        and not dollar
        and not _BEHIND.match(text[found.end() :])
    ):
        return as_it_is  # „8 500“ may be one number
    return f"{'§§' if len(read) == 2 else '§'} {number}"
