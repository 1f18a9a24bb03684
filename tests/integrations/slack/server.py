"""A local Slack: the Web API methods the bot uses and Socket Mode, as strict as the real one."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.integrations.slack.growing import grow
from tests.integrations.slack.limits import complaints

BOT, APP = "xoxb-test", "xapp-test"
_RESPONSE = {"text", "blocks", "response_type", "replace_original"}
_MOST_RESPONSES = 5
_MESSAGE = {"channel", "text", "blocks", "thread_ts", "ts", "user"}
_ARGUMENTS = {
    "auth.test": {"team_id"},
    "apps.connections.open": set[str](),
    "chat.postMessage": _MESSAGE,
    "chat.update": _MESSAGE,
    "chat.postEphemeral": _MESSAGE,
    "chat.delete": {"channel", "ts"},
    "chat.startStream": {
        "channel",
        "thread_ts",
        "markdown_text",
        "recipient_user_id",
        "recipient_team_id",
    },
    "chat.appendStream": {"channel", "ts", "markdown_text"},
    "chat.stopStream": {"channel", "ts", "markdown_text", "blocks"},
    "views.open": {"trigger_id", "view"},
    "views.publish": {"user_id", "view"},
    "assistant.threads.setSuggestedPrompts": {"channel_id", "thread_ts", "title", "prompts"},
    "assistant.threads.setStatus": {"channel_id", "thread_ts", "status"},
    "assistant.threads.setTitle": {"channel_id", "thread_ts", "title"},
    "users.info": {"user"},
    "files.info": {"file"},
    "usergroups.users.list": {"usergroup"},
    "conversations.info": {"channel", "include_num_members"},
    "conversations.members": {"channel", "limit"},
    "conversations.replies": {"channel", "ts", "oldest", "latest", "inclusive", "limit"},
}


#: where a part of a thread begins and ends when nothing is said
_ENDS = (("oldest", "0"), ("latest", "99999999999"))


class LocalSlack:
    """`users`, `groups`, `channels` are the workspace; `posted` is what is to be seen, by ts."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, list[str]] = {}
        self.channels: dict[str, dict[str, Any]] = {}
        self.members: dict[str, list[str]] = {}
        self.posted: dict[str, dict[str, Any]] = {}
        self.ephemeral: list[dict[str, Any]] = []
        self.responses: list[dict[str, Any]] = []
        self.files: dict[str, dict[str, Any]] = {}
        self.contents: dict[str, bytes | str] = {}
        self.errors: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.homes: dict[str, dict[str, Any]] = {}
        #: the posts of threads by root, beside what is posted here
        self.threads: dict[str, list[dict[str, Any]]] = {}
        #: channels the bot may not write to
        self.closed: set[str] = set()
        #: what was sent to each response_url, and what the pane shows of each thread
        self.private: dict[str, list[dict[str, Any]]] = {}
        self.panes: dict[str, dict[str, Any]] = {}
        self.refused: list[str] = []
        self.calls: list[str] = []
        self.acknowledged: set[str] = set()
        #: when each message was posted or changed, its thread, and its text
        self.written: list[tuple[float, str, str]] = []
        #: what is said to whoever begins a stream, by channel ("" is any); none is said by default
        self.no_streams: dict[str, str] = {}
        #: how often a method is refused for its rate, and what happens before a call of it is answered
        self.limited: dict[str, int] = {}
        #: methods whose next answer is lost on the way
        self.lost: set[str] = set()
        self.before: dict[str, Callable[[], Awaitable[None]]] = {}
        self.scopes = ""
        self.busy = 0
        self.down: set[str] = set()
        self.sockets: list[web.WebSocketResponse] = []
        self.api = ""
        self._numbers = iter(range(1, 1_000_000))

    async def deliver(
        self, kind: str, payload: dict[str, Any], *, to: int = -1, **more: Any
    ) -> str:
        """Send an envelope over one of the connections, by default the latest."""
        while not self.sockets:
            await asyncio.sleep(0.01)
        name = f"envelope-{next(self._numbers)}"
        envelope = {"envelope_id": name, "type": kind, "payload": payload, **more}
        await self.sockets[to % len(self.sockets)].send_str(json.dumps(envelope))
        return name

    async def refresh(self) -> None:
        """End a connection as Slack does every few hours: announced, then closed."""
        socket = self.sockets[0]
        await socket.send_str(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
        await socket.close()

    async def event(
        self, event: dict[str, Any], event_id: str, retry: int = 0, to: int = -1
    ) -> str:
        payload = {"type": "event_callback", "event_id": event_id, "team_id": "T1",
                   "api_app_id": "A1", "event": event, "authorizations": []}  # fmt: skip
        return await self.deliver("events_api", payload, retry_attempt=retry, to=to)

    async def command(self, text: str, channel: str, user: str) -> tuple[str, str]:
        """Somebody types `/auskunft`; returns the envelope and the name of the way to respond."""
        name = f"r{next(self._numbers)}"
        payload = {"command": "/auskunft", "text": text, "channel_id": channel, "user_id": user,
                   "team_id": "T1", "trigger_id": f"{uuid4().int}.{name}",
                   "response_url": self._respond_at(name)}  # fmt: skip
        return await self.deliver("slash_commands", payload), name

    async def press_private(self, action: dict[str, Any], channel: str, user: str, ts: str) -> str:
        """Press a button of a message that only this person sees; returns the way to respond."""
        name = f"r{next(self._numbers)}"
        payload = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": user},
                   "trigger_id": f"{uuid4().int}.{name}", "channel": {"id": channel},
                   "container": {"type": "message", "message_ts": ts, "is_ephemeral": True},
                   "response_url": self._respond_at(name),
                   "actions": [{**action, "block_id": "b"}]}  # fmt: skip
        await self.deliver("interactive", payload)
        return name

    async def press_at_home(self, action: dict[str, Any], user: str) -> str:
        payload = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": user},
                   "trigger_id": "trigger", "container": {"type": "view"},
                   "view": self.homes[user], "actions": [{**action, "block_id": "b"}]}  # fmt: skip
        return await self.deliver("interactive", payload)

    def _respond_at(self, name: str) -> str:
        self.private[name] = []
        return self.api.replace("/api/", f"/respond/{name}")

    async def _respond_private(self, request: web.Request) -> web.Response:
        sent = self.private[request.match_info["name"]]
        given = json.loads(await request.text())
        wrong = [*complaints(given.get("blocks") or []), *(set(given) - _RESPONSE)]
        if wrong or len(sent) == _MOST_RESPONSES or given["response_type"] != "ephemeral":
            return self._refuse(f"invalid_response {wrong}")
        sent.append(given)
        return web.Response(text="ok")

    async def press(self, action: dict[str, Any], message: dict[str, Any], user: str) -> str:
        payload = {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": user},
                   "trigger_id": "trigger", "response_url": self.api.replace("/api/", "/respond"),
                   "channel": {"id": message["channel"]},
                   "message": message, "actions": [{**action, "block_id": "b"}]}  # fmt: skip
        return await self.deliver("interactive", payload)

    async def submit(self, view: dict[str, Any], values: dict[str, Any], user: str) -> str:
        """Send a modal off; complaints about its fields come to `errors`."""
        state = {"values": {name: {"value": value} for name, value in values.items()}}
        payload = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": user},
                   "view": {**view, "state": state, "id": "V1"}}  # fmt: skip
        return await self.deliver("interactive", payload)

    def share(self, name: str, content: bytes, **more: Any) -> dict[str, Any]:
        """A file in the workspace, as events tell of it."""
        file = f"F{next(self._numbers)}"
        self.contents[file] = content
        about = {"id": file, "name": name, "size": len(content), "mimetype": "text/plain",
                 "url_private_download": self.api.replace("/api/", f"/files/{file}")}  # fmt: skip
        self.files[file] = {**about, **more}
        return self.files[file]

    async def _file(self, request: web.Request) -> web.Response:
        content = self.contents[request.match_info["file"]]
        if isinstance(content, str):
            raise web.HTTPFound(content)
        if request.headers.get("authorization") != f"Bearer {BOT}":
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        return web.Response(body=content, content_type="application/octet-stream")

    async def slash(self, text: str, user: str, channel: str) -> str:
        """`/auskunft …`; what is responded comes to `responses`."""
        payload = {"command": "/auskunft", "text": text, "user_id": user, "team_id": "T1",
                   "channel_id": channel, "trigger_id": "trigger",
                   "response_url": self.api.replace("/api/", "/respond")}  # fmt: skip
        return await self.deliver("slash_commands", payload)

    async def _respond(self, request: web.Request) -> web.Response:
        given = await request.json()
        allowed = {"text", "blocks", "response_type", "replace_original"}
        if set(given) - allowed or list(complaints(given.get("blocks") or [])):
            return web.json_response({"ok": False}, status=self._refuse(f"{given}").status)
        self.responses.append(given)
        return web.Response(text="ok")

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls.append(method)
        raw = await request.text()
        given = json.loads(raw) if request.content_type == "application/json" and raw else {
            **request.query, **await request.post()}  # fmt: skip
        token = APP if method == "apps.connections.open" else BOT
        signed = request.headers.get("authorization") == f"Bearer {token}"
        if not signed or given.pop("token", token) != token:
            return self._refuse("invalid_auth")
        if method not in _ARGUMENTS:
            return self._refuse("unknown_method")
        if set(given) - _ARGUMENTS[method]:
            return self._refuse("invalid_arguments")
        if method in self.down:
            return self._say_no("internal_error")
        if method in self.before:
            await self.before[method]()
        if self._too_often(method):
            limited = {"ok": False, "error": "ratelimited"}
            return web.json_response(limited, status=429, headers={"Retry-After": "1"})
        answer = self._answer(method, {name: _read(value) for name, value in given.items()})
        if method in self.lost and request.transport is not None:
            self.lost.remove(method)
            request.transport.abort()
        return answer

    def _too_often(self, method: str) -> bool:
        if self.limited.get(method):
            self.limited[method] -= 1
            return True
        if self.busy and method.startswith("chat."):
            self.busy -= 1
            return True
        return False

    def _answer(self, method: str, given: dict[str, Any]) -> web.Response:
        for part, answer in (
            ("Stream", self._stream), ("chat.delete", self._delete), ("chat.", self._message),
            ("assistant.", self._pane), ("views.", self._view),
        ):  # fmt: skip
            if part in method:
                return answer(method, given)
        return self._look_up(method, given)

    def _look_up(self, method: str, given: dict[str, Any]) -> web.Response:
        found: dict[str, Any] | None = {}
        if method == "auth.test":
            found = {
                "team_id": "T1",
                "user_id": "UBOT",
                "bot_id": "B1",
                "team": "Kammer",
                "url": "https://x.test/",
            }
        elif method == "apps.connections.open":
            found = {"url": self.api.replace("http", "ws").replace("/api/", "/link")}
        elif method == "files.info":
            about = self.files.get(given["file"])
            found = {"file": about} if about else None
        elif method == "users.info":
            user = self.users.get(given["user"])
            found = {"user": user} if user else None
        elif method == "usergroups.users.list":
            found = {"users": self.groups[given["usergroup"]]}
        elif method == "conversations.info":
            about = self.channels.get(given["channel"])
            many = len(self.members.get(given["channel"], []))
            found = {"channel": {**about, "num_members": many}} if about is not None else None
        elif method == "conversations.members":
            found = {"members": self.members[given["channel"]]}
        elif method == "conversations.replies":
            first, *others = self._thread(given["ts"]) or [{"ts": given["ts"], "text": "?"}]
            since, until = (_moment(given.get(end, far)) for end, far in _ENDS)
            # the thread's first message always comes with them
            asked = [one for one in others if since <= _moment(one["ts"]) <= until]
            found = {"messages": [first, *asked], "has_more": False}
        if found is None:
            return self._say_no("not_found")
        return web.json_response({"ok": True, **found}, headers={"x-oauth-scopes": self.scopes})

    def _message(self, method: str, given: dict[str, Any]) -> web.Response:
        if error := self._wrong_in(method, given):
            return self._refuse(error)
        if method == "chat.postEphemeral":
            self.ephemeral.append(given)
            return web.json_response({"ok": True, "message_ts": "0"})
        if given["channel"].startswith(("U", "W")):  # opens the conversation with this person
            given["channel"] = f"D{given['channel']}"
        if given["channel"] in self.closed:
            return self._say_no("not_in_channel")
        ts = given["ts"] if method == "chat.update" else self._now(given.get("thread_ts", ""))
        own = {"user": "UBOT", "bot_id": "B1"}
        self.posted[ts] = {**self.posted.get(ts, {}), **given, **own, "ts": ts}
        self._noted(ts)
        return web.json_response({"ok": True, "ts": ts, "channel": given["channel"]})

    def _wrong_in(self, method: str, given: dict[str, Any]) -> str:
        wrong = list(complaints(given.get("blocks") or []))
        if wrong or not given.get("text") or len(given["text"]) > 4_000:
            return f"invalid_blocks {wrong}"
        if method != "chat.update":
            return ""
        if given["channel"].startswith(("U", "W")):
            return "channel_not_found"
        if given["ts"] not in self.posted:
            return "message_not_found"
        return "streaming_state_conflict" if self.posted[given["ts"]].get("streaming") else ""

    def _stream(self, method: str, given: dict[str, Any]) -> web.Response:
        if method == "chat.startStream":
            error = self.no_streams.get("") or self.no_streams.get(given["channel"])
            if error:
                return self._say_no(error)
            given["ts"] = self._now(given.get("thread_ts", ""))
        ts = given["ts"]
        error, allowed = grow(self.posted, method, given)
        if error:
            return self._say_no(error) if allowed else self._refuse(error)
        if self.posted[ts].get("blocks"):
            self._noted(ts)
        return web.json_response({"ok": True, "ts": ts, "channel": given["channel"]})

    def expire(self, ts: str) -> None:
        """End a stream as Slack does after about five minutes."""
        self.posted[ts] = {**self.posted[ts], "streaming": False, "expired": True}

    def _delete(self, method: str, given: dict[str, Any]) -> web.Response:
        message = self.posted.get(given["ts"])
        if message is None:
            return self._say_no("message_not_found")
        if message.get("streaming"):
            return self._refuse("cant_delete_message")
        del self.posted[given["ts"]]
        return web.json_response({"ok": True})

    def _now(self, root: str) -> str:
        """A time stamp after everything in the thread."""
        seconds = [int(one["ts"].partition(".")[0]) for one in self.threads.get(root, [])]
        return f"{max([9, *seconds])}.{next(self._numbers):06}"

    def _thread(self, root: str) -> list[dict[str, Any]]:
        """What people wrote and the bot answered, each bot's post after the one it came for."""
        people = self.threads.get(root, []) or [
            one for ts, one in self.posted.items() if ts == root
        ]
        return [*people, *(one for one in self.posted.values() if one.get("thread_ts") == root)]

    def _view(self, method: str, given: dict[str, Any]) -> web.Response:
        view, home = given["view"], method == "views.publish"
        wrong = list(complaints(view["blocks"], 100))
        if (
            wrong
            or (view["type"] == "home") != home
            or len(view.get("title", {}).get("text", "")) > 24
        ):
            return self._refuse(f"invalid_arguments {wrong}")
        if home:
            self.homes[given["user_id"]] = view
        else:
            self.views.append(view)
        return web.json_response({"ok": True})

    def _pane(self, method: str, given: dict[str, Any]) -> web.Response:
        prompts = given.get("prompts", [])
        if len(prompts) > 4 or any(set(one) != {"title", "message"} for one in prompts):
            return self._refuse("invalid_arguments")
        self.panes.setdefault(given["thread_ts"], {}).update(given)
        return web.json_response({"ok": True})

    def _noted(self, ts: str) -> None:
        message = self.posted[ts]
        self.written.append((time.monotonic(), message.get("thread_ts", ""), message["text"]))

    def _say_no(self, error: str) -> web.Response:
        """Refuse what a bot may well try."""
        return web.json_response({"ok": False, "error": error})

    def _refuse(self, error: str) -> web.Response:
        self.refused.append(error)
        return web.json_response({"ok": False, "error": error.partition(" ")[0]})

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(json.dumps({"type": "hello", "num_connections": 1}))
        self.sockets.append(socket)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                told = json.loads(message.data)
                self.acknowledged.add(told.get("envelope_id", ""))
                if errors := (told.get("payload") or {}).get("errors"):
                    self.errors.append(errors)
        if socket in self.sockets:
            self.sockets.remove(socket)
        return socket


def _moment(ts: str) -> tuple[int, str]:
    seconds, _, part = str(ts).partition(".")
    return int(seconds), part


def _read(value: Any) -> Any:
    """Forms carry lists and objects as JSON."""
    return json.loads(value) if isinstance(value, str) and value[:1] in ("[", "{") else value


@asynccontextmanager
async def local_slack(port: int = 0) -> AsyncIterator[LocalSlack]:
    """A running one, by default at a free port of this machine."""
    slack = LocalSlack()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", slack._call)
    app.router.add_post("/respond/{name}", slack._respond_private)
    app.router.add_get("/link", slack._link)
    app.router.add_get("/files/{file}", slack._file)
    app.router.add_post("/respond", slack._respond)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    port = runner.addresses[0][1]
    slack.api = f"http://127.0.0.1:{port}/api/"
    try:
        yield slack
    finally:
        await runner.cleanup()
