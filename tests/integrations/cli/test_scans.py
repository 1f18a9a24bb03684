"""Scans from the file to the answer: counted in reports, marked where they were hard to read."""

import io
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from tests.ingest.convert.scans import needs_tesseract, scanned, worn
from tests.ingest.convert.test_pdf import lines
from tests.integrations.running import Outcome

Cli = Callable[..., Outcome]
QUESTION = "Wie hoch ist der Meisterbonus?"
ROWS = [
    "Der Meisterbonus beträgt 1.250 Euro je bestandener Prüfung.",
    "Er wird nach der Prüfung durch die Kammer ausgezahlt.",
]
MARK = "(aus einem Scan erkannt, bitte im Original prüfen)"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A clean scan with public audience."""
    folder = tmp_path / "unterlagen"
    folder.mkdir()
    (folder / "Meisterbonus.pdf").write_bytes(scanned(lines(ROWS)))
    (folder / "auskunft.toml").write_text('[defaults]\naudience = "public"\n', "utf-8")
    return folder


@needs_tesseract
def test_recognised_pages_are_counted_and_answer(cli: Cli, data: Path, scan: Path) -> None:
    ran = cli("ingest", "--data", data, scan)
    assert ran.code == 0 and "1 Seite mit Texterkennung (OCR) gelesen" in ran.out
    again = cli("ingest", "--data", data, scan, "--json").json
    assert again["counts"] == {"unchanged": 1}
    assert [source["ocr_pages"] for source in again["sources"]] == [1]
    shown = cli("documents", "show", "--data", data, "Meisterbonus.pdf")
    assert "ocr_pages: 1" in shown.out
    [source] = cli("ask", "--data", data, QUESTION, "--json").json["sources"][:1]
    assert "1.250 Euro" in source["quote"] and source["poorly_read"] is False
    assert MARK not in cli("ask", "--data", data, QUESTION).out


@needs_tesseract
def test_what_was_hard_to_read_is_marked(cli: Cli, data: Path, scan: Path) -> None:
    (scan / "Meisterbonus.pdf").write_bytes(scanned(lines(ROWS), worn(2.7, 12)))
    ran = cli("ingest", "--data", data, scan)
    assert ran.code == 1 and "Der Scan ist schlecht lesbar" in ran.err
    for passage in cli("search", "--data", data, QUESTION, "--json").json["passages"]:
        assert passage["poorly_read"] is True and 0 < passage["confidence"] < 0.8
    assert MARK in cli("search", "--data", data, QUESTION).out


@needs_tesseract
def test_a_file_read_in_part_is_read_again_once_recognition_is_there(
    cli: Cli, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = scanned(lines(ROWS))
    whole = merged(lines(["Die Kammer berät Betriebe zur Meisterprüfung."]), page)
    folder = tmp_path / "unterlagen"
    folder.mkdir()
    (folder / "gemischt.pdf").write_bytes(whole)
    with monkeypatch.context() as without:
        without.setenv("PATH", str(tmp_path))
        first = cli("ingest", "--data", data, folder, "--json").json
        again = cli("ingest", "--data", data, folder, "--json").json
    assert (first["counts"], again["counts"]) == ({"partial": 1}, {"unchanged": 1})
    assert "tesseract-ocr-deu" in first["sources"][0]["errors"][0]
    now = cli("ingest", "--data", data, folder, "--json").json
    assert now["counts"] == {"indexed": 1}
    assert now["sources"][0]["ocr_pages"] == 1
    assert cli("ingest", "--data", data, folder, "--json").json["counts"] == {"unchanged": 1}


def merged(*files: bytes) -> bytes:
    """The pages of several PDFs in one."""
    whole = pdfium.PdfDocument.new()
    for file in files:
        whole.import_pages(pdfium.PdfDocument(file))
    stream = io.BytesIO()
    whole.save(stream)
    return stream.getvalue()
