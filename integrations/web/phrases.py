"""The words of the pages, in German and English; templates and script take every word from here.

Texts that come from documents or from the service (statements, quotes, notices) are not in here:
they are shown as they are. A test holds both languages to the same keys and placeholders.
"""

from collections.abc import Mapping
from typing import Literal

from integrations.web.page_phrases import OF_PAGES

Language = Literal["de", "en"]

_GERMAN = {
    "skip": "Zum Inhalt springen",
    "home": "Startseite",
    "language_switch": "Sprache",
    "rebuilding_banner": "Der Suchindex wird gerade neu aufgebaut. In einigen Minuten werden Fragen "
    "wieder beantwortet.",
    "demo_banner": "Beispieldaten: Alle Organisationen, Programme und Kontakte sind erfunden.",
    "note": "Hinweis",
    "ask_title": "Förderung und Zuständigkeiten",
    "ask_heading": "Welche Förderung gibt\N{NO-BREAK SPACE}es, und wer ist zuständig?",
    "ask_lead": "Fragen Sie in ganzen Sätzen oder in Stichworten. Zu jeder Aussage sehen Sie die "
    "Stelle in der Unterlage, auf die sie sich stützt.",
    "system_heading": "Sie schreiben mit einer KI, nicht mit einem Menschen.",
    "system_notice": "Die Antworten bestehen aus Sätzen, die wörtlich aus den hinterlegten "
    "Unterlagen stammen. Sie können Fehler enthalten, unvollständig oder unpassend sein und sind "
    "keine Rechtsberatung und keine Förderzusage. Verbindlich sind nur die Richtlinie und der "
    "Bescheid. Bitte prüfen Sie die Quellen.",
    "question_label": "Ihre Frage",
    "privacy_hint": "Bitte geben Sie keine Namen, Kontodaten oder andere persönliche Daten ein.",
    "keys_hint": "Enter sendet, Umschalt + Enter beginnt eine neue Zeile.",
    "characters_left": "Noch {n} Zeichen",
    "send": "Fragen",
    "new_question": "Neues Gespräch",
    "examples": "Beispiele",
    "conversation": "Gesprächsverlauf",
    "asked_as": "Verstanden als:",
    "answer": "Antwort",
    "automated": "KI",
    "partial": "Teilweise beantwortet",
    "not_found": "Nichts gefunden",
    "not_found_message": "Dazu finde ich in den hinterlegten Unterlagen keine sichere Angabe.",
    "counter_question": "Rückfrage:",
    "contacts": "Hier hilft man Ihnen weiter",
    "composed_extractive": "Automatisch zusammengestellt aus wörtlichen Sätzen der Quellen. Keine "
    "Rechtsberatung, keine Förderzusage.",
    "composed_generated": "Von einer KI formuliert und mit den Quellen abgeglichen. Keine "
    "Rechtsberatung, keine Förderzusage.",
    "composed_nothing": "Automatisch erstellte Auskunft. Keine Rechtsberatung, keine Förderzusage.",
    "as_of": "Stichtag der Antwort: {date}",
    "copy_answer": "Antwort kopieren",
    "copied": "Antwort mit Quellen kopiert",
    "copy_failed": "Kopieren ist hier nicht möglich",
    "sources": "Quellen",
    "source": "Quelle",
    "page": "S. {n}",
    "dated": "Stand {date}",
    "quoted": "Zitat",
    "poorly_read": "aus einem Scan erkannt, bitte im Original prüfen",
    "view_document": "Im Dokument ansehen",
    "new_window": "(öffnet neues Fenster)",
    "back_to_answer": "Zur Aussage",
    "valid": "gültig",
    "valid_until": "gültig bis {date}",
    "valid_from": "gültig seit {date}",
    "expired": "abgelaufen",
    "expired_on": "abgelaufen am {date}",
    "upcoming": "noch nicht gültig",
    "upcoming_from": "gilt ab {date}",
    "validity_unknown": "Gültigkeit unbekannt",
    "notice_expired": "Abgelaufen",
    "notice_superseded": "Ersetzt",
    "notice_upcoming": "Noch nicht gültig",
    "notice_unknown": "Gültigkeit unbekannt",
    "notice_demo": "Beispieldaten",
    "notice_corrected": "Schreibweise",
    "notice_other": "Hinweis",
    "notice_error": "Fehler",
    "searching": "Antwort wird gesucht …",
    "announce_sources": "{n} Quellen.",
    "announce_source": "Eine Quelle.",
    "empty_question": "Bitte geben Sie eine Frage ein.",
    "busy": "Die vorige Frage wird noch beantwortet.",
    "cleared": "Neues Gespräch begonnen.",
    "error_network": "Die Verbindung ist abgebrochen. Bitte prüfen Sie Ihre Internetverbindung und "
    "versuchen Sie es noch einmal.",
    "error_busy": "Gerade kommen sehr viele Fragen an. Bitte warten Sie kurz und versuchen Sie es "
    "dann noch einmal.",
    "error_busy_seconds": "Gerade kommen sehr viele Fragen an. Bitte warten Sie {n} Sekunden und "
    "versuchen Sie es dann noch einmal.",
    "error_server": "Die Auskunft ist gerade gestört. Bitte versuchen Sie es in einigen Minuten "
    "noch einmal.",
    "error_request": "Die Frage konnte nicht verarbeitet werden. Bitte formulieren Sie sie anders.",
    "retry": "Noch einmal versuchen",
    "error_broken": "Die Verbindung ist mitten in der Antwort abgebrochen; die Antwort ist deshalb "
    "nicht vollständig und wird nicht gezeigt. Ihre Frage ist noch da.",
    "contact": "Kontakt",
    "footer": "Automatisierte Auskunft aus hinterlegten Unterlagen. Verbindlich sind nur die "
    "Richtlinie und der Bescheid.",
    "document_back": "Zur Auskunft",
    "document_extract": "Sie sehen den Text, den die Auskunft aus der Unterlage gelesen hat. "
    "Verbindlich ist die Unterlage selbst.",
    "document_kind": "Art",
    "document_publisher": "Herausgeber",
    "document_dated": "Stand",
    "document_validity": "Gültigkeit",
    "document_file": "Datei",
    "document_contents": "Inhalt",
    "document_text": "Text der Unterlage",
    "to_quote": "Zur zitierten Stelle",
    "quote_start": "Zitierte Stelle:",
    "error_status": "Fehler {n}",
    "error_home": "Zurück zur Startseite",
}

