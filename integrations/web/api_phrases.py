"""What the OpenAPI document says in German: operations, parameters and problems."""

_VISIBLE = "Wer nicht angemeldet ist, sieht nur öffentliche Dokumente."
_EDITOR = "Nötig ist die Rolle „editor“."
_ADMIN = "Nötig ist die Rolle „admin“."
_EVENTS = "Die Antwort kommt Stück für Stück als Server-Sent Events."

DESCRIPTIONS: dict[str, str] = {
    "POST /api/v1/answers": "Beantwortet eine Frage aus den Dokumenten und nennt zu jedem Satz die "
    "Fundstelle. Mit „Accept: text/event-stream“ kommt die Antwort Satz für Satz.",
    "GET /api/v1/examples": "Nennt bis zu vier Fragen, die die öffentlichen Dokumente beantworten.",
    "POST /api/v1/search": f"Sucht Fundstellen zu einer Frage, die beste zuerst. {_VISIBLE}",
    "POST /api/v1/feedback": "Nimmt entgegen, ob eine Antwort geholfen hat. Die Kennung steht in der "
    "Antwort.",
    "POST /api/v1/callbacks": "Legt einen Rückrufwunsch in die Arbeitsliste. Nötig sind ein Name, eine "
    "Telefonnummer oder E-Mail-Adresse und die Einwilligung.",
    "GET /api/v1/documents": "Listet die Dokumente auf; mit groups so, wie jemand dieser "
    f"Gruppen sie sieht, mit newest nur so viele, die neuesten zuerst. {_VISIBLE}",
    "PATCH /api/v1/documents": f"Ändert Angaben zu gewählten Dokumenten; was fehlt, bleibt. {_EDITOR}",
    "DELETE /api/v1/documents": f"Löscht die gewählten Dokumente endgültig. {_EDITOR}",
    "GET /api/v1/documents/{document_id}": f"Gibt ein Dokument mit seinem Text aus. {_VISIBLE}",
    "GET /api/v1/status": f"Nennt Bestand, Modell und Zustand des Suchindex. {_EDITOR}",
    "POST /api/v1/ingest": f"Liest Dateien vom Rechner des Dienstes ein. {_EVENTS} {_ADMIN}",
    "GET /api/v1/me": "Nennt Rolle, Namen und Gruppen des Anfragenden.",
    "GET /api/v1/accounts": f"Listet die Konten auf. {_ADMIN}",
    "PATCH /api/v1/accounts/{account_id}": "Ändert Rolle und Gruppen eines eingeladenen Kontos, sperrt "
    "ein Konto oder gibt es frei; was fehlt, bleibt. Es gilt sofort in allen Sitzungen, eine Sperre "
    f"beendet sie. {_ADMIN}",
    "DELETE /api/v1/accounts/{account_id}": f"Löscht ein Konto mit seinen Sitzungen. {_ADMIN}",
    "GET /api/v1/sessions": f"Listet die laufenden Sitzungen auf. {_ADMIN}",
    "DELETE /api/v1/sessions/{session_id}": f"Beendet eine Sitzung sofort. {_ADMIN}",
    "GET /api/v1/invites": f"Listet die Einladungen auf, ohne ihre Links. {_ADMIN}",
    "POST /api/v1/invites": f"Erstellt einen Link, mit dem man sich einmal anmelden kann. Der Link ist "
    f"nur in dieser Antwort zu sehen. {_ADMIN}",
    "DELETE /api/v1/invites/{invite_id}": f"Macht einen Anmeldelink ungültig. {_ADMIN}",
    "GET /api/v1/tokens": f"Listet die API-Tokens auf, ohne ihre Geheimnisse. {_ADMIN}",
    "POST /api/v1/tokens": f"Erstellt ein API-Token. Das Geheimnis ist nur in dieser Antwort zu sehen. "
    f"{_ADMIN}",
    "DELETE /api/v1/tokens/{token_id}": f"Widerruft ein API-Token sofort. {_ADMIN}",
    "GET /api/v1/slack/mappings": f"Listet auf, wer in Slack was sehen und pflegen darf. {_ADMIN}",
    "PUT /api/v1/slack/mappings/{slack_id}": "Ordnet einem Kanal (C…, G…) oder einer Nutzergruppe (S…) "
    "Zielgruppen zu und ersetzt, was vorher galt; „admin“ lässt Personen (U…) und Nutzergruppen in "
    f"Slack Dokumente pflegen. {_ADMIN}",
    "DELETE /api/v1/slack/mappings/{slack_id}": f"Hebt eine Zuordnung auf; es gilt ab der nächsten "
    f"Frage. {_ADMIN}",
    "POST /api/v1/rebuild": f"Baut den Suchindex aus den Originalen neu auf; bis dahin antwortet der "
    f"bisherige. {_EVENTS} {_ADMIN}",
    "GET /api/v1/generations": f"Listet die Generationen des Suchindex auf. {_ADMIN}",
    "DELETE /api/v1/generations": f"Löscht die aufgehobene frühere Generation. {_ADMIN}",
    "POST /api/v1/generations/rollback": f"Schaltet zur früheren Generation zurück. {_EVENTS} {_ADMIN}",
    "POST /api/v1/jobs": f"Legt einen Auftrag an, der Dateien dieses Rechners einliest. {_ADMIN}",
    "GET /api/v1/jobs": f"Listet die Aufträge auf, die neuesten zuerst. {_EDITOR}",
    "POST /api/v1/check": f"Vergleicht Register, Originale und Suchindex und behebt auf Wunsch "
    f"Unterschiede. {_EVENTS} {_EDITOR}",
    "GET /api/v1/jobs/{job_id}": f"Zeigt einen Auftrag mit Fortschritt und Bericht. {_EDITOR}",
    "GET /api/v1/jobs/{job_id}/events": f"Verfolgt einen Auftrag bis zum Ende. {_EVENTS} {_EDITOR}",
    "POST /api/v1/jobs/{job_id}/cancel": f"Bricht einen Auftrag ab. {_EDITOR}",
    "POST /api/v1/jobs/{job_id}/retry": f"Legt einen beendeten Auftrag noch einmal an. {_EDITOR}",
    "GET /api/v1/sources": f"Listet die Quellen auf, aus denen Dokumente kommen. {_EDITOR}",
    "POST /api/v1/sources": f"Legt eine Quelle an: Webadressen oder, nur für „admin“, Ordner. {_EDITOR}",
    "DELETE /api/v1/sources/{source_id}": f"Vergisst eine Quelle; ihre Dokumente bleiben. {_EDITOR}",
    "POST /api/v1/sources/{source_id}/read": f"Liest eine Quelle sofort. {_EVENTS} {_EDITOR}",
    "PUT /api/v1/uploads/{name}": f"Lädt eine Datei hoch, deren Bytes der Inhalt der Anfrage sind, und "
    f"legt einen Auftrag zum Einlesen an. {_EDITOR}",
    "GET /api/v1/questions": f"Listet die gestellten Fragen auf, die neuesten zuerst. {_EDITOR}",
    "DELETE /api/v1/questions/{answer_id}": f"Löscht eine Frage; die Zählung bleibt. {_EDITOR}",
    "GET /api/v1/statistics": f"Gibt Zahlen je Tag aus, ohne Texte. {_EDITOR}",
    "GET /api/v1/worklist": f"Listet unbeantwortete Fragen und Rückrufwünsche auf. {_EDITOR}",
    "PATCH /api/v1/worklist/{item_id}": f"Ändert einen Eintrag der Arbeitsliste. {_EDITOR}",
    "DELETE /api/v1/worklist/{item_id}": f"Löscht einen Eintrag der Arbeitsliste. {_EDITOR}",
    "GET /api/v1/audit": f"Gibt das Änderungsprotokoll aus, das Neueste zuerst. {_ADMIN}",
    "GET /api/v1/pause": f"Sagt, ob gerade geantwortet wird. {_ADMIN}",
    "POST /api/v1/pause": f"Unterbricht das Antworten; die Dokumente bleiben lesbar. {_ADMIN}",
    "DELETE /api/v1/pause": f"Beendet die Pause. {_ADMIN}",
    "POST /api/v1/documents/reindex": f"Liest die gewählten Dokumente aus ihren Originalen neu ein. "
    f"{_EVENTS} {_EDITOR}",
    "GET /api/v1/settings": f"Zeigt jede Einstellung mit Wert und Herkunft, die Versionen und den Platz "
    f"auf dem Datenträger. Geheimnisse stehen nie darin. {_ADMIN}",
    "POST /api/v1/explain": f"Beantwortet eine Frage und zeigt den Weg dorthin: Verständnis, "
    f"Fundstellen mit ihren Wertungen, Sätze und Begründung. {_EDITOR}",
    "GET /api/v1/written-answers": f"Listet die von Hand geschriebenen Antworten auf. {_EDITOR}",
    "POST /api/v1/written-answers": f"Schreibt eine Antwort als Entwurf; beantwortet wird daraus erst "
    f"nach der Freigabe. {_EDITOR}",
    "GET /api/v1/written-answers/{answer_id}": f"Gibt eine geschriebene Antwort aus. {_EDITOR}",
    "PUT /api/v1/written-answers/{answer_id}": f"Fasst eine Antwort neu; bis zur Freigabe gilt die "
    f"frühere Fassung. {_EDITOR}",
    "POST /api/v1/written-answers/{answer_id}/approve": f"Gibt die gelesene Fassung frei; sie wird ein "
    f"Dokument und wie jedes andere zitiert. {_EDITOR}",
    "DELETE /api/v1/written-answers/{answer_id}": f"Zieht eine Antwort zurück; ihr Dokument ist sofort "
    f"gelöscht. {_EDITOR}",
    "GET /api/v1/test-questions": f"Listet die eigenen Testfragen auf. {_EDITOR}",
    "POST /api/v1/test-questions": f"Legt eine Testfrage mit dem an, was erwartet wird. {_EDITOR}",
    "POST /api/v1/test-questions/import": f"Übernimmt Testfragen aus einer YAML-Liste; bekannte "
    f"Kennungen werden ersetzt. {_EDITOR}",
    "PUT /api/v1/test-questions/{probe_id}": f"Ersetzt eine Testfrage. {_EDITOR}",
    "DELETE /api/v1/test-questions/{probe_id}": f"Löscht eine Testfrage. {_EDITOR}",
    "GET /api/v1/test-runs": f"Listet die Läufe der Testfragen auf, den neuesten zuerst. {_EDITOR}",
    "POST /api/v1/test-runs": f"Stellt alle Testfragen im Hintergrund. {_EDITOR}",
    "GET /api/v1/test-runs/{run_id}": f"Zeigt einen Lauf neben dem davor, neu Falsches "
    f"zuerst. {_EDITOR}",
    "GET /healthz": "Sagt, dass der Prozess läuft; für Überwachung und Neustart.",
    "GET /readyz": "Sagt, ob Fragen beantwortet werden können; für Lastverteiler.",
}

