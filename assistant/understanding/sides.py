"""What a bare word for one side of a topic asks: „Frist?“ → „Bis wann muss der Antrag …?“

A fragment and a topic come in; a whole question goes out, or "" for a word without a usual question.
"""

from functools import cache

from assistant.understanding.nouns import NounPhrase
from assistant.understanding.wording import about, english_name, with_article
from kb.lexical import terms_of

#: Words → question; {about} is „beim Bildungsscheck“, {topic} „der Bildungsscheck“.
_GERMAN = {
    "Frist Fristen Antragsfrist Stichtag Deadline": "Bis wann muss der Antrag {about} gestellt werden?",
    "Höhe Zuschuss Förderhöhe Förderung Betrag Geld": "Wie hoch ist der Zuschuss {about}?",
    "Fördersatz Fördersätze Quote Prozent": "Wie hoch ist der Fördersatz {about}?",
    "Voraussetzung Voraussetzungen Bedingungen": "Welche Voraussetzungen gelten {about}?",
    "Unterlagen Dokumente Nachweise": "Welche Unterlagen sind {about} nötig?",
    "Antrag Antragstellung Anträge": "Wie wird der Antrag {about} gestellt?",
    "Auszahlung": "Wann wird das Geld {about} ausgezahlt?",
    "Laufzeit Dauer": "Wie lange läuft {topic}?",
    "Kosten Gebühren Gebühr": "Welche Kosten entstehen {about}?",
    "Ansprechpartner Ansprechpartnerin Ansprechperson": "Wer ist {about} Ansprechpartner?",
    "Zuständigkeit": "Wer ist {about} zuständig?",
    "Ausnahmen Ausnahme": "Welche Ausnahmen gibt es {about}?",
}
_ENGLISH = {
    "deadline deadlines": "By when must the application for {topic} be submitted?",
    "amount grant money": "How much is the grant for {topic}?",
    "rate percentage share": "How high is the funding rate for {topic}?",
    "requirements conditions requirement": "What are the requirements for {topic}?",
    "documents": "Which documents are needed for {topic}?",
    "application": "How do I submit the application for {topic}?",
    "costs fees fee": "What are the costs of {topic}?",
    "exceptions": "What exceptions are there for {topic}?",
}


def question_of_side(text: str, topic: NounPhrase, *, english: bool = False) -> str:
    """The usual question behind a bare side of a topic; "" where there is none."""
    terms = terms_of(text)
    question = _questions(english=english).get(terms[0], "") if len(terms) == 1 else ""
    name = english_name(topic) if english else with_article(topic, "nominative")
    return question.format(about=about(topic), topic=name)


@cache
def _questions(*, english: bool) -> dict[str, str]:
    """The question by each term of its words; the first that lists a term has it."""
    found: dict[str, str] = {}
    for listed, question in (_ENGLISH if english else _GERMAN).items():
        for term in terms_of(listed):
            found.setdefault(term, question)
    return found
