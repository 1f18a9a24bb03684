"""The address that Slack calls: events, pressed buttons and slash commands, for the bot.

`app.state.slack` is the bot that runs beside the service; whoever starts it puts it there.
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from integrations.desk import Desk

#: seconds after which Slack may ask again while the bot is not connected yet
_RETRY_AFTER = "10"


def add_slack_events(app: FastAPI, desk: Desk) -> None:
    """Nothing is there without a signing secret, by which Slack's calls are told from others."""
    options = desk.settings.slack
    secret = options.signing_secret if options else ""
    app.state.slack = None

    @app.post("/slack/events", include_in_schema=False)
    async def slack_events(request: Request) -> Response:
        if not secret:
            raise HTTPException(404)
        # most services need no Slack
        from integrations.slack.http import (  # noqa: PLC0415
            check_form,
            check_signature,
            handed_on,
        )

        body = await request.body()
        check_signature(body, request.headers, secret)
        check_form(body, request.headers.get("content-type", ""))
        bot: Any = request.app.state.slack
        if bot is None or bot.app is None:
            return Response(status_code=503, headers={"retry-after": _RETRY_AFTER})
        return await handed_on(bot.app, request)
