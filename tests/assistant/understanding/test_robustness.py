"""Understanding copes with any words in any order: no error, no wording that grows without end."""

import random
from datetime import date

import pytest

from assistant.question import MAX_PARTS, Turn, read_question
from assistant.understanding.follow_up import Thread, stand_alone
from kb.audience import Viewer
from kb.errors import InputError

WORDS = (
    "und wie hoch ist der die das den dem er sie es ihn Zuschuss Bildungsscheck , ? . ! : – ; wer wann "
    "wo bis für bei in Azubis Frist dafür da dort wenn damit ob was welche Kurse NRW 2023 § 82 ( ) „ “ "
    "… Hallo Danke Viele Grüße Sehr geehrte Damen and what how much is the grant for it there his Und "
    "Frau Herr Regionalagentur des zur Rollladen- ' ’ 😀 a"
).split()


def said(source: random.Random, most: int) -> str:
    return " ".join(source.choice(WORDS) for _ in range(source.randint(1, most)))


@pytest.mark.parametrize("seed", range(12))
def test_any_words_are_understood_somehow(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(40):
        turns = [
            Turn(source.choice(("user", "assistant")), said(source, 25))
            for _ in range(source.randint(0, 8))
        ]
        text = said(source, source.choice((2, 6, 60)))
        try:
            asked = read_question(
                text, as_of=date(2026, 11, 22), viewer=Viewer.public(), history=turns
            )
        except InputError:
            assert not any(character.isalnum() for character in text)
            continue
        assert 1 <= len(asked.each) <= MAX_PARTS
        for part in asked.each:
            assert part.asked_as.strip() and len(part.asked_as) <= 1_100


def test_a_wording_does_not_grow_with_every_turn() -> None:
    thread = Thread().with_question("Gilt die Agentur der Kammer der Stelle des Bundes der Länder?")
    for _ in range(12):
        wording = stand_alone("Gilt sie für sie und kennt sie die und die?", thread)
        thread = thread.with_question(wording)
        assert len(wording) <= 1_000
