"""The sample documents: rebuilt byte by byte, and carrying every quote the questions expect."""

import fnmatch
import importlib.util
import re
import sys
import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import ModuleType

import docx
import openpyxl
import pypdfium2
import pytest
import yaml
from bs4 import BeautifulSoup

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
DOCUMENTS = SAMPLES / "documents"
QUESTIONS = yaml.safe_load((SAMPLES / "questions.yaml").read_text(encoding="utf-8"))
RULES = tomllib.loads((DOCUMENTS / "auskunft.toml").read_text(encoding="utf-8"))
NAMES = sorted(path.name for path in DOCUMENTS.iterdir() if path.name != "auskunft.toml")
KEYS = {
    *("match", "kind", "audience", "title", "language", "publisher"),
    *("date", "valid_from", "valid_until", "supersedes"),
}


def load_build() -> ModuleType:
    pytest.importorskip("fpdf")
    spec = importlib.util.spec_from_file_location("samples_build", SAMPLES / "build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def collapse(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def docx_text(path: Path) -> str:
    parts = []
    for block in docx.Document(str(path)).iter_inner_content():
        if hasattr(block, "rows"):
            parts += [" | ".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            parts.append(block.text)
    return "\n".join(parts)


def xlsx_text(path: Path) -> str:
    def shown(value: object) -> str:
        return f"{value:%d.%m.%Y}" if isinstance(value, date | datetime) else str(value or "")

    sheets = openpyxl.load_workbook(path).worksheets
    rows = [row for sheet in sheets for row in sheet.iter_rows(values_only=True)]
    return "\n".join(" | ".join(map(shown, row)) for row in rows)


@cache
def text_of(name: str) -> str:
    path = DOCUMENTS / name
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as pdf:
            return collapse("\n".join(page.get_textpage().get_text_range() for page in pdf))
    if path.suffix == ".docx":
        return collapse(docx_text(path))
    if path.suffix == ".xlsx":
        return collapse(xlsx_text(path))
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        text = BeautifulSoup(text, "lxml").get_text(" ")
    return collapse(text)


def settings_of(name: str) -> dict[str, object]:
    """What rules and front matter say about a document."""
    settings = dict(RULES["defaults"])
    for rule in RULES["rules"]:
        if fnmatch.fnmatchcase(name, rule["match"]):
            settings |= rule
    if name.endswith(".md"):
        parts = (DOCUMENTS / name).read_text(encoding="utf-8").split("---\n", 2)
        if len(parts) == 3 and not parts[0]:
            settings |= yaml.safe_load(parts[1])
    return settings


def test_a_build_gives_the_committed_bytes(tmp_path: Path) -> None:
    built = load_build().build(tmp_path)
    assert len(built) == 7
    for path in built:
        assert path.read_bytes() == (DOCUMENTS / path.name).read_bytes(), path.name


def test_the_guideline_has_its_eight_parts_over_several_pages() -> None:
    name = "Foerderrichtlinie_Weiterbildungsscheck_Handwerk_2026.pdf"
    with pypdfium2.PdfDocument(DOCUMENTS / name) as pdf:
        assert len(pdf) >= 3
        outline = [mark.get_title() for mark in pdf.get_toc()]
    parts = [title for title in outline if re.match(r"\d ", title)]
    assert [title[0] for title in parts] == list("12345678")
    assert [title[:3] for title in outline if re.match(r"5\.\d", title)] == [
        *("5.1", "5.2", "5.3", "5.4")
    ]


def test_rules_use_known_keys_and_match_files() -> None:
    for rule in RULES["rules"]:
        assert set(rule) <= KEYS
        assert fnmatch.filter(NAMES, rule["match"]), rule["match"]
        assert rule.get("supersedes", NAMES[0]) in NAMES


def test_every_document_has_a_kind_and_only_the_internal_minutes_are_for_staff() -> None:
    kinds = {"guideline", "plan", "role", "minutes", "reference"}
    assert all(settings_of(name)["kind"] in kinds for name in NAMES)
    staff = [name for name in NAMES if settings_of(name)["audience"] == "staff"]
    assert staff == ["Protokoll_intern_2026-10-14.md"]


def test_every_state_of_validity_occurs() -> None:
    today, states = date(2026, 11, 22), set()
    for name in NAMES:
        settings = settings_of(name)
        start, end = settings.get("valid_from"), settings.get("valid_until")
        if start is None and end is None:
            states.add("unknown")
        elif end is not None and end < today:
            states.add("expired")
        else:
            states.add("upcoming" if start is not None and start > today else "current")
    assert states == {"current", "expired", "upcoming", "unknown"}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_expected_quotes_occur(question: dict) -> None:
    assert bool(question["sources"]) == (question["status"] in ("answered", "partial"))
    for source in question["sources"]:
        assert collapse(source["contains"]) in text_of(source["file"])
        if question["audience"] == "public":
            assert settings_of(source["file"])["audience"] == "public"
    for pattern in question["answer_contains"]:
        re.compile(pattern.removeprefix("re:"))


def test_questions_are_consistent() -> None:
    ids = [question["id"] for question in QUESTIONS]
    assert len(set(ids)) == len(ids)
    assert {question.get("follow_up_to", ids[0]) for question in QUESTIONS} <= set(ids)


def test_what_the_public_must_not_learn_is_in_no_public_document() -> None:
    public = [name for name in NAMES if settings_of(name)["audience"] == "public"]
    for secret in ("143 Anträge", "Digitalbonus 2.0", "48.300", "neun Wochen"):
        assert secret in text_of("Protokoll_intern_2026-10-14.md")
        assert not [name for name in public if secret in text_of(name)]


def test_names_and_numbers_are_of_the_reserved_kind() -> None:
    for name in NAMES:
        text = text_of(name)
        assert all(host.endswith(".example") for host in re.findall(r"@([\w.-]+\w)", text)), name
        phones = re.findall(r"\b0\d{2,4} [\d-]{5,}", text)
        assert all(re.match(r"030 23125-|040 66969-|0221 4710-", phone) for phone in phones), name
