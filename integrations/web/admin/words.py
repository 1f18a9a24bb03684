"""German words of the admin's desk that code needs; what only a template says stands in the template.

A notice is (sentence for one or no number, sentence for `{n}`).
"""

from collections.abc import Mapping

NOTICES: Mapping[str, tuple[str, str]] = {
    "gespeichert": ("Die Änderung ist gespeichert.", "Die Änderung ist gespeichert."),
    "dokumente-geaendert": ("Ein Dokument ist geändert.", "{n} Dokumente sind geändert."),
    "dokumente-geloescht": ("Ein Dokument ist gelöscht.", "{n} Dokumente sind gelöscht."),
    "auftrag-angelegt": ("Der Auftrag ist angelegt.", "Der Auftrag ist angelegt."),
    "quelle-angelegt": ("Die Quelle ist angelegt.", "Die Quelle ist angelegt."),
    "quelle-vergessen": (
        "Die Quelle ist entfernt; ihre Dokumente bleiben.",
        "Die Quelle ist entfernt; ihre Dokumente bleiben.",
    ),
    "umbau-begonnen": ("Der Umbau hat begonnen.", "Der Umbau hat begonnen."),
    "fruehere-geloescht": (
        "Frühere Generationen sind gelöscht.",
        "Frühere Generationen sind gelöscht.",
    ),
    "auftrag-abgebrochen": (
        "Der Auftrag wird abgebrochen; was schon eingelesen ist, bleibt.",
        "Der Auftrag wird abgebrochen; was schon eingelesen ist, bleibt.",
    ),
    "pause-beginnt": (
        "Die Auskunft macht jetzt eine Pause.",
        "Die Auskunft macht jetzt eine Pause.",
    ),
    "pause-endet": ("Die Auskunft antwortet wieder.", "Die Auskunft antwortet wieder."),
    "eintraege-geaendert": ("Ein Eintrag ist geändert.", "{n} Einträge sind geändert."),
    "eintrag-geloescht": ("Der Eintrag ist gelöscht.", "Der Eintrag ist gelöscht."),
    "antwort-entworfen": (
        "Der Entwurf ist gespeichert. Beantwortet wird daraus erst nach der Freigabe.",
        "Der Entwurf ist gespeichert. Beantwortet wird daraus erst nach der Freigabe.",
    ),
    "antwort-freigegeben": (
        "Die Antwort ist freigegeben und wird eingelesen.",
        "Die Antwort ist freigegeben und wird eingelesen.",
    ),
    "antwort-zurueckgezogen": (
        "Die Antwort ist zurückgezogen; daraus wird nichts mehr beantwortet.",
        "Die Antwort ist zurückgezogen; daraus wird nichts mehr beantwortet.",
    ),
    "testfragen-uebernommen": (
        "Eine Testfrage ist übernommen.",
        "{n} Testfragen sind übernommen.",
    ),
    "testfrage-geloescht": ("Die Testfrage ist gelöscht.", "Die Testfrage ist gelöscht."),
    "testlauf-begonnen": (
        "Die Testfragen werden jetzt gestellt.",
        "Die Testfragen werden jetzt gestellt.",
    ),
}