#: description and example of each parameter, where needed of one operation's
PARAMETERS: dict[str, tuple[str, object]] = {
    "document_id": ("Kennung des Dokuments", "d64bd181e552554254fb"),
    "account_id": ("Kennung des Kontos", "acc-1f2e3d4c5b6a"),
    "session_id": ("Kennung der Sitzung", "ses-0a1b2c3d4e5f"),
    "invite_id": ("Kennung der Einladung", "inv-ea664a5aabe4"),
    "token_id": ("Kennung des Tokens", "a5021c82"),
    "job_id": ("Kennung des Auftrags", "9d3cb31e0edcab0d"),
    "source_id": ("Kennung der Quelle", "40d76dda"),
    "answer_id": ("Kennung der Antwort", "Yezms8xc4GGNdrpcahf7uEux"),
    "slack_id": ("Kennung von Kanal, Nutzergruppe oder Person in Slack", "C0123456789"),
    "item_id": ("Kennung des Eintrags", "wrk-5d4c3b2a1f0e"),
    "probe_id": ("Kennung der Testfrage", "9c5679bf5caa"),
    "run_id": ("Nummer des Laufs", 12),
    "version": ("Die gelesene Fassung", 1),
    "judged": ("Nur Fragen mit einer Rückmeldung", True),
    "commented": ("Nur Fragen mit einer Anmerkung", True),
    "who": ("Nur Änderungen dieser Person", "Erika Beispiel"),
    "name": ("Name der Datei oder des Tokens", "Merkblatt.pdf"),
    "select": (
        "Dokumente nach Kennung, deren Anfang (ab sechs Zeichen), Dateiname oder Muster",
        ["Richtlinie_*.pdf"],
    ),
    "scope": ("Umfang des Tokens; mehrfach möglich", ["admin"]),
    "limit": ("Höchstzahl der Einträge", 50),
    "groups": ("Zielgruppen, für die aufgelistet wird; mehrfach möglich", ["staff"]),
    "newest": ("Höchstzahl der Dokumente, die neuesten zuerst", 5),
    "offset": ("So viele Einträge werden übersprungen", 0),
    "repair": ("Unterschiede gleich beheben", False),
    "public": ("Für alle sichtbar einlesen", False),
    "outcome": ("Nur Fragen mit diesem Ergebnis; mehrfach möglich", ["not_found"]),
    "from": ("Erster Tag", "2026-11-01"),
    "to": ("Letzter Tag", "2026-11-30"),
    "text": ("Nur Fragen, in denen dieser Text steht", "Meisterbonus"),
    "helpful": ("Nur Fragen mit dieser Rückmeldung", True),
    "kind": ("Nur Einträge dieser Art", "question"),
    "PUT /api/v1/uploads/{name} kind": (
        "Art des Dokuments; ohne Angabe wird sie erkannt",
        "guideline",
    ),
    "PUT /api/v1/uploads/{name} audience": (
        "Wer es sieht: „public“, „staff“ oder eine Gruppe; geht vor, was die Datei von sich sagt",
        "staff",
    ),
    "PUT /api/v1/uploads/{name} valid_from": ("Gültig ab diesem Tag (JJJJ-MM-TT)", "2026-01-01"),
    "PUT /api/v1/uploads/{name} valid_until": ("Gültig bis zu diesem Tag", "2026-12-31"),
    "state": ("Nur Einträge in diesem Zustand; mehrfach möglich", ["open"]),
    "GET /api/v1/written-answers state": (
        "Nur Antworten in diesem Zustand; mehrfach möglich",
        ["draft"],
    ),
    "verb": ("Nur Änderungen dieser Art", "document.correct"),
}

