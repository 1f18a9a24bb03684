"""The words of taking in a file that was shared with the bot, in German."""

NOT_ADMIN = (
    "Dateien nehme ich in Slack nur von Personen entgegen, die dafür eingetragen sind. Fragen "
    "beantworte ich gern: bitte ohne Datei noch einmal schreiben."
)
OFFER = "Soll ich {names} aufnehmen? Gezeigt wird daraus nur etwas, wenn Sie es bestätigen."
TAKE_IN = "Aufnehmen …"
TOO_MANY = "Bitte höchstens {most} Dateien auf einmal teilen."
TITLE, SUBMIT, CLOSE = "Datei aufnehmen", "Aufnehmen", "Nicht aufnehmen"
KIND, KIND_HINT = "Art des Dokuments", "Ohne Angabe wird sie erkannt."
VALID_FROM, VALID_UNTIL = "Gültig ab", "Gültig bis"
AUDIENCE, AUDIENCE_HINT = "Wer es sieht", "„Alle“ heißt: auch Besucher der Webseite."
AUDIENCES = {"staff": "Beschäftigte", "public": "Alle"}
GROUP = "Gruppe {name}"
WRONG_DAYS = "Das Ende liegt vor dem Anfang."
FETCHING = "{names} wird geholt …"
EXTERNAL = "{name}: Die Datei liegt nicht bei Slack und lässt sich nicht holen. Bitte hochladen."
GONE = "{name}: Slack gibt die Datei nicht heraus. Fehlt dem Bot das Recht „files:read“?"
TOO_LARGE = "{name}: Die Datei ist größer als {most} MB. Bitte über die Verwaltung aufnehmen."
INCOMPLETE = "{name}: Die Datei kam nicht vollständig an. Bitte noch einmal versuchen."
WARNED = "• {warning}"
