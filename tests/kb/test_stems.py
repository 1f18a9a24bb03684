"""Roots: the words of a family have one, words that only look alike do not."""

import pytest

from kb.stems import fold, root, stem

FAMILIES = [
    "zahlen zahlt Zahlung gezahlt",
    "beantragen beantragt Beantragung Antrag Anträge Antragstellung",
    "beraten berät Beratung beriet",
    "prüfen prüft geprüft Prüfung",
    "fördern gefördert Förderung förderte",
    "bewilligen bewilligt Bewilligung",
    "erstatten erstattet Erstattung",
    "verlängern verlängert Verlängerung",
    "kündigen gekündigt Kündigung",
    "auszahlen ausgezahlt Auszahlung",
    "einreichen eingereicht Einreichung",
    "abrufen abgerufen Abruf",
    "finanzieren finanziert Finanzierung",
    "qualifizieren Qualifizierung Qualifikation",
    "kombinieren kombiniert Kombination",
    "anerkennen anerkannt Anerkennung",
    "gelten gilt Geltung",
    "helfen hilft geholfen",
    "unterstützen unterstützt Unterstützung",
    "ändern geändert Änderung",
    "leisten geleistet Leistung",
    "gültig Gültigkeit",
    "teilnehmen teilgenommen Teilnahme",
]
STRANGERS = [
    ("fördern", "fordern"),
    ("gefördert", "gefordert"),
    ("gewähren", "wahren"),
    ("gehören", "hören"),
    ("Gericht", "richten"),
    ("Gebiet", "bieten"),
    ("Beratung", "Ratte"),
    ("Gewinn", "winden"),
]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_one_root(family: str) -> None:
    assert len({root(fold(word)) for word in family.split()}) == 1, {
        word: root(fold(word)) for word in family.split()
    }


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_strangers_have_different_roots(one: str, other: str) -> None:
    assert root(fold(one)) != root(fold(other))


@pytest.mark.parametrize(
    "word", ["Berlin", "Termin", "Medizin", "Verein", "Konstantin", "beginnen", "gewinnen", "darin"]
)
def test_what_only_ends_like_a_feminine_form_stays(word: str) -> None:
    assert fold(word) == word.lower()


def test_every_word_has_a_stem_and_a_root() -> None:
    for word in ("a", "ge", "geet", "ung", "ier", "é", "ß", "ſ", "x" * 500):
        assert stem(fold(word))
        assert root(fold(word))
