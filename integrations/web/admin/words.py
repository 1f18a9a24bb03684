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
