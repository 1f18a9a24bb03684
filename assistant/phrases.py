"""The fixed phrases of answers, German and English; everything else is the sources' own words."""

from datetime import date

_INNER_MARKS = str.maketrans({"„": "‚", "“": "‘", "”": "’"})

PHRASES: dict[str, dict[str, str]] = {
    "de": {
        "searching": "Unterlagen werden durchsucht …",
        "not_found": "Dazu steht nichts in den Unterlagen, die hier hinterlegt sind.",
        "not_found_ask": "Bitte wenden Sie sich an die unten genannte Stelle.",
        "not_found_rephrase": "Vielleicht hilft es, die Frage anders zu stellen oder das Programm, "
        "die Stelle oder den Ort zu nennen.",
        "expired": "„{title}“ galt nur bis zum {day}. Die Angaben daraus sind nicht mehr aktuell.",
        "upcoming": "„{title}“ gilt erst ab dem {day}.",
        "superseded": "„{title}“ wurde durch eine neuere Fassung ersetzt: „{newer}“.",
        "demo": "Beispieldaten: Alle Organisationen, Programme und Kontakte sind erfunden.",
    },
    "en": {
        "searching": "Searching the documents …",
        "not_found": "The documents held here say nothing about this.",
        "not_found_ask": "Please contact the office named below.",
        "not_found_rephrase": "It may help to put the question differently or to name the "
        "programme, the office or the place.",
        "expired": "“{title}” was valid only until {day}. What it says is no longer current.",
        "upcoming": "“{title}” is valid only from {day}.",
        "superseded": "“{title}” has been replaced by a newer version: “{newer}”.",
        "demo": "Sample data: all organisations, programmes and contacts are invented.",
    },
}


def phrase(language: str, name: str, **values: str) -> str:
    """A fixed phrase in the language of the question; quotation marks in values become inner ones."""
    inner = {key: value.translate(_INNER_MARKS) for key, value in values.items()}
    return PHRASES[language if language in PHRASES else "de"][name].format(**inner)


def spelled(day: date, language: str) -> str:
    """A day as readers of the language write it."""
    return f"{day:%d.%m.%Y}" if language == "de" else f"{day.day} {day:%B %Y}"
