"""README and docs keep up with the code: settings, commands with their options, dependencies, links."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
import typer
from packaging.specifiers import SpecifierSet

from ingest.convert import SUPPORTED_SUFFIXES
from ingest.rules import FIELDS
from integrations.cli.main import app
from integrations.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
SETTINGS = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
FORMATS = (REPOSITORY / "docs" / "formats.md").read_text(encoding="utf-8")
PINS = [
    line
    for line in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]


def _below(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Commands of a group and its subgroups; typer brings its own click, hence no types."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _below(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(_below(typer.main.get_command(app), "auskunft"))


def _row(path: str) -> str:
    """The row of the README's command table for `path`, empty when there is none."""
    found = re.search(rf"^\| `{path}(?: [A-Z]+)?` \|.*$", README, re.MULTILINE)
    return found[0] if found else ""


@pytest.mark.parametrize("path", COMMANDS)
def test_command_is_documented_with_exactly_its_options(path: str) -> None:
    options = {
        name
        for parameter in COMMANDS[path].params
        for name in parameter.opts
        if name.startswith("--")
    } - {"--help"}

    assert _row(path), f"README.md, Commands: a row for `{path}` is missing"
    assert set(re.findall(r"`(--[a-z-]+)`", _row(path).rsplit("|", 2)[1])) == options


def test_no_command_is_documented_that_does_not_exist() -> None:
    documented = re.findall(r"^\| `(auskunft[a-z ]*?)(?: [A-Z]+)?` \|", README, re.MULTILINE)

    assert set(documented) == set(COMMANDS)


def test_settings_are_documented_with_their_defaults() -> None:
    rows = re.findall(r"^\| `(AUSKUNFT_\w+)` \| (?:`(.*?)`|–) \| .+ \|$", SETTINGS, re.MULTILINE)
    expected = {
        f"AUSKUNFT_{name.upper()}": "" if field.default is None else str(field.default)
        for name, field in Settings.model_fields.items()
    }

    assert dict(rows) == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_only_settings_that_exist(page: Path) -> None:
    named = set(re.findall(r"AUSKUNFT_([A-Z_]+)", page.read_text(encoding="utf-8")))

    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_dependencies_are_listed_with_reason_and_licence() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    required = [*project["dependencies"], *(entry for extra in extras for entry in extra)]
    section = README.partition("## Dependencies")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| ([\w-]+) \| [^|]+ \| [^|]+ \|$", section, re.MULTILINE)

    assert {name for name in listed if name != "package"} == {
        re.split(r"[^\w-]", entry)[0] for entry in required
    }


def test_formats_and_keys_are_documented() -> None:
    for suffix in SUPPORTED_SUFFIXES:
        assert f"`{suffix}`" in FORMATS
    for key in FIELDS:
        assert f"`{key}`" in FORMATS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).is_file(), target


def test_constraints_name_versions_only() -> None:
    assert PINS
    assert [pin for pin in PINS if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []


def test_pinned_versions_install_on_the_oldest_python() -> None:
    pinned = {_normalised(pin) for pin in PINS}
    too_new = [
        f"{installed.name}=={installed.version}"
        for installed in distributions()
        if _normalised(f"{installed.name}=={installed.version}") in pinned
        and "3.11.0" not in SpecifierSet(installed.metadata["Requires-Python"] or "")
    ]

    assert too_new == []


def _normalised(pin: str) -> str:
    name, _, version = pin.lower().partition("==")
    return f"{re.sub(r'[-_.]+', '-', name)}=={version}"
