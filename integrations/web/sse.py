"""Server-sent events: how one is written, and the headers of a stream of them."""

import json
from typing import Any

from fastapi.sse import format_sse_event

STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def sse(name: str, data: dict[str, Any]) -> bytes:
    """One server-sent event with compact UTF-8 JSON."""
    return format_sse_event(
        event=name, data_str=json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    )
