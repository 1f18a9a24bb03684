"""German words of an explanation: why a part is answered or not, why the whole has its status."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.verify import Fault, Objection

_QUOTED = 60
ASKS: Mapping[str, str] = {
    "amount": "ein Betrag",
    "share": "ein Anteil",
    "time": "ein Zeitpunkt",
    "duration": "eine Dauer",
    "person": "eine Person oder Stelle",
    "contact": "eine Telefonnummer oder Anschrift",
    "phone": "eine Telefonnummer",
    "place": "ein Ort",
    "limit": "eine Obergrenze",
    "decision": "ein Beschluss",
    "meaning": "was etwas ist oder tut",
}
LANGUAGES: Mapping[str, str] = {"de": "Deutsch", "en": "Englisch"}
STATUS: Mapping[str, str] = {
    "answered": "beantwortet",
    "partial": "teilweise beantwortet",
    "not_found": "nicht gefunden",
}
RANKED_BY: Mapping[str, str] = {
    "fusion": "nach Bedeutung und Wörtern zusammen",
    "late-interaction": "nach Bedeutung und Wörtern, dann Wort für Wort verglichen",
}


def percent(share: float) -> str:
    """0…1 as a whole number of percent."""
    return f"{share * 100:.0f} %"


def decimal(value: float | None, digits: int = 2) -> str:
    """A number with a comma; a dash for none."""
    return "–" if value is None else f"{value:.{digits}f}".replace(".", ",")


def reason_in_words(judged: Mapping[str, Any]) -> str:
    """Why one part of a question is answered, or is not."""
    sure, needed = percent(judged["certainty"]), percent(judged["needed"])
    if judged["reason"] == "carried":
        return f"Die Fundstellen tragen die Frage: Sicherheit {sure}, nötig sind {needed}."
    if judged["reason"] == "nothing_found":
        return "Es gibt keine Fundstelle, die diese Zielgruppe sehen darf."
    if judged["reason"] == "no_contact":
        return (
            "Gefragt ist nach einer Telefonnummer oder Anschrift, und in den besten Sätzen steht "
            "keine."
        )
    return (
        f"Die Fundstellen tragen die Frage nicht sicher genug: Sicherheit {sure}, nötig sind "
        f"{needed}."
    )


def objection_in_words(objection: Objection) -> str:
    """Why a statement was struck, to be put behind it."""
    if objection.fault is Fault.NO_SOURCE:
        return "Sie nennt keine Quelle."
    part = objection.part
    quoted = f"„{part[:_QUOTED].rstrip()}{' …' if len(part) > _QUOTED else ''}“"
    if objection.fault is Fault.FIGURE:
        return f"Die Zahl {objection.figure} in {quoted} steht nicht in der genannten Quelle."
    return f"So steht {quoted} nicht wörtlich in der genannten Quelle."


def status_in_words(status: str, parts: Sequence[Mapping[str, Any]], rejected: int) -> list[str]:
    """Why the whole answer has its status, a sentence each."""
    sentences = []
    for number, part in enumerate(parts, 1):
        before = f"Teil {number}: " if len(parts) > 1 else ""
        sentences.append(before + part["judged"]["why"])
        if part["judged"]["reason"] == "carried" and not part["statements"]:
            sentences.append(before + "Trotzdem ließ sich keine Aussage bilden.")
    if rejected:
        struck = "Eine Aussage wurde" if rejected == 1 else f"{rejected} Aussagen wurden"
        sentences.append(f"{struck} gestrichen: So steht es nicht wörtlich in der Quelle.")
    sentences.append(f"Ergebnis: {STATUS[status]}.")
    return sentences
