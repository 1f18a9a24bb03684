"""Answers of the API as values, and errors as the AuskunftError that they describe."""

from typing import Any

import httpx

from kb.errors import (
    AuskunftError,
    EmbeddingError,
    InputError,
    NotFoundError,
    ServiceError,
    SourceNotFoundError,
    StorageFullError,
)

TIMEOUT = httpx.Timeout(60.0, read=None)
_BY_STATUS: dict[int, type[AuskunftError]] = {404: NotFoundError, 422: InputError}
_BY_CODE: dict[str, type[AuskunftError]] = {
    kind.code: kind for kind in (InputError, SourceNotFoundError, StorageFullError, EmbeddingError)
}


def error_of(code: str, text: str) -> AuskunftError:
    """The error of this code; ServiceError for one that has no meaning for commands."""
    return _BY_CODE.get(code, ServiceError)(text)


def body_of(response: httpx.Response) -> dict[str, Any]:
    """The JSON of an answer; raises the AuskunftError that a refusal describes."""
    content: dict[str, Any] = response.json()
    if response.is_success:
        return content
    kind = _BY_STATUS.get(response.status_code, ServiceError)
    raise kind(str(content.get("detail") or content.get("title") or response.status_code))
