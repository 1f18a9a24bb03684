"""The Compose file: Debian's docker-compose accepts it, and it says only what the code understands."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from integrations.settings import Settings
from kb.datafolder import DataFolder

REPOSITORY = Path(__file__).resolve().parents[1]
COMPOSE = REPOSITORY / "docker-compose.yml"
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    loaded = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return dict(loaded["services"])


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is missing")
def test_docker_compose_accepts_the_file() -> None:
    done = subprocess.run(
        ["docker-compose", "--file", str(COMPOSE), "--profile", "ingest", "config", "--services"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {"qdrant", "auskunft", "ingest"}


@pytest.mark.parametrize("file", ["docker-compose.yml", "Dockerfile", ".dockerignore"])
def test_samples_are_never_used(file: str) -> None:
    lines = (REPOSITORY / file).read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if "sample" in line and not line.startswith("#")] == []


@pytest.mark.parametrize("file", ["docker-compose.yml", "Dockerfile"])
def test_only_settings_that_exist_are_used(file: str) -> None:
    named = re.findall(r"AUSKUNFT_([A-Z_]+)", (REPOSITORY / file).read_text(encoding="utf-8"))

    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_ingest_meets_the_running_service(services: dict[str, Any]) -> None:
    service, ingest = services["auskunft"], services["ingest"]
    data = service["environment"]["AUSKUNFT_DATA"]

    assert ingest["profiles"] == ["ingest"]
    assert ingest["depends_on"] == {"auskunft": {"condition": "service_healthy"}}
    assert service["depends_on"] == {"qdrant": {"condition": "service_healthy"}}
    assert ingest["environment"] == service["environment"]
    assert ingest["volumes"] == service["volumes"]
    assert f"data:{data}" in service["volumes"]
    assert "./documents:/documents:ro" in service["volumes"]
    assert ingest["command"] == ["ingest", "/documents"]
    assert len(str(DataFolder(Path(data)).socket)) <= 107


def test_the_service_is_published_to_this_machine_only(services: dict[str, Any]) -> None:
    port = services["auskunft"]["environment"]["AUSKUNFT_PORT"]

    assert services["auskunft"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert "ports" not in services["qdrant"]
    assert "ports" not in services["ingest"]


def test_images_are_pinned(services: dict[str, Any]) -> None:
    version = re.fullmatch(r"qdrant/qdrant:v(\d+)\.(\d+)\.\d+", services["qdrant"]["image"])

    assert version and (int(version[1]), int(version[2])) >= (1, 17)
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:3.11-slim"] * 2


def test_dockerfile_runs_as_a_user_of_its_own_and_checks_its_health() -> None:
    checks = re.search(r"^HEALTHCHECK.*?CMD (\[.*?\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)

    assert checks
    python, flag, program = json.loads(checks[1])
    compile(program, "HEALTHCHECK", "exec")
    assert (python, flag, "/readyz" in program) == ("python", "-c", True)
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["auskunft"]
    assert 'ENTRYPOINT ["auskunft"]' in DOCKERFILE


def test_no_registry_address_is_written_down() -> None:
    for file in ("docker-compose.yml", "Dockerfile"):
        text = (REPOSITORY / file).read_text(encoding="utf-8")
        addresses = set(re.findall(r"https?://[^\s/'\"]+", text))
        assert addresses <= {"http://127.0.0.1:", "http://qdrant:6333"}
        assert "index-url" not in text
