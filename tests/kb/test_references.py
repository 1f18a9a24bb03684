"""Sections and dates: what a text names, what a passage is, and that being a section wins."""

import pytest

from kb.audience import Viewer
from kb.bm25 import passage_vector, query_vector, term_id
from kb.dates import dates_in
from kb.index.port import IndexedPassage, Scope
from kb.references import cited_in, in_law, own_terms
from tests.kb.scripted import Opened, entries, head


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("§ 82 SGB III", {"§82"}),
        ("§82a", {"§82a"}),
        ("§ 3 Abs. 2 Nr. 4", {"§3", "§3(2)", "§3(2)4"}),
        ("§ 16 Absatz 1 Satz 2 Nummer 2", {"§16", "§16(1)", "§16(1)2"}),
        ("§ 2 Nr. 4", {"§2", "§2()4"}),
        ("§§ 82 bis 84 SGB III", {"§82", "§83", "§84"}),
        ("§§ 1, 2 und 5 Abs. 3", {"§1", "§2", "§5", "§5(3)"}),
        ("Paragraph 82 und Paragraf 83", {"§82", "§83"}),
        ("section 82", {"§82"}),
        ("Art. 9 DSGVO, Artikel 10", {"§art9", "§art10"}),
        ("Nr. 5.4.2 der Richtlinie", {"§nr5.4.2"}),
        ("Ziffer 3", {"§nr3"}),
        ("Anlage 2, Anhang A", {"§anlage2", "§anlagea"}),
        ("§§ 1 bis 400", {"§1", "§400"}),
        ("Art der Förderung", set()),
        ("Abs. 2 Nr. 4", set()),
        ("12.500 Euro, 2.5 Mio, 12.30 Uhr", set()),
        ("am 31.12.2027 und am 1.4.2026", set()),
        ("", set()),
    ],
)
def test_sections_that_a_text_names(text: str, cited: set[str]) -> None:
    assert {citation.text for citation in cited_in(text)} == cited


def test_a_citation_knows_its_place_in_the_text() -> None:
    text = "Nach § 82 Abs. 2 SGB III gilt das."
    assert {text[c.start : c.end] for c in cited_in(text)} == {"§ 82 Abs. 2"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("31.12.2027", [(2027, 12, 31)]),
        ("2027-12-31", [(2027, 12, 31)]),
        ("31. Dezember 2027", [(2027, 12, 31)]),
        ("3. März", [(0, 3, 3)]),
        ("Ende Dezember 2027", [(2027, 12, 0)]),
        ("01.04.26", [(2026, 4, 1)]),
        ("29.02.2028", [(2028, 2, 29)]),
        ("30.02.2027", []),
        ("31.13.2027", []),
        ("im Mai", []),
        ("5.4.2 und 0211.12.34", []),
        ("2027", []),
    ],
)
def test_dates_that_a_text_names(text: str, days: list[tuple[int, int, int]]) -> None:
    assert [(found.year, found.month, found.day) for found in dates_in(text)] == days


def test_a_passage_is_its_own_section_and_those_around_it() -> None:
    assert own_terms(["§ 82 Abs. 2 Nr. 1"]) == {"@§82", "@§82(2)", "@§82(2)1"}
    assert own_terms(["Nr. 5.4.2 Buchst. a"]) == {"@§nr5.4.2", "@§nr5.4", "@§nr5"}
    assert own_terms(["Abs. 3", "Zuwendungsempfänger"]) == frozenset()
    assert in_law({"@§82", "@§82(2)"}, {"=sgb3"}) == {"@§82=sgb3"}


_LAW3 = "Sozialgesetzbuch (SGB) Drittes Buch (III)"
_LAW9 = "Sozialgesetzbuch (SGB) Neuntes Buch (IX)"
_PASSAGES = (
    (
        "§ 82 Berufliche Weiterbildung",
        "Arbeitnehmer können gefördert werden.",
        _LAW3,
        "§ 82 Abs. 1",
    ),
    (
        "§ 90 Näheres",
        "Anträge nach § 82 SGB III sind bei der Agentur zu stellen, § 82 gilt.",
        _LAW3,
        "§ 90",
    ),
    ("§ 82 Anderes", "Leistungen werden erbracht.", _LAW9, "§ 82"),
    ("5.4 Verfahren", "Der Antrag ist einzureichen.", "Richtlinie", "Nr. 5.4"),
    ("6 Höhe", "Bis zu 5.4 Punkte, siehe Nr. 5.4.", "Richtlinie", "Nr. 6"),
)


@pytest.mark.parametrize(
    ("question", "ordinals"),
    [
        ("Was steht in § 82 SGB III?", [0]),
        ("Was regelt Paragraf 82 SGB IX?", [2]),
        ("§ 82 Abs. 1", [0]),
        ("Was sagt Nr. 5.4?", [3]),
        ("Nummer 5", [3]),
    ],
)
def test_being_a_section_counts_more_than_naming_it(
    base: Opened, question: str, ordinals: list[int]
) -> None:
    made = entries(head("a.md"), "r1", [text for _, text, _, _ in _PASSAGES])
    base.index.write(
        [
            IndexedPassage(
                entry.passage,
                entry.dense,
                passage_vector(text, f"{law} › {heading}", [locator]),
            )
            for entry, (heading, text, law, locator) in zip(made, _PASSAGES, strict=True)
        ]
    )
    hits = base.index.sparse(query_vector(question), Scope(Viewer.public()), 5)
    names = {entry.point_id: entry.passage.ordinal for entry in made}
    assert [names[hit.point_id] for hit in hits][: len(ordinals)] == ordinals


def test_terms_of_sections_do_not_make_a_passage_longer() -> None:
    """Else a law that cites much would lose against one that cites nothing."""
    plain = passage_vector("Leistungen werden Anspruchsberechtigten nach Maßgabe gewährt", "")
    citing = passage_vector("Leistungen werden Anspruchsberechtigten nach Maßgabe gewährt", "§ 82")
    weights = dict(zip(plain.indices, plain.values, strict=True))
    assert weights.items() <= dict(zip(citing.indices, citing.values, strict=True)).items()
    assert term_id("§82") in citing.indices
