"""Examples of what the routes of the admin's desk answer and take, as in `api_examples`."""

from typing import Any

_AT = "2026-11-20T08:15:00Z"
_LATER = "2026-11-21T08:15:00Z"
_QUESTION = "Wie hoch ist der Meisterbonus?"
_SENTENCE = "Der Meisterbonus beträgt 1.250 Euro je bestandener Meisterprüfung."
_FILE = "Richtlinie_Meisterbonus.pdf"
_WORDING: dict[str, Any] = {
    "questions": ["Muss ich meinen Gesellenbrief im Original vorlegen?"],
    "text": "Eine beglaubigte Kopie des Gesellenbriefs genügt.",
    "kind": "reference",
    "audience": "public",
    "contact": "Prüfungsabteilung, Telefon 0211 555 0100",
}
_DRAFT: dict[str, Any] = {
    "answer_id": "f9337a0f3ea3",
    "state": "draft",
    "published": False,
    "version": 1,
    **_WORDING,
    "valid_from": "",
    "valid_until": "2027-12-31",
    "item_id": "wrk-5d4c3b2a1f0e",
    "written_by": "Erika Beispiel",
    "written_at": _AT,
    "approved_by": "",
    "approved_at": _LATER,
    "document_id": None,
}
_PROBE: dict[str, Any] = {
    "id": "9c5679bf5caa",
    "question": _QUESTION,
    "audience": "public",
    "status": "answered",
    "topic": "",
    "as_of": "",
    "sources": [{"file": _FILE, "quote": "beträgt 1.250 Euro"}],
    "contains": ["1.250 Euro"],
    "excludes": ["1.000 Euro"],
    "notices": [],
    "earlier": [],
}
_RUN: dict[str, Any] = {
    "run_id": 12,
    "cause": "hand",
    "began_at": _AT,
    "finished_at": _AT,
    "total": 20,
    "wrong": 1,
}
_SETTING: dict[str, Any] = {
    "name": "AUSKUNFT_PORT",
    "group": "Dienst",
    "description": "Port des Dienstes",
    "value": "8000",
    "origin": "default",
    "secret": False,
    "given": True,
}
_PLACE: dict[str, Any] = {
    "rank": 1,
    "document_id": "d64bd181e552554254fb",
    "title": "Richtlinie Meisterbonus",
    "file": _FILE,
    "audience": "public",
    "locator": "Nr. 5.1",
    "page": 3,
    "text": _SENTENCE,
    "validity": "current",
    "superseded_by": "",
    "poorly_read": False,
    "score": 1.42,
    "dense": 0.932,
    "lexical": 7.508,
    "fused": 1.31,
    "late": 0.739,
    "penalty": 0.0,
    "taken": True,
    "link": "/dokumente/d64bd181e552554254fb?von=129&bis=196#zitat",
}
_WHY = "Die Fundstellen tragen die Frage: Sicherheit 95 %, nötig sind 31 %."
_PART: dict[str, Any] = {
    "text": _QUESTION,
    "asked_as": _QUESTION,
    "context": "",
    "searched_as": _QUESTION,
    "lexical": _QUESTION,
    "asks": ["amount"],
    "about_the_past": False,
    "yes_or_no": False,
    "corrections": [],
    "related": [],
    "terms": [{"term": "meisterbonus", "weight": 1.369}],
    "ranked_by": "late-interaction",
    "candidates": 147,
    "passages": [_PLACE],
    "sentences": [
        {
            "text": _SENTENCE,
            "score": 2.41,
            "terms": ["meisterbonus"],
            "passage": 1,
            "taken": True,
        }
    ],
    "statements": [{"text": _SENTENCE, "passage": 1, "scores": [2.41], "said": True}],
    "judged": {
        "reason": "carried",
        "certainty": 0.948,
        "needed": 0.31,
        "nearness": 0.932,
        "coverage": 0.596,
        "missing": ["hoch"],
        "why": _WHY,
    },
}


