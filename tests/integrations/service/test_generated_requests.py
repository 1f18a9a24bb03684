"""Generated requests, good and bad, to every operation of the OpenAPI document of a real service."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests import folders
from tests.integrations import documents
from tests.integrations.running import running

#: a rebuild takes half a minute; test_rebuilding.py covers both
_LONG = ("/api/v1/rebuild", "/api/v1/generations/rollback")
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
_EXAMPLES = 3


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    with folders.quick_folder() as folder:
        data = folders.prepared(folder / "daten")
        with folders.opened(data) as desk:
            assert desk.ingestion.run([documents.write(folder / "u")], desk.ingest_options).complete
            _, token = desk.tokens.create("Test")
        with running(data) as service:
            made = schemathesis.openapi.from_url(f"{service.url}/api/v1/openapi.json")
            yield made, {"authorization": f"Bearer {token}"}, folder


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_operation_keeps_its_word(schema: Any, mode: GenerationMode) -> None:
    document, admin, folder = schema
    broken: dict[str, str] = {}
    asked = 0
    for found in document.get_all_operations():
        operation = found.ok()
        if operation.path in _LONG or (
            mode is GenerationMode.NEGATIVE and not _spoilable(operation)
        ):
            continue
        asked += 1
        try:
            _ask(operation, mode, admin, folder)
        except (Exception, BaseExceptionGroup) as failure:
            broken[operation.label] = _told(failure)
    assert not broken, "\n\n".join(f"{label}: {said}" for label, said in broken.items())
    assert asked >= (15 if mode is GenerationMode.NEGATIVE else 45)


def _spoilable(operation: Any) -> bool:
    """Whether something in a request can be wrong: any text will do as part of an address."""
    return bool(list(operation.body) or list(operation.query))


def _told(failure: BaseException) -> str:
    """What is wrong, with all parts of a group of failures."""
    parts = failure.exceptions if isinstance(failure, BaseExceptionGroup) else [failure]
    return "\n".join(str(part) for part in parts)


def _ask(operation: Any, mode: GenerationMode, admin: dict[str, str], folder: Path) -> None:
    @seed(1)
    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        _tame(case.body, folder)
        case.call_and_validate(headers=admin, checks=_CHECKS, timeout=30)

    ask()


def _tame(body: Any, folder: Path) -> None:
    """Nothing is read from elsewhere than the test's own folder, and nothing from the web."""
    if not isinstance(body, dict):
        return
    for name in ("paths", "places"):
        if isinstance(body.get(name), list) and body[name]:
            body[name] = [str(folder / "u")]
    for name in ("sitemaps", "watch", "every_minutes"):
        if isinstance(body.get(name), list | bool | int):
            body.pop(name)
