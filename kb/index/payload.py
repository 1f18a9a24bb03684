"""The only place where a passage becomes a payload (a JSON object) and a payload a passage.

Days are stored as proleptic ordinals, open ends as the first and last day there is, so that both
engines filter them as plain integers.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.embedding.token_codec import WIDTH, TokenCodes
from kb.index.port import Batch
from kb.passages import DocumentHead, Kind, Passage, Place
from kb.validity import Validity

_FIRST_DAY = 1
_LAST_DAY = date.max.toordinal()

#: payload field with the end of each token in the text, 16 bits each, in base64
TOKEN_ENDS = "token_ends"

#: payload fields that filters use, with their index type
FILTER_FIELDS = {
    "audience": "keyword",
    "kind": "keyword",
    "document_id": "keyword",
    "from_day": "integer",
    "until_day": "integer",
    "dated_day": "integer",
}


def head_payload_of(head: DocumentHead) -> dict[str, Any]:
    """The part of a payload that all passages of a document share."""
    validity = head.validity
    return {
        "document_id": head.document_id,
        "audience": head.audience,
        "kind": head.kind.value,
        "from_day": validity.valid_from.toordinal() if validity.valid_from else _FIRST_DAY,
        "until_day": validity.valid_until.toordinal() if validity.valid_until else _LAST_DAY,
        "dated_day": head.dated.toordinal() if head.dated else 0,
        "uri": head.uri,
        "file": head.file,
        "title": head.title,
        "language": head.language,
        "publisher": head.publisher,
        "supersedes": head.supersedes,
    }


def payload_of(passage: Passage, tokens: TokenCodes | None = None) -> dict[str, Any]:
    """The JSON object stored beside a passage's vectors."""
    ends = {TOKEN_ENDS: _packed(tokens.ends)} if tokens is not None else {}
    return {
        **ends,
        **head_payload_of(passage.document),
        "revision": passage.revision,
        "ordinal": passage.ordinal,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "heading_path": list(passage.heading_path),
        "lead_in": passage.lead_in,
        "places": [[place.start, place.locator, place.page] for place in passage.places],
        "confidence": passage.confidence,
    }


def passage_of(payload: dict[str, Any]) -> Passage:
    """The passage that `payload_of` stored."""
    head = DocumentHead(
        document_id=payload["document_id"],
        uri=payload["uri"],
        file=payload["file"],
        title=payload["title"],
        kind=Kind(payload["kind"]),
        audience=payload["audience"],
        language=payload["language"],
        publisher=payload["publisher"],
        dated=_day(payload["dated_day"], absent=0),
        validity=Validity(
            _day(payload["from_day"], absent=_FIRST_DAY), _day(payload["until_day"], _LAST_DAY)
        ),
        supersedes=payload["supersedes"],
    )
    return Passage(
        document=head,
        revision=payload["revision"],
        ordinal=payload["ordinal"],
        text=payload["text"],
        start=payload["start"],
        end=payload["end"],
        heading_path=tuple(payload["heading_path"]),
        lead_in=payload["lead_in"],
        places=tuple(Place(start, locator, page) for start, locator, page in payload["places"]),
        confidence=payload.get("confidence"),  # what was written before there was one has none
    )


def token_codes_of(payload: dict[str, Any], rows: Any) -> TokenCodes:
    """The token codes that were stored as these rows and this payload."""
    packed = np.frombuffer(b64decode(payload[TOKEN_ENDS]), "<u2")
    # asarray takes half as long again: it looks into every list first
    flat = np.fromiter(chain.from_iterable(rows), np.float32, len(rows) * WIDTH)
    return TokenCodes(flat.astype(np.uint8).reshape(-1, WIDTH), packed.astype(np.uint16))


def _packed(ends: "NDArray[np.uint16]") -> str:
    return b64encode(ends.astype("<u2").tobytes()).decode()


def _day(ordinal: int, absent: int) -> date | None:
    return None if ordinal == absent else date.fromordinal(ordinal)


#: what `batch_of` needs of a payload
BATCH_FIELDS = ("document_id", "revision", "audience")


def batch_of(payload: Mapping[str, Any]) -> Batch:
    """Which document's revision a stored passage belongs to, and whom it is for."""
    return Batch(*(str(payload[field]) for field in BATCH_FIELDS))
