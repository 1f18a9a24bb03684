"""The fixed phrases of answers, German and English; everything else is the sources' own words."""

from collections.abc import Sequence
from datetime import date

_LONGEST_QUOTED = 140
_INNER_MARKS = str.maketrans({"„": "‚", "“": "‘", "”": "’"})

PHRASES: dict[str, dict[str, str]] = {
    "de": {
        "searching": "Unterlagen werden durchsucht …",
        "not_found": "Dazu steht nichts in den Unterlagen, die hier hinterlegt sind.",
        "part_not_found": "Zu {questions} steht nichts in den Unterlagen, die hier hinterlegt sind.",
        "left_out": "Auf einmal werden höchstens drei Fragen beantwortet. Bitte fragen Sie einzeln: "
        "{questions}",
        "not_found_ask": "Bitte wenden Sie sich an die unten genannte Stelle.",
        "not_found_rephrase": "Vielleicht hilft es, die Frage anders zu stellen oder das Programm, "
        "die Stelle oder den Ort zu nennen.",
        "expired": "„{title}“ galt nur bis zum {day}. Die Angaben daraus sind nicht mehr aktuell.",
        "upcoming": "„{title}“ gilt erst ab dem {day}.",
        "superseded": "„{title}“ wurde durch eine neuere Fassung ersetzt: „{newer}“.",
        "corrected": "Gesucht wurde nach „{meant}“, geschrieben war „{written}“.",
        "demo": "Beispieldaten: Alle Organisationen, Programme und Kontakte sind erfunden.",
    },
    "en": {
        "searching": "Searching the documents …",
        "not_found": "The documents held here say nothing about this.",
        "part_not_found": "The documents held here say nothing about {questions}.",
        "left_out": "At most three questions are answered at once. Please ask separately: {questions}",
        "not_found_ask": "Please contact the office named below.",
        "not_found_rephrase": "It may help to put the question differently or to name the "
        "programme, the office or the place.",
        "expired": "“{title}” was valid only until {day}. What it says is no longer current.",
        "upcoming": "“{title}” is valid only from {day}.",
        "superseded": "“{title}” has been replaced by a newer version: “{newer}”.",
        "corrected": "Searched for “{meant}”; it was written “{written}”.",
        "demo": "Sample data: all organisations, programmes and contacts are invented.",
    },
}


def phrase(language: str, name: str, **values: str) -> str:
    """A fixed phrase in the language of the question; quotation marks in values become inner ones."""
    inner = {key: value.translate(_INNER_MARKS) for key, value in values.items()}
    return PHRASES[language if language in PHRASES else "de"][name].format(**inner)


def phrase_about(language: str, name: str, questions: Sequence[str]) -> str:
    """A fixed phrase that quotes questions, joined by „und“."""
    opening, closing, joint = ("“", "”", "and") if language == "en" else ("„", "“", "und")
    marked = [f"{opening}{_shortened(question)}{closing}" for question in questions]
    *first, last = marked
    joined = f"{', '.join(first)} {joint} {last}" if first else last
    return PHRASES[language if language in PHRASES else "de"][name].format(questions=joined)


def _shortened(question: str) -> str:
    """A question fit to be quoted: inner marks, and not longer than a line or two."""
    text = question.translate(_INNER_MARKS)
    if len(text) <= _LONGEST_QUOTED:
        return text
    return text[: text.rfind(" ", 0, _LONGEST_QUOTED)].rstrip(" ,;:") + " …"


def spelled(day: date, language: str) -> str:
    """A day as readers of the language write it."""
    return f"{day:%d.%m.%Y}" if language == "de" else f"{day.day} {day:%B %Y}"
