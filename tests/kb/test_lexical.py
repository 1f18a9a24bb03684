"""German text analysis, BM25 weights and language, as tables of what must and must not be equal."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from kb.bm25 import AVERAGE_LENGTH, K1, B, passage_vector, query_vector, term_id
from kb.language import language_of
from kb.lexical import STOP_WORDS, analyse, terms_of

SAME = [
    ("Förderung", "foerderung"),
    ("Förderung", "gefördert"),
    ("gefördert", "geförderten"),
    ("Förderungen", "FÖRDERN"),
    ("Zuschuss", "Zuschüsse"),
    ("Zuschuss", "Zuschüssen"),
    ("Zuschuß", "Zuschuss"),
    ("Straße", "Strasse"),
    ("Maßnahme", "Massnahmen"),
    ("Betrieb", "Betriebe"),
    ("Betrieb", "Betrieben"),
    ("Antrag", "Anträge"),
    ("Frist", "Fristen"),
    ("Handwerker:innen", "Handwerkerinnen"),
    ("Handwerker*innen", "Handwerkerinnen"),
    ("Handwerker_innen", "Handwerkerinnen"),
    ("Handwerker/innen", "Handwerkerinnen"),
    ("2.000", "2000"),
    ("2 000", "2000"),
    ("2\u00a0000", "2000"),
    ("2\u202f000", "2000"),
    ("1.234.567,89", "1234567,89"),
    ("60 000 Euro", "60.000 EUR"),
    ("Mu\u0308ller", "Müller"),
    ("KMU", "kmu"),
    ("IHK", "Industrie- und Handelskammer"),
    ("HWK", "Handwerkskammer"),
    ("NRW", "Nordrhein-Westfalen"),
    ("Meister-BAföG", "Aufstiegs-BAföG"),
    ("Azubi", "Auszubildende"),
    ("Azubis", "Lehrlinge"),
    ("Handwerker", "Handwerkerin"),
    ("Handwerker", "Handwerker:innen"),
    ("Handwerker", "Handwerker*in"),
    ("Handwerker", "Handwerker/-innen"),
    ("Handwerker", "Handwerker/-in"),
    ("Handwerker", "HandwerkerInnen"),
    ("Handwerker", "Handwerker(innen)"),
    ("Handwerker", "Handwerker(in)"),
    ("Ärzt:innen", "Arzt"),
    ("Ärztinnen", "Ärzte"),
    ("Kolleginnen", "Kollegen"),
    ("KollegIn", "Kollege"),
    ("Student", "Studentinnen"),
    ("Expertin", "Experten"),
    ("Köchin", "Koch"),
    ("Lotsin", "Lotsen"),
    ("Gebühren", "Gebuehren"),
    ("Österreich", "Oesterreich"),
    ("Größe", "Groesse"),
    ("12,50 Euro", "12,5 €"),
    ("5.000,00", "5000"),
    ("1,5 Mio. Euro", "1.500.000 EUR"),
    ("2 Milliarden", "2.000.000.000"),
    ("zwölf Monate", "12 Monate"),
    ("50 %", "50 Prozent"),
    ("50 v. H.", "50 Prozent"),
    ("50 vom Hundert", "50 %"),
    ("31.12.2027", "31. Dezember 2027"),
    ("31.12.2027", "2027-12-31"),
    ("31. 12. 2027", "31.12.2027"),
    ("1.4.2026", "01.04.2026"),
    ("Dezember 2027", "31.12.2027"),
    ("bis zum 31.12.", "jeweils zum 31. Dezember"),
    ("§ 82", "Paragraf 82"),
    ("§82", "§§ 81, 82 und 90"),
    ("§ 83", "§§ 82 bis 84"),
    ("§ 82a", "§ 82 a"),
    ("Art. 9", "Artikel 9"),
    ("Nr. 5.4", "Nummer 5.4"),
    ("Ziffer 5.4", "Nr. 5.4"),
    ("Anlage 2", "nach Anlage 2"),
]
CONCEPTS = [
    ("KMU", "kleine und mittlere Unternehmen"),
    ("KMU", "von kleinen und mittleren Unternehmen"),
    ("ESF", "Europäischer Sozialfonds"),
    ("EFRE", "Europäischer Fonds für regionale Entwicklung"),
    ("BA", "Bundesagentur für Arbeit"),
    ("BA", "der Bundesagentur für Arbeit"),
    ("ESF", "des Europäischen Sozialfonds"),
    ("MAGS", "Ministeriums für Arbeit, Gesundheit und Soziales"),
    ("WCR", "Welcome Center Rheinisches Revier"),
    ("SGB III", "Drittes Buch Sozialgesetzbuch"),
    ("SGB III", "nach dem Dritten Buch Sozialgesetzbuch"),
    ("SGB 3", "Sozialgesetzbuch (SGB) Drittes Buch (III)"),
    ("HwO", "Gesetz zur Ordnung des Handwerks"),
    ("AFBG", "Aufstiegs-BAföG"),
]
DIFFERENT = [
    ("gefördert", "gefordert"),
    ("fördern", "fordern"),
    ("Forderung", "Förderung"),
    ("2000", "20000"),
    ("2.000", "2,000"),
    ("5.4", "54"),
    ("2026", "2027"),
    ("schon", "schön"),
    ("12", "12,5"),
    ("beginnen", "begen"),
    ("Konstantin", "konstant"),
    ("§ 8", "§ 82"),
    ("eure Förderung", "5 Euro"),
    ("Paragraf 82", "Artikel 83"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_word_share_a_term(one: str, other: str) -> None:
    assert set(terms_of(one)) & set(terms_of(other)), f"{terms_of(one)} {terms_of(other)}"


@pytest.mark.parametrize(("short", "long"), CONCEPTS)
def test_an_abbreviation_and_its_long_form_share_a_term(short: str, long: str) -> None:
    [concept] = [term for term in terms_of(short) if term.startswith("=")]
    assert concept in terms_of(long)
    assert len(terms_of(long)) > 1, "the words of the long form are found on their own too"


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_words_that_only_look_alike_share_no_term(one: str, other: str) -> None:
    assert not set(terms_of(one)) & set(terms_of(other))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("31.12.2027", "31.12.2026", "#2027-12-31"),
        ("31.12.2027", "30.12.2027", "#2027-12-31"),
        ("SGB III", "SGB II", "=sgb3"),
        ("§ 82 Abs. 2", "§ 82 Abs. 3", "§82(2)"),
        ("Meister-BAföG", "BAföG", "=afbg"),
        ("Nr. 5.4", "Nr. 5.41", "§nr5.4"),
    ],
)
def test_what_differs_in_one_part_differs_in_a_term(one: str, other: str, apart: str) -> None:
    assert apart in terms_of(one)
    assert apart not in terms_of(other)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Nr. 5.4.2", "5.4.2"),
        ("12,5 Prozent", "12,5"),
        ("bis 2027", "2027"),
        ("§ 12 Abs. 1", "12"),
        ("höchstens 1.500 Euro", "1500"),
        ("1 234 567 Einwohner", "1234567"),
    ],
)
def test_a_number_keeps_its_value(text: str, number: str) -> None:
    assert number in terms_of(text)


@pytest.mark.parametrize(
    "word", ["der", "Die", "UND", "für", "Was", "wofür", "bitte", "the", "gibt's"]
)
def test_stop_words_give_no_term(word: str) -> None:
    assert terms_of(word) == ()


@pytest.mark.parametrize("text", ["", " \n\t", "…!?„“–", "🏭", "\0", "a b c"])
def test_text_without_words_has_no_terms(text: str) -> None:
    assert terms_of(text) == ()
    assert query_vector(text).indices == ()


def test_every_stop_word_is_one_by_itself() -> None:
    assert [word for word in STOP_WORDS if terms_of(word)] == []


def test_a_term_knows_its_place_in_the_text() -> None:
    text = "Für kleine und mittlere Unternehmen: 2 000 Euro"
    found = {term.text: text[term.start : term.end] for term in analyse(text)}
    assert found["=kmu"] == "kleine und mittlere Unternehmen"
    assert found["2000"] == "2 000"
    assert found["=euro"] == "Euro"


def test_places_are_right_in_decomposed_text_too() -> None:
    text = unicodedata.normalize("NFD", "Für Müller: Zuschüsse")
    assert [text[t.start : t.end] for t in analyse(text)][-1] == unicodedata.normalize(
        "NFD", "Zuschüsse"
    )


def test_the_analyser_works_in_many_threads() -> None:
    text = (
        "Förderungen für Betriebe, Zuschüsse an Handwerkerinnen, Auszubildende und Verbände " * 20
    )
    expected = terms_of(text)
    with ThreadPoolExecutor(8) as pool:
        assert all(terms == expected for terms in pool.map(terms_of, [text] * 64))


def test_a_passage_weighs_terms_by_the_formula_of_bm25() -> None:
    vector = passage_vector("Zuschuss Zuschuss Frist")
    weights = dict(zip(vector.indices, vector.values, strict=True))
    norm = K1 * (1 - B + B * 3 / AVERAGE_LENGTH)
    [zuschuss], [frist] = terms_of("Zuschuss"), terms_of("Frist")
    assert weights[term_id(zuschuss)] == pytest.approx(2 * (K1 + 1) / (2 + norm))
    assert weights[term_id(frist)] == pytest.approx(1 * (K1 + 1) / (1 + norm))
    assert len(weights) == 2
    assert list(vector.indices) == sorted(vector.indices)


def test_a_long_passage_weighs_a_term_less_and_a_heading_less_than_the_text() -> None:
    [term] = map(term_id, terms_of("Zuschuss"))

    def weight(text: str, context: str = "") -> float:
        vector = passage_vector(text, context)
        return dict(zip(vector.indices, vector.values, strict=True)).get(term, 0.0)

    assert weight("Zuschuss") > weight("Zuschuss " + "Wort " * 200) > 0
    assert weight("Zuschuss") > weight("Frist", "Zuschuss Zuschuss") > 0
    assert weight("Zuschuss", "Zuschuss") > weight("Zuschuss")
    assert weight("Frist") == 0


def test_a_question_weighs_each_term_once() -> None:
    vector = query_vector("Zuschuss, Zuschüsse und Frist?")
    assert vector.values == (1.0, 1.0)
    assert list(vector.indices) == sorted(vector.indices)


def test_term_ids_stay_the_same_for_ever() -> None:
    """Stored indexes hold these numbers: when this fails, ANALYSER_VERSION must change too."""
    assert {term: term_id(term) for term in ("förder", "=kmu", "2000")} == {
        "förder": 3810514435,
        "=kmu": 3317536760,
        "2000": 2535084953,
    }


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie hoch ist der Zuschuss?", "de"),
        ("How much is the grant?", "en"),
        ("Who is the head of Regionalagentur Niederrhein?", "en"),
        ("Wer leitet das Welcome Center?", "de"),
        ("Weiterbildungsscheck", "de"),
        ("grant", "de"),
        ("", "de"),
        ("???", "de"),
        ("WHAT IS THE DEADLINE", "en"),
        ("KMU funding 2026", "de"),
        ("Can I apply for the Bildungsscheck NRW?", "en"),
        ("Was ist ein Business Plan und who needs it", "de"),
        ("I need funding, can I get it?", "en"),
        ("I.1 Absender I.2 Name I.3 Behörde des Betriebs", "de"),
        ("Teil I: Vom 1. Mai (BGBl. I S. 5, BGBl. I S. 7)", "de"),
    ],
)
def test_the_language_is_told_by_function_words_and_german_in_doubt(
    text: str, language: str
) -> None:
    assert language_of(text) == language


def test_the_language_of_a_long_text_is_told_at_once() -> None:
    assert language_of("Der Antrag ist zu stellen. " * 200_000) == "de"
