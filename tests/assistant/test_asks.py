"""What kind of thing is asked for; words that only sound like it are not taken for it."""

import pytest

from assistant.asks import Asks, asks_of


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Wie hoch ist der Zuschuss?", {Asks.AMOUNT}),
        ("Wie viel Prozent werden gefördert?", {Asks.AMOUNT, Asks.SHARE}),
        ("Was ist maximal drin?", {Asks.AMOUNT, Asks.LIMIT}),
        ("Wie lange darf der Lehrgang maximal gehen?", {Asks.DURATION, Asks.LIMIT}),
        ("Wie lange ist die Zulassung höchstens befristet?", {Asks.DURATION, Asks.LIMIT}),
        ("Was wurde im Beirat beschlossen?", {Asks.DECISION}),
        ("Was bedeutet De-minimis?", {Asks.MEANING}),
        ("Welche Rolle hat das Willkommenszentrum?", {Asks.MEANING}),
        ("Was ist mit der Frist?", {Asks.TIME}),
        ("Was ist zu beachten?", set()),
        ("Wie lange läuft die Vereinbarung?", {Asks.DURATION, Asks.TIME}),
        ("Bis wann muss der Antrag da sein?", {Asks.TIME}),
        ("Gibt es den Digitalbonus noch?", {Asks.TIME}),
        ("Unser Scheck ist von 2025. Gilt dafür noch die alte Richtlinie?", {Asks.TIME}),
        ("Wie viele Wochen vorher muss ich den Antrag stellen?", {Asks.DURATION}),
        ("Wie viele Anträge sind unbearbeitet?", set()),
        ("Wieviel Rest-ALG muss ich noch haben?", {Asks.AMOUNT}),
        ("Wer ist zuständig?", {Asks.PERSON}),
        ("Wer wird gefördert?", set()),
        ("Wer kann den Bonus beantragen?", set()),
        ("Wer ist Ansprechpartner für die Anerkennung?", {Asks.PERSON}),
        ("Wen kann ich da anrufen?", {Asks.PERSON, Asks.CONTACT, Asks.PHONE}),
        ("Wen rufe ich wegen des Gründungsbonus an?", {Asks.PERSON, Asks.CONTACT, Asks.PHONE}),
        ("kontakt regionalagentur", {Asks.PERSON, Asks.CONTACT}),
        ("Unter welcher Telefonnummer erreiche ich die Kammer?", {Asks.CONTACT, Asks.PHONE}),
        ("Was steht in Nummer 5.4?", set()),
        ("Wo finde ich das Büro?", {Asks.PLACE}),
        ("Was gilt für die Region Musterküste?", set()),
        ("frist weiterbildungsscheck", {Asks.TIME}),
        ("How much does it cost?", {Asks.AMOUNT}),
        ("What is the funding rate?", {Asks.SHARE}),
        ("Is the bonus still available?", {Asks.TIME}),
        ("How many weeks before the course do I have to apply?", {Asks.DURATION}),
        ("Who can apply?", set()),
        ("Who is the chair of the steering committee?", {Asks.PERSON}),
    ],
)
def test_kinds(text: str, kinds: set[Asks]) -> None:
    assert asks_of(text) == kinds
