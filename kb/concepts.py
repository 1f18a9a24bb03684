"""Abbreviations of the field and their long forms: one term for both, so that either finds the other.

Only what every chamber and agency writes the same way; an organisation's own words go into the file
of synonyms (`kb.synonyms`). Phrases match in every inflection, because they are compared by stems.
"""

from kb.stems import fold, stem

#: One concept, many spellings: the first is the shared term, the others are phrases or short forms.
CONCEPTS: tuple[tuple[str, ...], ...] = (
    ("kmu", "kleine und mittlere unternehmen", "kleine und mittlere betriebe", "kmus", "sme"),
    ("esf", "europäischer sozialfonds"),
    ("efre", "europäischer fonds für regionale entwicklung"),
    ("mags", "ministerium für arbeit gesundheit und soziales", "arbeitsministerium nrw"),
    ("hwk", "handwerkskammer"),
    ("ihk", "industrie und handelskammer"),
    ("ba", "bundesagentur für arbeit"),
    ("nrw", "nordrhein westfalen", "nordrhein westfälisch"),
    ("bw", "baden württemberg", "baden württembergisch"),
    ("whkt", "westdeutscher handwerkskammertag"),
    ("wcr", "welcome center revier", "welcome center rheinisches revier",
     "willkommenszentrum rheinisches revier"),
    ("afbg", "aufstiegsfortbildungsförderungsgesetz", "meister bafög", "meisterbafög",
     "aufstiegs bafög", "aufstiegsbafög", "förderung der beruflichen aufstiegsfortbildung"),
    ("bafög", "bundesausbildungsförderungsgesetz", "individuelle förderung der ausbildung"),
    ("bbig", "berufsbildungsgesetz"),
    ("hwo", "handwerksordnung", "gesetz zur ordnung des handwerks"),
    ("bqfg", "berufsqualifikationsfeststellungsgesetz",
     "feststellung der gleichwertigkeit von berufsqualifikationen"),
    ("aufenthg", "aufenthaltsgesetz"),
    ("beschv", "beschäftigungsverordnung"),
    ("fzulg", "forschungszulagengesetz"),
    ("bgb", "bürgerliches gesetzbuch"),
    ("azav", "akkreditierungs und zulassungsverordnung arbeitsförderung"),
    ("azubi", "azubis", "auszubildender", "auszubildende", "auszubildenden", "lehrling"),
    ("alg", "arbeitslosengeld"),
    ("fue", "forschung und entwicklung", "forschungs und entwicklungsvorhaben"),
    ("kug", "kurzarbeitergeld"),
    ("fh", "fachhochschule"),
    ("prozent", "v h", "vom hundert", "%"),
    ("euro", "eur", "€"),
    ("km", "kilometer"),
)  # fmt: skip

_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv".split()
_ORDINALS = (
    "erstes zweites drittes viertes fünftes sechstes siebtes achtes neuntes zehntes elftes zwölftes"
    " dreizehntes vierzehntes"
).split()


def social_codes() -> tuple[tuple[str, ...], ...]:
    """The books of the Sozialgesetzbuch in the spellings laws and people use."""
    return tuple(
        (f"sgb{number}", f"sgb {number}", f"sgb {roman}", f"sgb {ordinal} buch",
         f"{ordinal} buch sozialgesetzbuch", f"sozialgesetzbuch {ordinal} buch",
         f"sozialgesetzbuch {number}", f"sozialgesetzbuch {roman}")
        for number, (roman, ordinal) in enumerate(zip(_ROMAN, _ORDINALS, strict=True), start=1)
    )  # fmt: skip


def concept_tree() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Phrases as stems by their first stem, longest first, with the term of their concept."""
    tree: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, *phrases in (*CONCEPTS, *social_codes()):
        for phrase in dict.fromkeys((name, *phrases)):
            stems = tuple(stem(fold(word)) for word in phrase.split())
            tree.setdefault(stems[0], []).append((stems, f"={name}"))
    for entries in tree.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return tree
