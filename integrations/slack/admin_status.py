"""The service's state as a few lines of mrkdwn."""

from typing import Any

from integrations.slack import admin_phrases as phrases
from integrations.slack.mrkdwn import escaped
from integrations.slack.service import Service
from kb.errors import AccessDeniedError

_RECENT, _SHOWN = 50, 3


async def status_text(service: Service) -> str:
    """Raises AuskunftError when the service does not say."""
    status = await service.call("GET", "/status")
    jobs = (await service.call("GET", "/jobs", params={"limit": _RECENT}))["jobs"]
    wanted = {"kind": "question", "state": "open", "limit": 1}
    waiting = (await service.call("GET", "/worklist", params=wanted))["total"]
    lines = [_documents(status), _index(status), _running(jobs)]
    lines += [phrases.PAUSED] if status["paused"] else []
    lines += _troubled(jobs)
    lines.append(phrases.OPEN_QUESTIONS.format(number=waiting))
    return "\n".join([*lines, *await _room(service)])


def counted(words: tuple[str, str], number: int) -> str:
    """A number with its noun."""
    return words[0] if number == 1 else words[1].format(f"{number:,}".replace(",", "."))


def _documents(status: dict[str, Any]) -> str:
    line = phrases.STATUS_DOCUMENTS.format(
        documents=counted(phrases.DOCUMENTS, status["documents"]),
        passages=counted(phrases.PASSAGES, status["passages"]),
    )
    details = [
        f"{number} {phrases.VALIDITY.get(state, state)}"
        for state, number in sorted(status["validity"].items())
    ]
    if status["warnings"]:
        details.append(counted(phrases.WARNINGS, status["warnings"]))
    return f"{line} ({', '.join(details)})" if details else line


def _index(status: dict[str, Any]) -> str:
    building = status["building"]
    if building:
        percent = int(float(building.get("share", 0)) * 100)
        return phrases.INDEX_BUILDING.format(percent=percent)
    if not status["answering"]:
        return phrases.INDEX_BROKEN.format(reason=escaped(status["mismatch"][:500]))
    return phrases.INDEX_READY + (phrases.INDEX_OUTDATED if status["rebuild_needed"] else "")


def _running(jobs: list[dict[str, Any]]) -> str:
    running = [job for job in jobs if job["finished_at"] is None]
    return phrases.JOBS.format(jobs=_named(running) or phrases.NO_JOBS)


def _troubled(jobs: list[dict[str, Any]]) -> list[str]:
    """The latest job under each label where it went wrong."""
    latest: dict[str, dict[str, Any]] = {}
    for job in jobs:
        if job["finished_at"] is not None:
            latest.setdefault(job["label"], job)
    wrong = [job for job in latest.values() if troubled(job)]
    return [phrases.TROUBLED.format(jobs=_named(wrong))] if wrong else []


def troubled(job: dict[str, Any]) -> bool:
    """Whether a job that is over could not do everything."""
    sources = (job["report"] or {}).get("sources") or ()
    return bool(job["state"] == "failed" or any(one["errors"] for one in sources))


def _named(jobs: list[dict[str, Any]]) -> str:
    names = [escaped(job["label"][:120]) for job in jobs[:_SHOWN]]
    more = [f"+ {len(jobs) - _SHOWN}"] if len(jobs) > _SHOWN else []
    return "; ".join([*names, *more])


async def _room(service: Service) -> list[str]:
    """Only the service itself and tokens of admins learn of the disk."""
    try:
        disk = (await service.call("GET", "/settings"))["disk"]
    except AccessDeniedError:
        return []
    return [phrases.FREE.format(gigabytes=f"{disk['free'] / 1e9:.1f}".replace(".", ","))]
