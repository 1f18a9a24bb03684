"""Every operation of the OpenAPI document is explained in German and shown by valid examples."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from jsonschema import Draft202012Validator

from integrations.web.api_document import api_document, schema_of
from integrations.web.api_examples import EXAMPLES, REQUESTS, STREAMS
from integrations.web.api_phrases import DESCRIPTIONS
from integrations.web.app import create_app
from tests import folders


@pytest.fixture(scope="module")
def document() -> Iterator[dict[str, Any]]:
    with (
        folders.quick_folder() as folder,
        folders.opened(folders.prepared(folder / "daten")) as desk,
    ):
        yield create_app(desk).openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def complaints(document: dict[str, Any], value: Any, schema: dict[str, Any]) -> list[str]:
    whole = {**schema, "components": document["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def test_every_operation_has_words_and_every_parameter_an_example(document: dict[str, Any]) -> None:
    found = dict(operations(document))
    assert len(found) > 45
    for name, operation in found.items():
        assert operation["summary"] and operation["description"].endswith("."), name
        assert name in DESCRIPTIONS and (name in EXAMPLES or name in STREAMS), name
        assert name in REQUESTS or "requestBody" not in operation, name
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (name, parameter["name"])
            wrong = complaints(document, parameter["example"], parameter["schema"])
            assert not wrong, (name, parameter["name"], wrong)


def test_every_body_has_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    checked = 0
    for name, operation in operations(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for kind, content in (pair for body in bodies for pair in body.get("content", {}).items()):
            assert content["example"], (name, kind)
            if kind == "text/event-stream":
                assert content["example"].startswith("event: "), name
                continue
            wrong = complaints(document, content["example"], content["schema"])
            assert not wrong, (name, kind, wrong)
            checked += 1
    assert checked > 200


def test_every_error_is_a_problem_of_its_status(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        refused = {int(s): r for s, r in operation["responses"].items() if int(s) >= 400}
        assert 421 in refused, name
        for status, response in refused.items():
            if name == "GET /readyz" and status == 503:
                continue
            example = response["content"]["application/problem+json"]["example"]
            assert example["status"] == status and example["detail"].endswith("."), name


def test_a_schema_read_off_an_example_refuses_what_looks_different() -> None:
    schema = schema_of({"total": 1, "page": 2, "names": ["a"]})
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"total": 5, "page": None, "names": []})
    for wrong in ({"total": "5"}, {"total": None}, {"names": [1]}, {"names": None}):
        assert not validator.is_valid({"total": 5, "page": 1, "names": [], **wrong}), wrong
    assert not validator.is_valid({"total": 5, "page": 1})


def test_an_operation_that_nobody_described_has_its_summary_and_the_document_is_served() -> None:
    app = FastAPI(title="Auskunft", version="1")

    @app.post("/api/v1/neues/{ding}", status_code=201, summary="Etwas ganz Neues")
    def new(ding: str, body: dict[str, str]) -> dict[str, str]:
        return {ding: ding, **body}

    @app.get("/api/v1/anderswo", status_code=303, response_class=RedirectResponse)
    def elsewhere() -> str:
        return "/"

    made = api_document(app)["paths"]
    operation = made["/api/v1/neues/{ding}"]["post"]
    assert operation["description"] == "Etwas ganz Neues."
    assert operation["responses"]["201"] == {"description": "Etwas ganz Neues"}
    assert "404" in operation["responses"]
    assert "303" in made["/api/v1/anderswo"]["get"]["responses"]
