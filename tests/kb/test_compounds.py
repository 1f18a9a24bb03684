"""Compounds are taken apart into known words only, and found from their parts."""

import pytest

from kb.compounds import Compounds
from tests.kb.dictionary import words_from

LISTING = """
    fördermittel abruf förderung antrag steller frist arbeit geber kosten betrieb stätte weiterbildung
    handwerk kammer mittel schule sprache kurs ausbildung vergütung förderantrag antragsfrist
    arbeitgeber ende innen fördern
"""


@pytest.fixture
def compounds() -> Compounds:
    return Compounds(words_from(LISTING, "geheimnis träger geheimnisträger antragsgeheimnis"))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("fördermittelabruf", ("fördermittel", "abruf")),
        ("förderungsantrag", ("förderung", "antrag")),
        ("handwerkskammer", ("handwerk", "kammer")),
        ("betriebsstätte", ("betrieb", "stätte")),
        ("weiterbildungskosten", ("weiterbildung", "kosten")),
        ("sprachkurs", ("sprache", "kurs")),
        ("förderkosten", ("fördern", "kosten")),
        ("ausbildungsvergütungsantrag", ("ausbildung", "vergütung", "antrag")),
        ("antrag", ()),
        ("antragsgeheimnis", ()),
        ("geheimnisträger", ()),
        ("handwerkinnen", ()),
        ("kostenende", ()),
        ("zuschuss", ()),
        ("x" * 60, ()),
        ("", ()),
    ],
)
def test_a_compound_has_known_parts(
    compounds: Compounds, word: str, parts: tuple[str, ...]
) -> None:
    assert compounds.parts(word) == parts


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("weiterbildungsscheck", "weiterbildung"),
        ("bergbaukosten", "kosten"),
        ("geheimnisträger", ""),
        ("zuschuss", ""),
    ],
)
def test_of_an_unknown_compound_the_longest_known_part_is_found(
    compounds: Compounds, word: str, part: str
) -> None:
    assert compounds.known_part(word) == part


def test_compounds_are_found_by_either_part(compounds: Compounds) -> None:
    assert set(compounds.with_part(["antrag"])) == {"antragsfrist", "förderantrag"}
    assert set(compounds.with_part(["frist"])) == {"antragsfrist"}
    assert set(compounds.with_part(["geheimnis"])) == set()