def explained(answer: dict[str, Any]) -> dict[str, Any]:
    """The example of an explained answer."""
    return {
        "answer": answer,
        "understood": {
            "language": "de",
            "as_of": "2026-11-22",
            "audiences": ["public"],
            "asked_as": _QUESTION,
            "left_out": [],
        },
        "parts": [_PART],
        "rejected": [],
        "why": [_WHY, "Ergebnis: beantwortet."],
        "weights": {"dense": 0.7, "lexical": 0.3, "late": 0.4, "reranked": 50},
    }


_BUILT = {
    "model": "multilingual-e5-small/onnx-int8/1.2",
    "dimension": 384,
    "analyser": "de-5",
    "chunker": "sections-4",
    "tokens": "pca-1",
}
DESK_EXAMPLES: dict[str, Any] = {
    "GET /api/v1/settings": {
        "settings": [_SETTING],
        "versions": {
            "software": "0.1.0",
            "python": "3.11.7",
            "schema": "0013",
            "generation": "g0001",
            "index": _BUILT,
            "wanted": _BUILT,
        },
        "disk": {
            "folder": "/srv/auskunft/data",
            "parts": {
                "index": 48_455_680,
                "originals": 91_226,
                "cache": 57_344,
                "inbox": 0,
                "database": 348_160,
                "other": 94_208,
            },
            "free": 20_924_100_608,
            "disk": 25_276_502_016,
            "used": 49_046_618,
        },
    },
    "GET /api/v1/written-answers": {"answers": [_DRAFT]},
    "POST /api/v1/written-answers": _DRAFT,
    "GET /api/v1/written-answers/{answer_id}": _DRAFT,
    "PUT /api/v1/written-answers/{answer_id}": {**_DRAFT, "version": 2},
    "POST /api/v1/written-answers/{answer_id}/approve": {
        **_DRAFT,
        "state": "approved",
        "published": True,
        "approved_by": "Max Muster",
    },
    "DELETE /api/v1/written-answers/{answer_id}": {**_DRAFT, "state": "withdrawn"},
    "GET /api/v1/test-questions": {"total": 1, "questions": [_PROBE]},
    "POST /api/v1/test-questions": _PROBE,
    "POST /api/v1/test-questions/import": {"imported": 20},
    "PUT /api/v1/test-questions/{probe_id}": _PROBE,
    "DELETE /api/v1/test-questions/{probe_id}": {"removed": "9c5679bf5caa"},
    "GET /api/v1/test-runs": {
        "running": {"done": 3, "total": 20},
        "problem": "",
        "newly_wrong": 1,
        "runs": [_RUN],
    },
    "POST /api/v1/test-runs": {"started": True},
    "GET /api/v1/test-runs/{run_id}": {
        **_RUN,
        "changes": {
            "newly_wrong": 1,
            "wrong": 0,
            "still_wrong": 0,
            "newly_right": 0,
            "right": 0,
            "still_right": 19,
        },
        "verdicts": [
            {
                "change": "newly_wrong",
                "id": "9c5679bf5caa",
                "reasons": [f"Nicht zitiert: {_FILE}"],
                "status": "answered",
                "files": ["Merkblatt_Meisterpruefung.pdf"],
                "said": "Über Zuschüsse informiert die Handwerkskammer.",
            }
        ],
    },
}
DESK_REQUESTS: dict[str, dict[str, Any]] = {
    "POST /api/v1/explain": {"question": _QUESTION, "as_of": "2026-11-22"},
    "POST /api/v1/written-answers": _WORDING,
    "PUT /api/v1/written-answers/{answer_id}": _WORDING,
    "POST /api/v1/test-questions": {
        "question": _QUESTION,
        "sources": [{"file": _FILE, "quote": "beträgt 1.250 Euro"}],
    },
    "POST /api/v1/test-questions/import": {
        "yaml": f"- id: bonus\n  question: {_QUESTION}\n  sources:\n  - file: {_FILE}\n"
    },
    "PUT /api/v1/test-questions/{probe_id}": {"question": _QUESTION, "not_found": True},
}
