"""Test questions and how they went in German words, for the page and for tables."""

from collections.abc import Mapping

from assistant.evaluation import Change, Reason
from integrations.probes import NOT_FOUND
from kb.state.probes import Cause, Probe

#: change → (name, tone of the badge)
CHANGES: Mapping[Change, tuple[str, str]] = {
    Change.NEWLY_WRONG: ("neu falsch", "bad"),
    Change.WRONG: ("falsch", "bad"),
    Change.STILL_WRONG: ("weiter falsch", "bad"),
    Change.NEWLY_RIGHT: ("neu richtig", "good"),
    Change.RIGHT: ("richtig", "good"),
    Change.STILL_RIGHT: ("weiter richtig", "good"),
}
REASONS: Mapping[Reason, str] = {
    Reason.ANSWERED: "Es wurde geantwortet, obwohl nichts gefunden werden soll.",
    Reason.NOT_FOUND: "Es wurde nichts gefunden.",
    Reason.FILE: "Das erwartete Dokument ist nicht unter den Quellen.",
    Reason.QUOTE: "Die erwartete Stelle ist nicht unter den Zitaten.",
    Reason.CONTENT: "Die Antwort enthält nicht, was sie soll, oder etwas, das sie nicht soll.",
    Reason.NOTICE: "Ein erwarteter Hinweis fehlt.",
}
CAUSES = {Cause.HAND: "von Hand", Cause.CHANGE: "nach einer Änderung der Dokumente"}


def expected_in_words(probe: Probe) -> list[str]:
    """What is expected of the answer, a line each."""
    expected = probe.expected
    if expected["status"] == NOT_FOUND:
        return ["nichts gefunden"]
    found = [
        " · ".join(filter(None, (one["file"], f"„{one['quote']}“" if one["quote"] else "")))
        for one in expected["sources"]
    ]
    found += [f"enthält {text}" for text in expected["contains"]]
    return found + [f"enthält nicht {text}" for text in expected["excludes"]] or ["eine Antwort"]