_ENGLISH = {
    "skip": "Skip to content",
    "home": "Home",
    "language_switch": "Language",
    "rebuilding_banner": "The search index is being rebuilt. Questions will be answered again in a "
    "few minutes.",
    "demo_banner": "Sample data: all organisations, programmes and contacts are fictitious.",
    "note": "Note",
    "ask_title": "Funding and responsibilities",
    "ask_heading": "What funding is there, and who is responsible?",
    "ask_lead": "Ask in full sentences or in keywords. With every statement you see the passage "
    "of the document it rests on.",
    "system_heading": "You are writing to an AI, not to a person.",
    "system_notice": "Answers consist of sentences quoted word for word from the stored documents, "
    "most of which are in German. They may contain errors, be incomplete or miss your point, and are "
    "neither legal advice nor a funding commitment. Only the guideline and the official notice are "
    "binding. Please check the sources.",
    "question_label": "Your question",
    "privacy_hint": "Please do not enter names, bank details or other personal data.",
    "keys_hint": "Enter sends, Shift + Enter starts a new line.",
    "characters_left": "{n} characters left",
    "send": "Ask",
    "new_question": "New conversation",
    "examples": "Examples",
    "conversation": "Conversation",
    "asked_as": "Understood as:",
    "answer": "Answer",
    "automated": "AI",
    "partial": "Partly answered",
    "not_found": "Nothing found",
    "not_found_message": "I cannot find reliable information on this in the stored documents.",
    "counter_question": "Question back:",
    "contacts": "Who can help you",
    "composed_extractive": "Put together automatically from sentences quoted from the sources. Not "
    "legal advice, not a funding commitment.",
    "composed_generated": "Worded by an AI and checked against the sources. Not legal advice, not "
    "a funding commitment.",
    "composed_nothing": "Automated reply. Not legal advice, not a funding commitment.",
    "as_of": "Answer as of {date}",
    "copy_answer": "Copy answer",
    "copied": "Answer and sources copied",
    "copy_failed": "Copying is not possible here",
    "sources": "Sources",
    "source": "Source",
    "page": "p. {n}",
    "dated": "as of {date}",
    "quoted": "Quote",
    "poorly_read": "recognised from a scan, please check the original",
    "view_document": "View in the document",
    "new_window": "(opens a new window)",
    "back_to_answer": "To the statement",
    "valid": "valid",
    "valid_until": "valid until {date}",
    "valid_from": "valid since {date}",
    "expired": "expired",
    "expired_on": "expired on {date}",
    "upcoming": "not yet valid",
    "upcoming_from": "valid from {date}",
    "validity_unknown": "validity unknown",
    "notice_expired": "Expired",
    "notice_superseded": "Superseded",
    "notice_upcoming": "Not yet valid",
    "notice_unknown": "Validity unknown",
    "notice_demo": "Sample data",
    "notice_corrected": "Spelling",
    "notice_other": "Note",
    "notice_error": "Error",
    "searching": "Looking for the answer …",
    "announce_sources": "{n} sources.",
    "announce_source": "One source.",
    "empty_question": "Please enter a question.",
    "busy": "The previous question is still being answered.",
    "cleared": "New conversation started.",
    "error_network": "The connection was lost. Please check your internet connection and try "
    "again.",
    "error_busy": "There are very many questions at the moment. Please wait a little and then try "
    "again.",
    "error_busy_seconds": "There are very many questions at the moment. Please wait {n} seconds "
    "and then try again.",
    "error_server": "The service is out of order at the moment. Please try again in a few minutes.",
    "error_request": "The question could not be processed. Please word it differently.",
    "retry": "Try again",
    "error_broken": "The connection was lost in the middle of the answer, which is therefore "
    "incomplete and not shown. Your question is still there.",
    "contact": "Contact",
    "footer": "Automated information from stored documents. Only the guideline and the official "
    "notice are binding.",
    "document_back": "Ask a question",
    "document_extract": "This is the text that the service has read from the document. Only the "
    "document itself is authoritative.",
    "document_kind": "Kind",
    "document_publisher": "Publisher",
    "document_dated": "As of",
    "document_validity": "Validity",
    "document_file": "File",
    "document_contents": "Contents",
    "document_text": "Text of the document",
    "to_quote": "Go to the quoted passage",
    "quote_start": "Quoted passage:",
    "error_status": "Error {n}",
    "error_home": "Back to the start page",
}

PHRASES: Mapping[Language, Mapping[str, str]] = {
    "de": {**_GERMAN, **OF_PAGES["de"]},
    "en": {**_ENGLISH, **OF_PAGES["en"]},
}

#: What the script needs; it is written into the page as one data attribute.
SCRIPT_PHRASES = (
    *("answer", "source", "sources", "searching", "announce_source", "announce_sources"),
    *("page", "dated", "poorly_read", "as_of", "partial", "not_found", "not_found_message"),
    *("composed_extractive", "composed_generated", "composed_nothing", "characters_left", "busy"),
    *("copied", "copy_answer", "copy_failed", "cleared", "demo_banner"),
    *("valid", "valid_until", "valid_from", "expired", "expired_on", "upcoming", "upcoming_from"),
    *("validity_unknown", "notice_expired", "notice_superseded", "notice_upcoming"),
    *(
        "notice_unknown",
        "notice_demo",
        "notice_corrected",
        "notice_other",
        "notice_error",
        "contact",
    ),
    *("copied_heading", "picture_alt", "mail_subject", "mail_body", "feedback_thanks"),
    *("feedback_sent", "feedback_failed", "error_broken"),
    *("error_network", "error_busy", "error_busy_seconds", "error_server", "error_request"),
)
