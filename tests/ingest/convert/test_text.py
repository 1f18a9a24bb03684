import pytest

from ingest.convert.blocks import BlockKind
from tests.ingest.convert.conftest import (
    Convert,
    containing,
    convert_path,
    headings_above,
    outline,
    texts,
    words_of_the_file,
)

WEB_SCRAP = """Meisterschule Nordtal
Werkstattgasse 12, 50999 Nordtal, www.meisterschule-nordtal.example
Ansprechpartnerin: Petra Muster, p.muster@meisterschule.example, 0221 555 0
Über die Meisterschule
Die Meisterschule bereitet Gesellinnen und Gesellen auf die Meisterprüfung vor und berät Betriebe.
Zu ihren Aufgaben gehören:
- die Planung der Kurse,
- die Beratung zur Finanzierung.
  • der Betrieb der Werkstätten.
"""


def test_one_paragraph_per_line_stays_one_block_per_line(converted: Convert) -> None:
    assert outline(converted("seite.txt", WEB_SCRAP)) == [
        ("heading", 1, "Meisterschule Nordtal"),
        ("paragraph", 0, "Werkstattgasse 12, 50999 Nordtal, www.meisterschule-nordtal.example"),
        (
            "paragraph",
            0,
            "Ansprechpartnerin: Petra Muster, p.muster@meisterschule.example, 0221 555 0",
        ),
        ("heading", 2, "Über die Meisterschule"),
        (
            "paragraph",
            0,
            "Die Meisterschule bereitet Gesellinnen und Gesellen auf die Meisterprüfung vor und "
            "berät Betriebe.",
        ),
        ("paragraph", 0, "Zu ihren Aufgaben gehören:"),
        ("list_item", 1, "die Planung der Kurse,"),
        ("list_item", 1, "die Beratung zur Finanzierung."),
        ("list_item", 1, "der Betrieb der Werkstätten."),
    ]


WRAPPED = """1. Zweck der Förderung

Das Land unterstützt kleine Betriebe, die ihre Abläufe auf digitale Werk-
zeuge umstellen wollen. Gefördert werden Beratungen, Schulungen und die
Anschaffung von Programmen. Ein Anspruch auf Förderung besteht nicht. Die
Stelle entscheidet nach dem Eingang der Anträge und im Rahmen der ver-
fügbaren Mittel über jeden Antrag, den ESF-
Mittel und Landesmittel gemeinsam tragen.

a) Beratungen an höchstens fünf Tagen, die vor dem Beginn der Maßnahme
   abgeschlossen sind,
b) Schulungen der Beschäftigten.
"""


def test_hard_wrapped_text_is_joined_to_paragraphs(converted: Convert) -> None:
    heading, paragraph, first, second = converted("richtlinie.txt", WRAPPED).blocks
    assert (heading.kind, heading.text) == (BlockKind.HEADING, "1. Zweck der Förderung")
    assert paragraph.kind is BlockKind.PARAGRAPH
    assert "digitale Werkzeuge umstellen wollen." in paragraph.text
    assert "der verfügbaren Mittel" in paragraph.text
    assert "den ESF-Mittel und Landesmittel" in paragraph.text
    assert first.text == (
        "a) Beratungen an höchstens fünf Tagen, die vor dem Beginn der Maßnahme abgeschlossen sind,"
    )
    assert second.text == "b) Schulungen der Beschäftigten."


def test_contact_lines_stay_apart_and_unharmed(converted: Convert) -> None:
    card = (
        "Kontakt\nHandwerksbüro Südstadt\nAm Ring 3\n50999 Nordtal\n"
        "Tel.: 0221 555-12\nE-Mail: a@b.example\n"
    )
    found = converted("kontakt.txt", card)
    assert texts(found, BlockKind.HEADING) == ["Kontakt"]
    assert texts(found, BlockKind.PARAGRAPH) == card.splitlines()[1:]


def test_a_run_of_short_lines_is_no_run_of_headings(converted: Convert) -> None:
    trades = (
        "Gewerke im Haus\n\nTischler\n\nMaurer\n\nElektriker\n\nFriseure\n\n"
        "Alle Gewerke bilden aus und beraten junge Menschen."
    )
    found = converted("gewerke.txt", trades)
    assert texts(found, BlockKind.HEADING) == ["Friseure"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp850"]
)
def test_encodings(converted: Convert, encoding: str) -> None:
    sentence = (
        "Die Förderung für Bäckereien beträgt höchstens 500 Euro je Gesellenprüfung im Handwerk."
    )
    found = converted("satz.txt", (sentence + "\r\n\r\n" + sentence).encode(encoding))
    assert [block.text for block in found.blocks] == [sentence, sentence]


def test_invisible_characters_go_and_words_stay(converted: Convert) -> None:
    text = "Die\u00a0Fo\u0308rde\u00adrung  gilt\u200b\x07 bis\t31.12.2025.\0"
    assert converted("n.txt", text).blocks[0].text == "Die Förderung gilt bis 31.12.2025."


def test_a_line_of_ten_megabytes_is_one_block(converted: Convert) -> None:
    line = "Die Beratung ist kostenfrei. " * 360_000
    assert converted("lang.txt", line).blocks[0].text == line.strip()


def test_seed_texts_lose_no_word(shared_folder) -> None:
    for path in sorted((shared_folder / "seeds").glob("*.txt")):
        original = path.read_text("utf-8").replace("•", " ").replace("\n- ", "\n")
        assert words_of_the_file(convert_path(path), original) == original.split(), path.name


def test_seed_contacts_and_headings(shared_folder) -> None:
    seeds = shared_folder / "seeds"
    whkt = convert_path(next(seeds.glob("000_*")))
    assert headings_above(whkt, "vorrangig behandelten Sachthemen")[-1] == "Themen des WHKT"
    assert len(containing(whkt, "Volmerswerther Straße 79, 40221 Düsseldorf, www.whkt.de")) == 1
    ihk = convert_path(next(seeds.glob("003_*")))
    assert headings_above(ihk, "+49 7131 9677107") == ["Kontakt"]
    assert headings_above(ihk, "Eine systematische Speicherung")[-1] == "Wichtiger Hinweis:"


def test_a_line_of_odd_white_space_is_a_blank_line(converted: Convert) -> None:
    line = "Die Förderung wird auf Antrag gewährt, wenn der Betrieb sie vor Beginn beantragt"
    found = converted("brief.txt", f"{line}\n{line}\n{line}\n\u2003\n{line}\n{line}.\n")
    assert [block.text.count("Antrag") for block in found.blocks] == [3, 2]
