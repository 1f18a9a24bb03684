"""The running service as the bot sees it: its HTTP API, never its index.

Inside the service the bot comes through the Unix socket; as a process of its own it comes over the
network with a token. Either way the same routes record, pause and limit what is asked.
"""

import json
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from hashlib import blake2b
from pathlib import Path
from typing import Any

import httpx

from integrations.web.forwarding import ACTOR, ASKER, WAY
from kb.audience import Viewer
from kb.errors import (
    AccessDeniedError,
    AuskunftError,
    InputError,
    LimitReachedError,
    NotFoundError,
    PausedError,
    ServiceError,
)
from kb.questions import Way

#: how many passages and documents are looked at
_BEST, _NEWEST = 3, 5
_TIMEOUT = httpx.Timeout(20.0, read=120.0)
#: is given each statement of an answer, with its numbers, as soon as it is there
Saying = Callable[[Mapping[str, Any]], None]
_BY_STATUS: dict[int, type[AuskunftError]] = {
    401: AccessDeniedError,
    403: AccessDeniedError,
    404: NotFoundError,
    413: InputError,
    422: InputError,
}
_BY_TYPE: dict[str, type[AuskunftError]] = {
    f"urn:auskunft:{kind.code}": kind for kind in (PausedError, LimitReachedError)
}


def through_socket(path: Path) -> httpx.AsyncClient:
    """A client of the service that listens on this Unix socket; its caller owns the service."""
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    return httpx.AsyncClient(transport=transport, base_url="http://auskunft", timeout=_TIMEOUT)


def over_network(address: str, token: str) -> httpx.AsyncClient:
    """A client of a service elsewhere; the token needs the scope `ask:staff`."""
    headers = {"authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=address, headers=headers, timeout=_TIMEOUT)


class Service:
    """What the bot asks of the service. All raise AuskunftError with a sentence for the asker."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._salt = secrets.token_bytes(16)

    async def answer(
        self,
        text: str,
        viewer: Viewer,
        user: str,
        history: list[dict[str, str]] | None = None,
        saying: Saying | None = None,
    ) -> dict[str, Any]:
        """The answer's JSON for what `viewer` may see; `user` is counted by a mark, not named."""
        body = {"question": text, "groups": sorted(viewer.groups),
                "history": history or []}  # fmt: skip
        headers = self._forwarding(user)
        if saying is None:
            return await self.call("POST", "/answers", json=body, headers=headers)
        headers["accept"] = "text/event-stream"
        events = self._events("POST", "/answers", json=body, headers=headers)
        async with aclosing(events):
            async for name, data in events:
                if name == "statement":
                    saying(data)
                elif name == "answer":
                    return data
                elif name == "error":
                    raise ServiceError(str(data.get("detail")))
        raise ServiceError("the service ended an answer early")

    async def passages(self, question: str, viewer: Viewer) -> list[str]:
        """Places of the best passages on a question that `viewer` may see."""
        body = {"question": question, "groups": sorted(viewer.groups), "limit": _BEST}
        found = await self.call("POST", "/search", json=body)
        return [passage["link"] for passage in found["passages"]]

    async def newest(self, viewer: Viewer) -> list[dict[str, Any]]:
        """The documents that came last, of those that `viewer` may see."""
        groups = sorted(viewer.audiences)
        listed = await self.call("GET", "/documents", params={"groups": groups, "newest": _NEWEST})
        documents: list[dict[str, Any]] = listed["documents"]
        return documents

    async def examples(self) -> list[str]:
        """Questions to begin with, from public documents only."""
        listed = await self.call("GET", "/examples")
        return [str(question) for question in listed["questions"]]

    async def judge(self, answer_id: str, helpful: bool) -> None:
        """Keep whether an answer helped; raises NotFoundError for one that is gone."""
        await self.call("POST", "/feedback", json={"answer_id": answer_id, "helpful": helpful})

    async def call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """One call of `/api/v1`; raises the AuskunftError that a refusal describes."""
        try:
            response = await self._client.request(method, f"/api/v1{path}", **arguments)
            content: dict[str, Any] = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ServiceError(f"the service does not answer: {type(error).__name__}") from error
        if response.is_success:
            return content
        raise _refusal(response.status_code, content)

    async def reindex(self, documents: Sequence[str], actor: str) -> str:
        """Have documents read anew, all of them without a name; the id of the job that does it."""
        arguments: dict[str, Any] = {
            "params": {"select": list(documents)},
            "headers": acting_for(actor),
        }
        # the first event names the job, which goes on when nobody listens any more
        events = self._events("POST", "/documents/reindex", **arguments)
        async with aclosing(events):
            async for _, data in events:
                if "job_id" in data:
                    return str(data["job_id"])
        raise ServiceError("the service does not name its job")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _events(
        self, method: str, path: str, **arguments: Any
    ) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
        """The events that a call of `/api/v1` is answered by; raises AuskunftError for a refusal."""
        try:
            async with self._client.stream(method, f"/api/v1{path}", **arguments) as response:
                if not response.is_success:
                    await response.aread()
                    raise _refusal(response.status_code, response.json())
                name = ""
                async for line in response.aiter_lines():
                    if line.startswith("event:"):
                        name = line.removeprefix("event:").strip()
                    elif line.startswith("data:"):
                        yield name, json.loads(line.removeprefix("data:"))
        except (httpx.HTTPError, ValueError) as error:
            raise ServiceError(f"the service does not answer: {type(error).__name__}") from error

    def _forwarding(self, user: str) -> dict[str, str]:
        mark = blake2b(user.encode(), key=self._salt, digest_size=8).hexdigest()
        return {WAY: Way.SLACK, ASKER: mark}


def acting_for(actor: str) -> dict[str, str]:
    """Headers that name the person in Slack whom the audit log is to name."""
    return {ACTOR: actor}


def _refusal(status: int, problem: dict[str, Any]) -> AuskunftError:
    detail = str(problem.get("detail") or problem.get("title") or status)
    kind = _BY_TYPE.get(problem.get("type", "")) or _BY_STATUS.get(status, ServiceError)
    return kind(detail, 1) if kind is LimitReachedError else kind(detail)
