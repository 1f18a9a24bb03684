"""The words of what admins do in Slack, in German."""

NOT_ADMIN = (
    "Das dürfen in Slack nur Personen, die dafür eingetragen sind. Eintragen kann sie, wer die "
    "Auskunft betreibt: „auskunft slack map U… --admin“."
)
TOKEN = (
    "Der Bot darf das beim Dienst nicht. Läuft er als eigener Prozess, braucht sein Token auch den "
    "Umfang „documents“: „auskunft token create --scope ask:staff --scope documents“."
)
FAILED = "Das hat wegen eines Fehlers nicht geklappt. Bitte versuchen Sie es später noch einmal."
HELP = (
    "`/auskunft status` – Dokumente, Aufträge und offene Fragen auf einen Blick\n"
    "`/auskunft reindex Richtlinie.pdf` – ein Dokument oder mehrere neu einlesen\n"
    "`/auskunft reindex alle` – alle Dokumente neu einlesen\n"
    "Eine Datei aufnehmen: dem Bot als Direktnachricht schicken, oder im Kanal mit einer Erwähnung."
)

STATUS_DOCUMENTS = "*Dokumente:* {documents}, {passages}"
DOCUMENTS = ("1 Dokument", "{} Dokumente")
PASSAGES = ("1 Textstelle", "{} Textstellen")
WARNINGS = ("1 mit Hinweisen", "{} mit Hinweisen")
VALIDITY = {
    "valid": "gültig",
    "upcoming": "künftig",
    "expired": "abgelaufen",
    "undated": "ohne Gültigkeit",
    "unknown": "ohne Gültigkeit",
}
INDEX_READY = "*Suchindex:* bereit"
INDEX_BROKEN = "*Suchindex:* beantwortet nichts – {reason}"
INDEX_BUILDING = "*Suchindex:* wird neu aufgebaut, {percent} %"
INDEX_OUTDATED = " (ein Neuaufbau ist nötig)"
PAUSED = "*Pause:* Fragen werden zurzeit nicht beantwortet."
JOBS = "*Aufträge:* {jobs}"
NO_JOBS = "keiner läuft"
TROUBLED = "*Zuletzt nicht gelungen:* {jobs}"
OPEN_QUESTIONS = "*Offene Fragen:* {number}"
FREE = "*Freier Platz:* {gigabytes} GB"

REINDEX_WHAT = (
    "Welches Dokument? `/auskunft reindex Richtlinie.pdf`, oder alle: `/auskunft reindex alle`."
)
REINDEX_SURE = (
    "Wirklich *alle* Dokumente neu einlesen? Das kann lange dauern; "
    "Fragen werden weiter beantwortet."
)
REINDEX_ALL = "Alle neu einlesen"
REINDEX_BEGUN = "Das Einlesen hat begonnen. Den Fortschritt zeigt eine Direktnachricht."

CANCEL = "Abbrechen"
CANCELLED = "Der Auftrag wird abgebrochen."
OVER_ALREADY = "Der Auftrag ist schon zu Ende."
WAITING = "*{label}*\nwartet, ein anderer Auftrag ist noch im Gange."
RUNNING = "*{label}*\n{done} von {total} ({percent} %){name}"
LEFT = (
    "*{label}*\nDer Bot wurde neu gestartet; der Auftrag läuft weiter. Wie weit er ist, zeigt "
    "`/auskunft status`."
)
DONE = "*{label}*\nFertig: {counts}."
STOPPED = "*{label}*\nAbgebrochen. Was bis dahin fertig war, bleibt: {counts}."
JOB_FAILED = "*{label}*\nNicht gelungen: {error}"
COUNTS = {
    "indexed": "{} eingelesen",
    "unchanged": "{} unverändert",
    "partial": "{} nur teilweise eingelesen",
    "failed": "{} nicht eingelesen",
    "removed": "{} entfernt",
}
NOTHING = "nichts zu tun"
MORE_ERRORS = "… und {number} weitere Fehler"
