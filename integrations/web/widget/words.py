"""The widget's own words in German and English; `{}` is filled by the script.

Statements, quotes and notices come from the service and are shown as they are.
"""

from collections.abc import Mapping

#: Each word with its languages in the order of `LANGUAGES`.
WORDS: Mapping[str, tuple[str, str]] = {
    "title": (
        "Auskunft",
        "Information",
    ),
    "launch": (
        "Frage stellen",
        "Ask a question",
    ),
    "close": (
        "Schließen",
        "Close",
    ),
    "log": (
        "Gesprächsverlauf",
        "Conversation",
    ),
    "notice": (
        "Sie schreiben mit einer KI, nicht mit einem Menschen. Antworten können Fehler "
        "enthalten und sind keine Rechtsberatung und keine Förderzusage. Verbindlich sind nur"
        " die Richtlinie und der Bescheid. Bitte prüfen Sie die Quellen.",
        "You are chatting with an AI, not a person. Answers may contain errors and are "
        "neither legal advice nor a funding commitment. Only the guideline and the official "
        "notice are binding. Please check the sources.",
    ),
    "question": (
        "Ihre Frage",
        "Your question",
    ),
    "hint": (
        "Bitte geben Sie keine Namen, Kontodaten oder andere persönliche Daten ein.",
        "Please do not enter names, bank details or other personal data.",
    ),
    "left": (
        "Noch {} Zeichen.",
        "{} characters left.",
    ),
    "send": (
        "Fragen",
        "Ask",
    ),
    "clear": (
        "Gespräch löschen",
        "Delete conversation",
    ),
    "searching": (
        "Antwort wird gesucht …",
        "Searching …",
    ),
    "ai": (
        "KI",
        "AI",
    ),
    "asked": (
        "Verstanden als:",
        "Understood as:",
    ),
    "source": (
        "Quelle",
        "Source",
    ),
    "sources": (
        "Quellen",
        "Sources",
    ),
    "page": (
        "S.",
        "p.",
    ),
    "current": (
        "gültig",
        "valid",
    ),
    "currentOn": (
        "gültig bis {}",
        "valid until {}",
    ),
    "expired": (
        "abgelaufen",
        "expired",
    ),
    "expiredOn": (
        "abgelaufen am {}",
        "expired on {}",
    ),
    "upcoming": (
        "noch nicht gültig",
        "not yet valid",
    ),
    "upcomingOn": (
        "gilt ab {}",
        "valid from {}",
    ),
    "unknown": (
        "Gültigkeit unbekannt",
        "validity unknown",
    ),
    "poor": (
        "Aus einem Scan, bitte im Original prüfen.",
        "From a scan, please check the original.",
    ),
    "open": (
        "Im Dokument ansehen (öffnet neues Fenster)",
        "View in the document (opens a new window)",
    ),
    "helpful": (
        "War das hilfreich?",
        "Was this helpful?",
    ),
    "yes": (
        "Ja",
        "Yes",
    ),
    "no": (
        "Nein",
        "No",
    ),
    "thanks": (
        "Danke für Ihre Rückmeldung.",
        "Thank you for your feedback.",
    ),
    "contact": (
        "Ansprechpartner",
        "Whom to ask",
    ),
    "offline": (
        "Sie sind offline. Bitte prüfen Sie Ihre Internetverbindung und versuchen Sie es noch"
        " einmal.",
        "You are offline. Please check your internet connection and try again.",
    ),
    "away": (
        "Die Auskunft ist gerade gestört. Bitte versuchen Sie es in einigen Minuten noch einmal.",
        "The service is out of order at the moment. Please try again in a few minutes.",
    ),
    "lost": (
        "Die Verbindung ist mitten in der Antwort abgebrochen. Bitte fragen Sie noch einmal.",
        "The connection was lost during the answer. Please ask again.",
    ),
    "wait": (
        "Gerade kommen sehr viele Fragen an. Bitte versuchen Sie es {} noch einmal.",
        "There are very many questions at the moment. Please try again {}.",
    ),
    "paused": (
        "Die Auskunft macht gerade Pause. Bitte versuchen Sie es später noch einmal.",
        "The service is taking a break at the moment. Please try again later.",
    ),
    "refused": (
        "Die Frage konnte nicht verarbeitet werden. Bitte formulieren Sie sie anders.",
        "The question could not be processed. Please word it differently.",
    ),
    "retry": (
        "Noch einmal versuchen",
        "Try again",
    ),
}
LANGUAGES = ("de", "en")
