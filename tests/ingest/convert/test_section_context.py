"""„§“ put right where the words around it prove it, and nowhere else."""

import pytest

from ingest.convert.section_context import with_proven_signs

#: as read, as meant
PROVEN = [
    ("nach $ 82 SGB III gefördert", "nach § 82 SGB III gefördert"),
    ("nach 8 82 SGB III gefördert", "nach § 82 SGB III gefördert"),
    ("gemäß S 82 SGB III", "gemäß § 82 SGB III"),
    ("gemäß $82 SGB III", "gemäß § 82 SGB III"),
    ("8 82 SGB III Förderung der Weiterbildung", "§ 82 SGB III Förderung der Weiterbildung"),
    ("im Sinne des 8 2 Abs. 1 Satz 2", "im Sinne des § 2 Abs. 1 Satz 2"),
    ("Ein Antrag nach 8 5 Absatz 3 ist zulässig.", "Ein Antrag nach § 5 Absatz 3 ist zulässig."),
    ("gilt $ 44 LHO entsprechend", "gilt § 44 LHO entsprechend"),
    ("gilt 8 44 LHO entsprechend", "gilt § 44 LHO entsprechend"),
    ("nach 8 7b Satz 1", "nach § 7b Satz 1"),
    ("nach 8 7 Nr. 4 der Satzung", "nach § 7 Nr. 4 der Satzung"),
    ("nach 8 7 Nummer 4", "nach § 7 Nummer 4"),
    ("die 88 7 und 8 BBiG", "die §§ 7 und 8 BBiG"),
    ("die $$ 7 bis 9 HwO", "die §§ 7 bis 9 HwO"),
    ("der 88 117 bis 119 SGB IX", "der §§ 117 bis 119 SGB IX"),
    ("nach § 8 8 Abs. 1", "nach § 8 Abs. 1"),
    ("nach § 5 5 Satz 1", "nach § 5 Satz 1"),
    ("§§ 7 7 bis 9 HwO", "§§ 7 bis 9 HwO"),
    ("i. V. m. 8 36 Abs. 2 VwVfG", "i. V. m. § 36 Abs. 2 VwVfG"),
    ("nach 8 117 Abs. 2 SGB III", "nach § 117 Abs. 2 SGB III"),
    ("nach $ 823 BGB", "nach § 823 BGB"),
    ("gem. 8 4 Buchst. a", "gem. § 4 Buchst. a"),
    ("wie 8 11 AFBG verlangt", "wie § 11 AFBG verlangt"),
    ("Siehe 8 16e SGB II.", "Siehe § 16e SGB II."),
    ("des 8 18a AufenthG", "des § 18a AufenthG"),
    ("(8 90a HwO)", "(§ 90a HwO)"),
    ("nach 8 25, 26 Abs. 1", "nach § 25, 26 Abs. 1"),
    ("Für $ 3 Halbsatz 2 gilt", "Für § 3 Halbsatz 2 gilt"),
    ("nach 8 6 Sätze 2 und 3", "nach § 6 Sätze 2 und 3"),
    ("laut 8 10 BAföG", "laut § 10 BAföG"),
]
UNPROVEN = [
    "8 Betriebe und 5 Kammern haben zugesagt.",
    "Die Gruppen 8 5 und 8 9 nehmen 85 Betriebe auf.",
    "Es kostet $ 82 im Monat.",
    "rund 8 500 BAföG-Empfänger",
    "8 500 Euro nach Abs. 2",
    "8 820 Euro",
    "von 8 117 GmbH wurden befragt",
    "Nr. 8 82 SGB III",
    "S. 8 82 Abs. 1",
    "Satz 8 5 Abs. 2",
    "Seite 8 12 Abs. 3",
    "Zeile 8 3 Satz 1",
    "BGBl. I S. 85",
    "Tabelle 8 12 SGB II",
    "TOP 8 5 Nr. 3",
    "18 82 SGB III",
    "3,8 82 SGB III",
    "1.8 82 SGB III",
    "Band 8 5 Betriebe",
    "bis zu 8 12 Monate",
    "8 12 Uhr",
    "Punkt 8 4 Nr. 2",
    "Art. 8 2 Satz 1",
    "§ 8 9 Abs. 1",
    "§ 8 Abs. 8 Satz 8",
    "§ 12 Nr. 8 und 8 82",
    "USD 8 82 SGB III",
    "über 8 5 Abs. 1",
    "Förderung 85 SGB III",
    "882 SGB III",
]


@pytest.mark.parametrize(("read", "meant"), PROVEN)
def test_a_sign_that_its_words_prove(read: str, meant: str) -> None:
    assert with_proven_signs(read) == meant


@pytest.mark.parametrize("text", UNPROVEN)
def test_a_figure_stays_where_nothing_proves_a_sign(text: str) -> None:
    assert with_proven_signs(text) == text


@pytest.mark.parametrize("text", [meant for _, meant in PROVEN])
def test_what_is_right_stays(text: str) -> None:
    assert with_proven_signs(text) == text