#: title and example sentence of each problem
PROBLEMS: dict[int, tuple[str, str]] = {
    400: ("Die Anfrage ist nicht lesbar.", "Die Anfrage ist nicht lesbar."),
    403: ("Kein Zugang", "Dieses Token ist unbekannt oder widerrufen."),
    404: ("Nicht gefunden", "Das gibt es hier nicht (mehr)."),
    413: (
        "Die Anfrage ist zu groß; erlaubt ist höchstens 1 MB.",
        "Die Anfrage ist zu groß; erlaubt ist höchstens 1 MB.",
    ),
    421: ("Unbekannter Hostname", "Unter dem Namen 'fremd.example' antwortet dieser Dienst nicht."),
    422: ("Die Anfrage ist nicht gültig.", "Die Angabe „Frage“ (question) fehlt."),
    429: ("Zu viele Anfragen", "Bitte warten Sie eine Minute und fragen Sie dann noch einmal."),
    500: (
        "Es ist ein unerwarteter Fehler aufgetreten.",
        "Der Fehler wurde protokolliert. Bitte später noch einmal versuchen.",
    ),
    503: ("Gerade ist viel los.", "Bitte versuchen Sie es in einigen Minuten noch einmal."),
    507: ("Kein Speicherplatz", "Auf dem Datenträger ist zu wenig Platz. Bitte Platz schaffen."),
}
