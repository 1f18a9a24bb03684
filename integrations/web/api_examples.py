"""An example of what each operation of the API answers; their schemas are read off them.

Examples are named by method and path. All names, numbers and addresses are invented.
"""

from typing import Any

from integrations.web.api_examples_desk import DESK_EXAMPLES, DESK_REQUESTS, explained

#: fields that only some callers get, or that are there only in some states
OPTIONAL = frozenset({"warnings", "origins", "corrections", "revision", "uri", "rebuilding"})
#: objects whose fields are values found in the documents
OPEN = frozenset(
    {"origins", "corrections", "audiences", "validity", "counts", "progress", "report",
     "fingerprint", "person", "building", "timings_ms", "paused"}
)  # fmt: skip
SOMETIMES_NULL = frozenset(
    {"page", "date", "from", "to", "report", "started_at", "finished_at", "retry_at", "next_at",
     "since", "confidence", "first_ms", "total_ms", "p50", "p95", "helpful", "person",
     "signed_in_at", "switched_at", "counter_question", "building", "running", "late",
     "approved_at"}
)  # fmt: skip

_AT = "2026-11-20T08:15:00Z"
_LATER = "2026-11-21T08:15:00Z"
_HEAD: dict[str, Any] = {
    "document_id": "d64bd181e552554254fb",
    "file": "Richtlinie_Meisterbonus.pdf",
    "uri": "file:///Richtlinie_Meisterbonus.pdf",
    "title": "Richtlinie Meisterbonus",
    "kind": "guideline",
    "publisher": "Handwerkskammer Musterstadt",
    "date": "2026-01-01",
}
_LINK = "/dokumente/d64bd181e552554254fb?von=129&bis=196#zitat"
_SENTENCE = "Der Meisterbonus beträgt 1.250 Euro je bestandener Meisterprüfung."
_QUESTION = "Wie hoch ist der Meisterbonus?"
_DOCUMENT: dict[str, Any] = {
    **_HEAD,
    "valid_from": "2026-01-01",
    "valid_until": "2027-12-31",
    "supersedes": "",
    "audience": "public",
    "language": "de",
    "validity": "current",
    "passages": 12,
    "pages": 4,
    "ocr_pages": 0,
    "warnings": [],
    "origins": {"title": "Text"},
    "corrections": {},
    "revision": "2f07ae930ba7edee8aa654dc",
    "ingested_at": _AT,
}
_ANSWER: dict[str, Any] = {
    "answer_id": "Yezms8xc4GGNdrpcahf7uEux",
    "question": _QUESTION,
    "asked_as": _QUESTION,
    "language": "de",
    "as_of": "2026-11-22",
    "status": "answered",
    "composed_by": "extractive",
    "ranked_by": "late-interaction",
    "message": "",
    "parts": [{"text": _QUESTION, "asked_as": _QUESTION, "status": "answered", "statements": [0]}],
    "statements": [{"text": _SENTENCE, "citations": [1]}],
    "sources": [
        {
            "n": 1,
            **_HEAD,
            "locator": "Nr. 5",
            "page": 2,
            "quote": _SENTENCE,
            "poorly_read": False,
            "link": _LINK,
            "validity": {"state": "current", "from": "2026-01-01", "until": "2027-12-31"},
        }
    ],
    "records": [],
    "notices": [],
    "counter_question": None,
    "contacts": [],
    "timings_ms": {"total": 300.2},
}
_PASSAGE: dict[str, Any] = {
    **{name: _HEAD[name] for name in ("document_id", "file", "uri", "title", "kind")},
    "locator": "Nr. 5",
    "page": 2,
    "heading_path": ["Richtlinie Meisterbonus", "5 Höhe"],
    "text": _SENTENCE,
    "confidence": None,
    "poorly_read": False,
    "score": 0.97,
    "dense": 0.94,
    "lexical": 0.82,
    "validity": "current",
    "link": _LINK,
}
_JOB: dict[str, Any] = {
    "job_id": "9d3cb31e0edcab0d",
    "kind": "ingest",
    "label": "Einlesen: Richtlinien",
    "state": "waiting",
    "attempts": 0,
    "progress": {},
    "report": None,
    "error": "",
    "error_code": "",
    "created_at": _AT,
    "started_at": None,
    "finished_at": None,
    "retry_at": None,
}
_DONE = {
    **_JOB,
    "state": "done",
    "attempts": 1,
    "progress": {"done": 2, "total": 2},
    "report": {"counts": {"indexed": 2}, "stopped": False},
    "started_at": _AT,
    "finished_at": _LATER,
}
_SOURCE: dict[str, Any] = {
    "source_id": "40d76dda",
    "kind": "web",
    "places": ["https://kammer.example/foerderung"],
    "sitemaps": [],
    "include": [],
    "exclude": [],
    "hosts": ["kammer.example"],
    "public": True,
    "prune": False,
    "watch": False,
    "every_minutes": 1440,
    "next_at": _LATER,
    "last_job": "9d3cb31e0edcab0d",
}
_ACCOUNT: dict[str, Any] = {
    "account_id": "acc-1f2e3d4c5b6a",
    "name": "Erika Beispiel",
    "email": "erika@kammer.example",
    "issuer": "https://anmeldung.kammer.example",
    "role": "editor",
    "groups": ["staff"],
    "disabled": False,
    "created_at": _AT,
    "signed_in_at": _LATER,
}
_MAPPING = {"slack_id": "C0123456789", "groups": ["staff"], "admin": False, "fixed": False}
_SESSION = {
    "session_id": "ses-0a1b2c3d4e5f",
    "account_id": "acc-1f2e3d4c5b6a",
    "created_at": _AT,
    "seen_at": _AT,
    "expires_at": _LATER,
}
_INVITE = {
    "invite_id": "inv-ea664a5aabe4",
    "name": "Erika Beispiel",
    "role": "editor",
    "groups": ["staff"],
    "account_id": "",
    "state": "open",
    "created_at": _AT,
    "expires_at": _LATER,
}
_TOKEN = {"token_id": "a5021c82", "name": "Statistik", "scopes": ["read"]}
_ASKED: dict[str, Any] = {
    "answer_id": "Yezms8xc4GGNdrpcahf7uEux",
    "asked_at": _AT,
    "way": "web",
    "site": "",
    "language": "de",
    "audience": "public",
    "question": _QUESTION,
    "asked_as": _QUESTION,
    "outcome": "answered",
    "cited": ["d64bd181e552554254fb"],
    "first_ms": 280,
    "total_ms": 301,
    "helpful": True,
    "comment": "",
}
_NUMBERS: dict[str, Any] = {
    "questions": 3,
    "outcomes": {"answered": 2, "partial": 0, "not_found": 1, "refused": 0, "failed": 0,
                 "broken_off": 0},
    "ways": {"web": 2, "widget": 1, "api": 0, "slack": 0, "cli": 0},
    "helpful": {"yes": 1, "no": 0},
    "first_ms": {"p50": 280, "p95": 410},
    "total_ms": {"p50": 301, "p95": 450},
}  # fmt: skip
_ITEM: dict[str, Any] = {
    "item_id": "wrk-5d4c3b2a1f0e",
    "kind": "question",
    "title": "Gibt es einen Zuschuss für Lastenräder?",
    "kept": False,
    "state": "open",
    "assignee": "",
    "note": "",
    "times": 4,
    "created_at": _AT,
    "last_at": _LATER,
    "person": None,
}
_ENTRY = {
    "at": _AT,
    "who": "Erika Beispiel",
    "verb": "document.correct",
    "object": "Richtlinie_Meisterbonus.pdf (d64bd181)",
    "before": "title: Richtlinie",
    "after": "title: Richtlinie Meisterbonus",
}
_GENERATION: dict[str, Any] = {
    "name": "g0002",
    "state": "current",
    "fingerprint": {"model": "multilingual-e5-small", "dimension": 384},
    "created_at": _AT,
    "switched_at": _AT,
    "bytes": 82124800,
}
_STATUS: dict[str, Any] = {
    "data": "/srv/auskunft",
    "demo": False,
    "documents": 2,
    "passages": 24,
    "audiences": {"public": 1, "staff": 1},
    "validity": {"current": 2},
    "warnings": 0,
    "model": "multilingual-e5-small",
    "index": "embedded",
    "generation": "g0002",
    "answering": True,
    "mismatch": "",
    "building": None,
    "rebuild_needed": False,
    "paused": False,
    "synonyms": {"file": "/srv/auskunft/synonyme.txt", "groups": 0, "problems": []},
}
EXAMPLES: dict[str, Any] = {
    "POST /api/v1/answers": _ANSWER,
    "GET /api/v1/examples": {"questions": [_QUESTION]},
    "POST /api/v1/search": {"passages": [_PASSAGE]},
    "POST /api/v1/feedback": {"answer_id": "Yezms8xc4GGNdrpcahf7uEux", "helpful": True},
    "POST /api/v1/callbacks": {"received": True},
    "GET /api/v1/documents": {"documents": [_DOCUMENT]},
    "PATCH /api/v1/documents": {"documents": [_DOCUMENT]},
    "DELETE /api/v1/documents": {"removed": ["Richtlinie_Meisterbonus.pdf"]},
    "GET /api/v1/documents/{document_id}": {**_DOCUMENT, "text": _SENTENCE},
    "GET /api/v1/status": _STATUS,
    "GET /api/v1/me": {"role": "editor", "name": "Erika Beispiel", "groups": ["staff"]},
    "GET /api/v1/accounts": {"accounts": [_ACCOUNT]},
    "PATCH /api/v1/accounts/{account_id}": _ACCOUNT,
    "DELETE /api/v1/accounts/{account_id}": {"removed": "acc-1f2e3d4c5b6a"},
    "GET /api/v1/sessions": {"sessions": [_SESSION]},
    "DELETE /api/v1/sessions/{session_id}": {"revoked": "ses-0a1b2c3d4e5f"},
    "GET /api/v1/invites": {"invites": [_INVITE]},
    "POST /api/v1/invites": {
        **_INVITE,
        "link": "https://auskunft.kammer.example/einladung/NURBEISPIEL",
    },
    "DELETE /api/v1/invites/{invite_id}": {"revoked": "inv-ea664a5aabe4"},
    "GET /api/v1/tokens": {"tokens": [{**_TOKEN, "created_at": _AT, "revoked": False}]},
    "POST /api/v1/tokens": {**_TOKEN, "secret": "NUR-EINMAL-ZU-SEHEN"},
    "DELETE /api/v1/tokens/{token_id}": {"revoked": "a5021c82"},
    "GET /api/v1/slack/mappings": {"mappings": [_MAPPING]},
    "PUT /api/v1/slack/mappings/{slack_id}": _MAPPING,
    "DELETE /api/v1/slack/mappings/{slack_id}": {"removed": "C0123456789"},
    "GET /api/v1/generations": {"generations": [_GENERATION]},
    "DELETE /api/v1/generations": {"dropped": ["g0001"]},
    "POST /api/v1/jobs": _JOB,
    "GET /api/v1/jobs": {"jobs": [_DONE]},
    "GET /api/v1/jobs/{job_id}": _DONE,
    "POST /api/v1/jobs/{job_id}/cancel": {**_JOB, "state": "stopped"},
    "POST /api/v1/jobs/{job_id}/retry": _JOB,
    "GET /api/v1/sources": {"sources": [_SOURCE]},
    "POST /api/v1/sources": _SOURCE,
    "DELETE /api/v1/sources/{source_id}": {"removed": "40d76dda"},
    "PUT /api/v1/uploads/{name}": {**_JOB, "kind": "upload"},
    "GET /api/v1/questions": {"total": 1, "questions": [_ASKED]},
    "DELETE /api/v1/questions/{answer_id}": {"removed": "Yezms8xc4GGNdrpcahf7uEux"},
    "GET /api/v1/statistics": {
        "from": "2026-11-20",
        "to": "2026-11-20",
        "total": _NUMBERS,
        "days": [{"day": "2026-11-20", **_NUMBERS}],
    },
    "GET /api/v1/worklist": {"total": 1, "items": [_ITEM]},
    "PATCH /api/v1/worklist/{item_id}": {**_ITEM, "state": "answered"},
    "DELETE /api/v1/worklist/{item_id}": {"removed": "wrk-5d4c3b2a1f0e"},
    "GET /api/v1/audit": {"total": 1, "entries": [_ENTRY]},
    "GET /api/v1/pause": {"paused": False, "since": None, "reason": ""},
    "POST /api/v1/pause": {"paused": True, "since": _AT, "reason": "Umzug des Servers"},
    "DELETE /api/v1/pause": {"paused": False, "since": None, "reason": ""},
    "POST /api/v1/explain": explained(
        {name: value for name, value in _ANSWER.items() if name != "answer_id"}
    ),
    **DESK_EXAMPLES,
    "GET /healthz": {"status": "ok"},
    "GET /readyz": {"status": "ready"},
    "unready": {"status": "unready", "detail": "Der Suchindex wird gerade neu aufgebaut."},
}
_REPORT = (
    'event: progress\ndata: {"done":1,"total":2,"name":"Merkblatt.pdf","share":0.5}\n\n'
    'event: report\ndata: {"counts":{"indexed":2},"stopped":false}\n\n'
)
_FOLLOWED = f'event: job\ndata: {{"job_id":"9d3cb31e0edcab0d"}}\n\n{_REPORT}'
#: what operations send as server-sent events
STREAMS: dict[str, str] = {
    "POST /api/v1/answers": 'event: statement\ndata: {"text":"Der Meisterbonus …"}\n\n'
    'event: done\ndata: {"answer_id":"Yezms8xc4GGNdrpcahf7uEux"}\n\n',
    "POST /api/v1/ingest": _FOLLOWED,
    "POST /api/v1/documents/reindex": _FOLLOWED,
    "POST /api/v1/check": 'event: report\ndata: {"documents":2,"findings":[],"sound":true}\n\n',
    "POST /api/v1/rebuild": _REPORT,
    "POST /api/v1/generations/rollback": _REPORT,
    "GET /api/v1/jobs/{job_id}/events": _FOLLOWED,
    "POST /api/v1/sources/{source_id}/read": _FOLLOWED,
}
#: what operations take in
REQUESTS: dict[str, dict[str, Any]] = {
    "POST /api/v1/answers": {"question": _QUESTION, "as_of": "2026-11-22"},
    "POST /api/v1/search": {"question": _QUESTION, "limit": 5, "valid_only": True},
    "POST /api/v1/feedback": {
        "answer_id": "Yezms8xc4GGNdrpcahf7uEux",
        "helpful": False,
        "comment": "Die Frist fehlt.",
    },
    "POST /api/v1/callbacks": {
        "name": "Erika Beispiel",
        "phone": "0211 123456",
        "question": "Wer hilft bei der Betriebsübergabe?",
        "consent": True,
        "when": "werktags ab 14 Uhr",
    },
    "PATCH /api/v1/documents": {"title": "Richtlinie Meisterbonus", "valid_until": "2027-12-31"},
    "POST /api/v1/ingest": {"paths": ["/srv/richtlinien"], "public": True},
    "POST /api/v1/jobs": {"paths": ["/srv/richtlinien"], "public": True},
    "PUT /api/v1/slack/mappings/{slack_id}": {"groups": ["staff"]},
    "PATCH /api/v1/accounts/{account_id}": {"role": "staff", "groups": ["allianz"]},
    "POST /api/v1/invites": {"name": "Erika Beispiel", "role": "editor", "hours": 24},
    "POST /api/v1/sources": {"places": ["https://kammer.example/foerderung"], "public": True},
    "PATCH /api/v1/worklist/{item_id}": {"state": "answered", "note": "Merkblatt ergänzt."},
    "POST /api/v1/pause": {"reason": "Umzug des Servers"},
    **DESK_REQUESTS,
}
