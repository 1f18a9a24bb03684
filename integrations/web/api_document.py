"""The OpenAPI document: the routes as FastAPI knows them, with what callers need beyond that.

Every operation says what it is for, shows an example of each response and lists the problems
(RFC 9457) it can end with. The schema of a response is read off its example: its fields and their
types. That the service answers like that is tested with generated requests.
"""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from integrations.web.api_examples import (
    EXAMPLES,
    OPEN,
    OPTIONAL,
    REQUESTS,
    SOMETIMES_NULL,
    STREAMS,
)
from integrations.web.api_phrases import DESCRIPTIONS, PARAMETERS, PROBLEMS

_PROBLEM = "application/problem+json"
_PUBLIC = ("/healthz", "/readyz", "/api/v1/feedback", "/api/v1/callbacks")
_LIMITED = ("/api/v1/answers", "/api/v1/search", "/api/v1/feedback", "/api/v1/callbacks")
_WITH_NOTHING_TO_DO = ("/api/v1/generations/rollback", "/api/v1/test-runs")
_STORING = ("/api/v1/ingest", "/api/v1/jobs", "/api/v1/uploads/{name}")
_TYPES: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string"}
_PROBLEM_SCHEMA = {
    "type": "object",
    "description": "Was schiefging, als problem+json (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def documented(app: FastAPI) -> None:
    """Have the app serve the whole document, made when it is first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = api_document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI documents it


def api_document(app: FastAPI) -> dict[str, Any]:
    """The document as JSON. An operation without words or examples of its own has its summary."""
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM_SCHEMA
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, method, operation in _operations(document):
        _describe(operation, f"{method.upper()} {path}", path)
    return document


def schema_of(example: Any) -> dict[str, Any]:
    """The schema of values that look like the example."""
    if isinstance(example, dict):
        required = sorted(name for name in example if name not in OPTIONAL)
        properties = {name: _field(name, value) for name, value in example.items()}
        return {"type": "object", "required": required, "properties": properties}
    if isinstance(example, list):
        return {"type": "array", **({"items": schema_of(example[0])} if example else {})}
    return {} if example is None else {"type": _TYPES[type(example)]}


def _field(name: str, value: Any) -> dict[str, Any]:
    schema: dict[str, Any] = (
        {"type": "object"} if name in OPEN and isinstance(value, dict) else schema_of(value)
    )
    if name in SOMETIMES_NULL and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    return schema


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _describe(operation: dict[str, Any], name: str, path: str) -> None:
    summary = operation.setdefault("summary", name)
    operation["description"] = DESCRIPTIONS.get(name) or f"{summary.rstrip('.?!')}."
    if path not in _PUBLIC:
        operation["security"] = [{}, {"token": []}]
    if "requestBody" in operation and name in REQUESTS:
        operation["requestBody"]["content"]["application/json"]["example"] = REQUESTS[name]
    for parameter in operation.get("parameters", []):
        told = PARAMETERS.get(f"{name} {parameter['name']}") or PARAMETERS.get(parameter["name"])
        if told:
            parameter.update(description=told[0], example=told[1])
    good = next((status for status in operation["responses"] if status < "400"), "200")
    operation["responses"] = {
        good: _good(name, summary),
        **{str(status): _problem(status) for status in _problems(operation, path)},
    }
    if name == "GET /readyz":
        operation["responses"]["503"] = _json("Noch nicht bereit", EXAMPLES["unready"])


def _good(name: str, summary: str) -> dict[str, Any]:
    if name not in STREAMS:
        return _json(summary, EXAMPLES[name]) if name in EXAMPLES else {"description": summary}
    events = {"text/event-stream": {"example": STREAMS[name]}}
    if name not in EXAMPLES:
        return {"description": summary, "content": events}
    whole = _json(summary, EXAMPLES[name])
    return {**whole, "content": {**whole["content"], **events}}


def _json(words: str, example: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema_of(example), "example": example}}
    return {"description": words, "content": content}


def _problems(operation: dict[str, Any], path: str) -> list[int]:
    """The statuses of the problems an operation can end with, from what it takes and does."""
    if path in ("/healthz", "/readyz"):
        return [421]
    found = {421, 500, 503}
    if path not in _PUBLIC:
        found.add(403)
    if "requestBody" in operation:
        found |= {400, 413, 422}
    if "parameters" in operation or path in _WITH_NOTHING_TO_DO:
        found.add(422)
    chosen = any(given["name"] == "select" for given in operation.get("parameters", []))
    if "{" in path or chosen or path == "/api/v1/feedback":
        found.add(404)
    if path in _LIMITED:
        found.add(429)
    if path in _STORING:
        found |= {413, 507}
    return sorted(found)


def _problem(status: int) -> dict[str, Any]:
    title, detail = PROBLEMS[status]
    example = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if status == 429:
        example["type"] = "urn:auskunft:limit"
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": title, "content": {_PROBLEM: {"schema": schema, "example": example}}}
