"""A job's progress in one message that is updated now and then, until its report stands there."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from integrations.slack import admin_phrases as phrases
from integrations.slack.admin_blocks import CANCEL_ACTION, button_row, section
from integrations.slack.admin_status import counted
from integrations.slack.errors import SLACK_ERRORS
from integrations.slack.mrkdwn import escaped, pieces
from integrations.slack.service import Service
from kb.errors import AuskunftError

#: seconds between two looks; Slack allows about one update of a message a second
_BETWEEN_S = 3.0
#: looks without an answer of the service after which the message says so
_MOST_FAILURES = 20
_MOST_ERRORS, _LONGEST = 5, 2_900
_OVER = ("done", "failed", "stopped")
_log = logging.getLogger(__name__)


class Following:
    """Each job that is followed is a task of its own; `drain` ends them all."""

    def __init__(
        self, client: AsyncWebClient, service: Service, between: float = _BETWEEN_S
    ) -> None:
        self._client = client
        self._service = service
        self._between = between
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, job_id: str, actor: str, channel: str, ts: str) -> None:
        """Show a job in the message `ts` of a channel until it is over."""
        task = asyncio.create_task(self._follow(job_id, actor, channel, ts))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self) -> None:
        """Stop following; the jobs themselves go on."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _follow(self, job_id: str, actor: str, channel: str, ts: str) -> None:
        shown, failures = "", 0
        label = ""
        try:
            while failures < _MOST_FAILURES:
                try:
                    job = await self._service.call("GET", f"/jobs/{job_id}")
                    failures, label = 0, job["label"]
                    over = job["state"] in _OVER
                    text = await self._report(job) if over else progress_text(job)
                    if text != shown:
                        buttons = [] if over else [_cancel_button(job_id)]
                        await self._show(channel, ts, text, buttons)
                        shown = text
                    if over:
                        return
                except (AuskunftError, *SLACK_ERRORS) as error:
                    failures += 1
                    _log.warning("a job cannot be followed: %s", type(error).__name__)
                await asyncio.sleep(self._between)
            await self._leave(channel, ts, label)
        except asyncio.CancelledError:
            await self._leave(channel, ts, label)

    async def _report(self, job: Mapping[str, Any]) -> str:
        """The report; of files that were handed in also what was noticed in them."""
        lines = [report_text(job)]
        if job["kind"] == "upload" and job["state"] == "done":
            for source in (job["report"] or {}).get("sources", ())[:_MOST_ERRORS]:
                if source["document_id"]:
                    about = await self._service.call("GET", f"/documents/{source['document_id']}")
                    lines += [f"• {escaped(_short(one, 300))}" for one in about["warnings"][:3]]
        return "\n".join(lines)

    async def _leave(self, channel: str, ts: str, label: str) -> None:
        try:
            await self._show(channel, ts, phrases.LEFT.format(label=_label(label)), [])
        except SLACK_ERRORS as error:
            _log.warning("a job's message cannot be ended: %s", type(error).__name__)

    async def _show(self, channel: str, ts: str, text: str, rows: list[dict[str, Any]]) -> None:
        await self._client.chat_update(
            channel=channel, ts=ts, text=text, blocks=[section(text), *rows]
        )


def progress_text(job: Mapping[str, Any]) -> str:
    """How far a job is, as mrkdwn."""
    step, label = job["progress"], _label(job["label"])
    if job["state"] == "waiting" or not step:
        return phrases.WAITING.format(label=label) if job["state"] == "waiting" else f"*{label}*"
    name = f": {escaped(_short(step['name']))}" if step.get("name") else ""
    return phrases.RUNNING.format(
        label=label,
        done=step["done"],
        total=step["total"],
        percent=int(step["share"] * 100),
        name=name,
    )


def report_text(job: Mapping[str, Any]) -> str:
    """What came of a job, as mrkdwn: counts, and the first errors."""
    label = _label(job["label"])
    if job["state"] == "failed":
        return phrases.JOB_FAILED.format(label=label, error=_fitting(job["error"]))
    report = job["report"] or {}
    counts = ", ".join(
        phrases.COUNTS[state].format(number)
        for state, number in (report.get("counts") or {}).items()
        if state in phrases.COUNTS
    )
    made = sum(source.get("passages", 0) for source in report.get("sources") or ())
    if counts and made:
        counts += f" ({counted(phrases.PASSAGES, made)})"
    words = phrases.STOPPED if job["state"] == "stopped" else phrases.DONE
    return "\n".join(
        [words.format(label=label, counts=counts or phrases.NOTHING), *_errors(report)]
    )


def _errors(report: Mapping[str, Any]) -> list[str]:
    errors = [
        f"• {escaped(_short(one['file']))}: {escaped(_short(error, 300))}"
        for one in report.get("sources") or ()
        for error in one["errors"]
    ]
    more = len(errors) - _MOST_ERRORS
    also = [phrases.MORE_ERRORS.format(number=more)] if more > 0 else []
    return [*errors[:_MOST_ERRORS], *also]


def _cancel_button(job_id: str) -> dict[str, Any]:
    return button_row((CANCEL_ACTION, phrases.CANCEL, job_id))


def _label(label: str) -> str:
    return escaped(_short(label))


def _short(text: str, longest: int = 120) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _fitting(text: str) -> str:
    return (pieces(text, _LONGEST - 200) or ["–"])[0]
