"""A file from Slack, as a stream: only from Slack's own addresses, never further than a limit."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from integrations.slack import files_phrases as phrases
from kb.errors import InputError

MOST_MB = 200
_HOST = "slack.com"
_TIMEOUT = httpx.Timeout(20.0, read=60.0)


@asynccontextmanager
async def downloaded(
    about: Mapping[str, Any], token: str, api: str
) -> AsyncIterator[AsyncIterator[bytes]]:
    """The content of a file that Slack's `files.info` tells `about`.

    `api` is where Slack's Web API is; its host may serve files, too. Raises InputError for a file
    that is elsewhere, too large, or not given out. A redirect is a refusal: the token goes nowhere else.
    """
    name, size = str(about.get("name") or about["id"]), int(about.get("size") or 0)
    address = str(about.get("url_private_download") or "")
    if about.get("is_external") or not from_slack(address, api):
        raise InputError(phrases.EXTERNAL.format(name=name))
    if size > MOST_MB * 1024**2:
        raise InputError(phrases.TOO_LARGE.format(name=name, most=MOST_MB))
    headers = {"authorization": f"Bearer {token}", "accept-encoding": "identity"}
    try:
        async with (
            httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=True) as client,
            client.stream("GET", address, headers=headers) as response,
        ):
            # without the right to it Slack answers with its page for signing in
            page = response.headers.get("content-type", "").startswith("text/html")
            if response.status_code != httpx.codes.OK or (page and not _is_page(about)):
                raise InputError(phrases.GONE.format(name=name))
            yield _limited(response, name, size)
    except httpx.HTTPError as error:
        raise InputError(phrases.INCOMPLETE.format(name=name)) from error


def from_slack(address: str, api: str) -> bool:
    """Whether an address is Slack's, by its scheme and host, or of the API that is configured."""
    try:
        parts, own = urlsplit(address), urlsplit(api)
        host = (parts.hostname or "").lower()
        if parts.username or parts.password:
            return False
        if (parts.scheme, host, parts.port) == (own.scheme, own.hostname, own.port):
            return True
        known = host == _HOST or host.endswith(f".{_HOST}")
        return parts.scheme == "https" and known and parts.port in (None, 443)
    except ValueError:
        return False


async def _limited(response: httpx.Response, name: str, size: int) -> AsyncIterator[bytes]:
    """Exactly as much as was announced."""
    come = 0
    async for part in response.aiter_bytes():
        come += len(part)
        if come > size:
            break
        yield part
    if come != size:
        raise InputError(phrases.INCOMPLETE.format(name=name))


def _is_page(about: Mapping[str, Any]) -> bool:
    return "html" in str(about.get("mimetype", "")) or about.get("filetype") == "html"
