"""A quote stands in the file in one piece: no bullets left out inside it, no page turned."""

from assistant.compose import source_of
from kb.audience import PUBLIC
from kb.passages import DocumentHead, Kind, Passage, Place


def passage(text: str, *places: Place) -> Passage:
    head = DocumentHead("d", "file:///d.md", "d.md", "Titel", Kind.REFERENCE, PUBLIC, "de")
    return Passage(head, "r", 0, text, 0, len(text), places=places or (Place(0, "Nr. 1"),))


def quote(text: str, wanted: str, *places: Place) -> str:
    start = text.index(wanted)
    return source_of(passage(text, *places), start, start + len(wanted), 1).quote


def test_sentences_of_a_paragraph_are_quoted_together() -> None:
    text = "Der Zuschuss beträgt 50 Prozent. Er wird erstattet."
    assert quote(text, "Er wird erstattet.") == text


def test_numbered_items_are_quoted_with_what_introduces_them() -> None:
    text = "Gefördert werden\n1. Kurse,\n2. Prüfungen."
    assert quote(text, "2. Prüfungen.") == "Gefördert werden 1. Kurse, 2. Prüfungen."


def test_items_whose_bullet_was_left_out_are_quoted_alone() -> None:
    text = "Aufgaben sind:\nBeratung der Betriebe,\nPflege der Kontakte."
    assert quote(text, "Beratung der Betriebe,") == "Beratung der Betriebe,"


def test_a_quote_does_not_turn_the_page() -> None:
    text = "Der Antrag ist zu stellen.\n\nDie Frist endet im Mai."
    places = (Place(0, "Nr. 1", 1), Place(28, "Nr. 1", 2))
    assert quote(text, "Die Frist endet im Mai.", *places) == "Die Frist endet im Mai."
    assert quote(text, "Der Antrag ist zu stellen.", *places) == "Der Antrag ist zu stellen."
    assert quote(text, "Die Frist endet im Mai.") == " ".join(text.split())
