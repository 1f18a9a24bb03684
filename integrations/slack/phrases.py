"""The words of the Slack bot, in German as the whole surface in Slack is."""

WORKING = "Ich sehe in den Unterlagen nach …"
EMPTY = "Bitte schreiben Sie Ihre Frage gleich dazu, zum Beispiel: „Wie hoch ist der Zuschuss?“"
UNEXPECTED = (
    "Diese Frage konnte ich wegen eines unerwarteten Fehlers nicht beantworten. Der Fehler wurde "
    "protokolliert. Bitte versuchen Sie es später noch einmal"
)
LATER = "Die Suche ist zurzeit nicht möglich. Bitte versuchen Sie es in einigen Minuten noch einmal"
INTERRUPTED = (
    "Entschuldigung, diese Frage ist bei einem Neustart liegen geblieben. Bitte stellen Sie sie "
    "noch einmal."
)
FULL = (
    "Es warten gerade so viele Fragen, dass ich keine weitere annehmen kann. Bitte stellen Sie sie in "
    "einigen Minuten noch einmal"
)
BELOW = "Die Antwort steht hier darunter."
QUEUED = (
    "Es sind gerade {number} Fragen vor Ihnen. Ihre Antwort erscheint hier, sobald sie an der Reihe "
    "ist …"
)
QUEUED_ONE = (
    "Es ist gerade eine Frage vor Ihnen. Ihre Antwort erscheint hier, sobald sie an der Reihe ist …"
)
SOURCES = "*Quellen*"
SHOW_SOURCE = "Quelle zeigen"
OPEN_DOCUMENT = "Dokument öffnen"
CLOSE = "Schließen"
SOURCE_TITLE = "Quelle"
HELPFUL, NOT_HELPFUL = "Hilfreich", "Nicht hilfreich"
THANKS = "Danke für die Rückmeldung."
TOO_LATE = "Zu dieser Antwort ist keine Rückmeldung mehr möglich."
CONTACT = "Ansprechstelle: {contact}"
PAGE = "S. {page}"
MORE = "… und {number} weitere Quellen auf der Webseite."
VALID_UNTIL = "gültig bis {day}"
VALID_FROM = "gültig seit {day}"
UPCOMING = "noch nicht gültig, erst ab {day}"
EXPIRED = "nicht mehr gültig seit {day}"
EXPIRED_UNDATED = "nicht mehr gültig"
POORLY_READ = "schlecht lesbare Stelle, bitte am Original prüfen"

ASKED_AS = "Verstanden als: {question}"
SHOW_HERE = "Im Kanal zeigen"
SHOWN = "Die Antwort steht jetzt im Kanal, so wie alle dort sie sehen dürfen."
SHOWN_ALREADY = "Diese Antwort ist schon in den Kanal gestellt worden."
NOT_MEMBER = (
    "In diesen Kanal kann ich nicht schreiben. Bitte laden Sie mich zuerst dorthin ein: „/invite“."
)
ASKED_BY = "{person} fragt: {question}"
FULLER = (
    "Zu dieser Frage dürfen Sie mehr Unterlagen sehen als alle in diesem Kanal. Soll ich Ihnen die "
    "ausführlichere Antwort zeigen? Nur Sie sehen sie."
)
SHOW_FULLER = "Nur mir zeigen"
HELP = (
    "`/auskunft Ihre Frage` beantwortet eine Frage so, dass nur Sie die Antwort sehen; mit „Im Kanal "
    "zeigen“ lesen sie alle dort. Im Kanal erwähnen Sie mich, in einem Gespräch mit mir fragen Sie "
    "einfach weiter. Ich antworte nur aus den hinterlegten Dokumenten und nenne zu jedem Satz die "
    "Stelle."
)
WHAT_I_DO = (
    "*Was ich kann*\nIch beantworte Fragen aus den hinterlegten Dokumenten und nenne zu jedem Satz die "
    "Stelle. Schreiben Sie mir hier unter „Nachrichten“, erwähnen Sie mich in einem Kanal oder "
    "benutzen Sie `/auskunft Ihre Frage`."
)
NEWEST = "*Neueste Dokumente*"
NO_DOCUMENTS = "Es sind noch keine Dokumente für Sie da."
RECENT = "*Meine letzten Fragen*"
NO_RECENT = "Hier stehen Ihre letzten Fragen. Nur Sie sehen sie; nach 30 Tagen werden sie gelöscht."
RECENT_NOTE = "Nur Sie sehen diese Fragen. Es bleiben höchstens zehn, keine länger als 30 Tage."
DELETE, DELETE_ALL = "Löschen", "Alle löschen"
SUGGESTIONS = "Zum Beispiel:"
STATUS = "sieht in den Unterlagen nach …"


def is_sign(text: str) -> bool:
    """Whether this is to be seen before an answer."""
    return text in (WORKING, QUEUED_ONE) or text.endswith(QUEUED.partition("{number}")[2])


def sign(ahead: int) -> str:
    """What is to be seen before the answer, when so many questions are answered first."""
    if not ahead:
        return WORKING
    return QUEUED_ONE if ahead == 1 else QUEUED.format(number=ahead)
