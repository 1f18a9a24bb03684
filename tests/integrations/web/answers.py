"""Canned answers as the API would give them, and the event stream that carries one."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

EVIL = '<img src=x onerror="window.__xss=1"> & {{ 7*7 }}'


def source(n: int, **changes: Any) -> dict[str, Any]:
    """A current source with all fields."""
    return {
        "n": n,
        "document_id": f"{n:020x}",
        "file": f"unterlage-{n}.pdf",
        "uri": f"file:///unterlagen/unterlage-{n}.pdf",
        "title": f"Richtlinie {n}",
        "locator": f"Nr. 5.{n}",
        "page": n + 6,
        "quote": f"Die Zuwendung beträgt {n}0 Prozent.",
        "poorly_read": False,
        "date": "2025-02-01",
        "link": f"/dokumente/{n:020x}?zitat=10-40",
        "validity": {"state": "current", "from": "2025-01-01", "until": "2026-12-31"},
        **changes,
    }


def answer(**changes: Any) -> dict[str, Any]:
    """An answer with three statements and four sources, one per validity state."""
    unknown = {"state": "unknown", "from": None, "until": None}
    expired = {"state": "expired", "from": "2023-01-01", "until": "2025-06-30"}
    upcoming = {"state": "upcoming", "from": "2027-02-01", "until": None}
    return {
        "question": "Wie hoch ist der Zuschuss?",
        "asked_as": "Wie hoch ist der Zuschuss?",
        "language": "de",
        "as_of": "2026-11-22",
        "status": "answered",
        "composed_by": "extractive",
        "statements": [
            {"text": "Die Zuwendung beträgt 10 Prozent.", "citations": [1]},
            {"text": "Die Zuwendung beträgt 20 Prozent.", "citations": [2, 1]},
            {"text": "Ab 2027 beträgt sie 40 Prozent.", "citations": [4]},
        ],
        "sources": [
            source(1),
            source(2, validity=unknown, page=None, date=None, poorly_read=True),
            source(3, validity=expired, locator="Abschnitt 3, S. 9", page=9),
            source(4, validity=upcoming),
        ],
        "records": [],
        "notices": [],
        "message": "",
        "counter_question": None,
        "contacts": [],
        "timings_ms": {"total": 12},
        **changes,
    }


def not_found(**changes: Any) -> dict[str, Any]:
    """Nothing found, with a contact to ask instead."""
    contact = {
        "name": "Kammer Nordtal, Förderberatung",
        "text": "Jana Beispiel, Beraterin\nMontag bis Donnerstag",
        "phone": "+49 (0) 211 555 0100",
        "email": "beratung@kammer-nordtal.example",
    }
    sentence = "Dazu finde ich in den hinterlegten Unterlagen keine sichere Angabe."
    empty = {"status": "not_found", "statements": [], "sources": [], "contacts": [contact]}
    return answer(**{**empty, "message": sentence, **changes})


def partial(**changes: Any) -> dict[str, Any]:
    """A partial answer with every kind of notice and everything else an answer can hold."""
    notices = [
        {"kind": kind, "text": f"Hinweis zu {kind}."}
        for kind in ("expired", "superseded", "upcoming", "unknown", "something_new", "demo")
    ]
    return answer(
        **{
            "status": "partial",
            "asked_as": "Wie hoch ist der Zuschuss im Programm A?",
            "notices": notices,
            "message": "Zur Frist steht nichts in den Unterlagen.",
            "counter_question": "In welchem Ort liegt Ihr Betrieb?",
            **changes,
        }
    )


def several(**changes: Any) -> dict[str, Any]:
    """Three questions at once: two answered, the second partly by the first one's statement."""
    asked = (
        ("Wie hoch ist der Zuschuss?", "Wie hoch ist der Zuschuss?", [0]),
        ("Bis wann muss ich ihn beantragen?", "Bis wann muss ich den Zuschuss beantragen?", [1, 2]),
        ("Wer hilft mir?", "Wer hilft mir beim Zuschuss?", []),
    )
    parts = [
        {
            "text": text,
            "asked_as": asked_as,
            "status": "answered" if statements else "not_found",
            "statements": statements,
        }
        for text, asked_as, statements in asked
    ]
    question = "Wie hoch ist der Zuschuss, bis wann muss ich ihn beantragen und wer hilft mir?"
    message = "Zu „Wer hilft mir beim Zuschuss?“ steht nichts in den Unterlagen."
    asked_as = " ".join(part["asked_as"] for part in parts)
    named = {"question": question, "asked_as": asked_as, "message": message, "status": "partial"}
    return answer(**{**named, "parts": parts, **changes})


def hostile() -> dict[str, Any]:
    """Markup and dangerous links wherever a document or a service could put them."""
    return answer(
        question=f"Frage {EVIL}",
        asked_as=f"Verstanden {EVIL}",
        statements=[{"text": f"Satz {EVIL}", "citations": [1, 2]}],
        parts=[
            {"text": EVIL, "asked_as": f"Teil {n} {EVIL}", "status": "answered", "statements": [0]}
            for n in (1, 2)
        ],
        sources=[
            source(1, title=f"Titel {EVIL}", quote=f"Zitat {EVIL}", locator=EVIL),
            source(2, link="javascript:alert(1)", validity={"state": EVIL}),
            source(3, link="//evil.example/x", date=EVIL),
        ],
        notices=[{"kind": EVIL, "text": f"Hinweis {EVIL}"}],
        message=f"Satz {EVIL}",
        counter_question=EVIL,
        contacts=[{"name": EVIL, "text": EVIL, "phone": EVIL, "email": EVIL}],
    )


def event(name: str, data: object) -> str:
    """One server-sent event."""
    return f"event: {name}\r\ndata: {json.dumps(data, ensure_ascii=False)}\r\n\r\n"


def stream(canned: Mapping[str, Any], *, leave_out: Iterable[str] = ()) -> str:
    """The event stream for an answer; `leave_out` names events that get lost."""
    parts = canned.get("parts", [])
    begun = [{"text": part["text"], "asked_as": part["asked_as"]} for part in parts]
    language = canned["language"]
    said = [
        {"index": i, "parts": [n for n, part in enumerate(parts) if i in part["statements"]], **s}
        for i, s in enumerate(canned["statements"])
    ]
    events = [
        (
            "status",
            {"text": "Unterlagen werden durchsucht …", "language": language, "parts": begun},
        ),
        ("sources", {"sources": canned["sources"]}),
        *(("statement", statement) for statement in said),
        *(("notice", notice) for notice in canned["notices"]),
        ("answer", canned),
        ("done", {}),
    ]
    lost = set(leave_out)
    return ": ping\n\n" + "".join(event(name, data) for name, data in events if name not in lost)
