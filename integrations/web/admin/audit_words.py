"""German words for what the audit log names by machine-readable verbs."""

SUBJECTS = {
    "account": "Konten",
    "answer": "Antworten von Hand",
    "check": "Bestandsprüfung",
    "document": "Dokumente",
    "index": "Suchindex",
    "ingest": "Einlesen",
    "invite": "Einladungen",
    "job": "Aufträge",
    "pause": "Pause",
    "question": "Fragen",
    "session": "Anmeldungen",
    "source": "Quellen",
    "token": "Tokens",
    "upload": "Hochladen",
    "worklist": "Arbeitsliste",
}
_VERBS = {
    "account.lock": "Konto gesperrt",
    "account.remove": "Konto gelöscht",
    "account.unlock": "Konto entsperrt",
    "answer.approve": "Antwort freigegeben",
    "answer.revise": "Antwort neu gefasst",
    "answer.withdraw": "Antwort zurückgezogen",
    "answer.write": "Antwort geschrieben",
    "check.repair": "Bestand repariert",
    "document.correct": "Dokument berichtigt",
    "document.reindex": "Dokument neu eingelesen",
    "document.remove": "Dokument gelöscht",
    "document.review": "Prüfdatum geändert",
    "index.drop": "frühere Generationen gelöscht",
    "index.rebuild": "Suchindex neu aufgebaut",
    "index.rollback": "Suchindex zurückgestellt",
    "ingest.start": "Einlesen begonnen",
    "invite.create": "Einladung erstellt",
    "invite.revoke": "Einladung widerrufen",
    "job.cancel": "Auftrag abgebrochen",
    "job.retry": "Auftrag wiederholt",
    "pause.begin": "Pause begonnen",
    "pause.end": "Pause beendet",
    "question.remove": "Frage gelöscht",
    "session.end": "Anmeldung beendet",
    "source.add": "Quelle angelegt",
    "source.read": "Quelle gelesen",
    "source.remove": "Quelle entfernt",
    "token.create": "Token erstellt",
    "token.revoke": "Token widerrufen",
    "upload.start": "Datei hochgeladen",
    "worklist.change": "Eintrag geändert",
    "worklist.remove": "Eintrag gelöscht",
}


def verb_name(verb: str) -> str:
    """What was done, in words; an unknown verb as it is."""
    return _VERBS.get(verb, verb)
