"""Reading in another process: the same blocks, and whatever happens to that process is reported."""

import io
import os
import signal
import threading
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from openpyxl import Workbook
from PIL import Image

from ingest.convert import convert
from ingest.parsing.limits import Limits
from ingest.parsing.parser import Parser
from ingest.sources import SourceFile
from kb.errors import (
    EmptySourceError,
    SourceTooLargeError,
    SourceUnreadableError,
    StoppedError,
    UnsupportedFormatError,
)

TEXT = "# Merkblatt\n\nDer Zuschuss beträgt 500 Euro.\n\n- ein Punkt\n\n| a |\n|---|\n| 1 |\n"


def file(folder: Path, name: str, content: str | bytes) -> SourceFile:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return SourceFile(path, folder)


def sheet(rows: int) -> bytes:
    book = Workbook(write_only=True)
    made = book.create_sheet("Vorhaben")
    made.append(["Vorhaben", "Ort", "Betrag"])
    for number in range(rows):
        made.append([f"Vorhaben Nummer {number} mit langem Namen", f"Ort {number}", number])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def readers() -> list[int]:
    """Processes that this one has started to read files."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            parent = int((entry / "stat").read_text("utf-8").rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
        if parent == os.getpid() and b"ingest.parsing.child" in command:
            found.append(int(entry.name))
    return found


@pytest.fixture
def limits() -> Limits:
    """Of each test its own, so that none is handed another one's process."""
    limits.number += 0.001  # type: ignore[attr-defined]
    return Limits(silence=60 + limits.number)  # type: ignore[attr-defined]


limits.number = 0.0  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> SourceFile:
    return file(tmp_path_factory.mktemp("large"), "vorhaben.xlsx", sheet(40_000))


def while_reading(parser: Parser, source: SourceFile, act: object) -> Exception:
    """Convert, and do something to the process when it is at work."""
    before = set(readers())
    failures: list[Exception] = []

    def run() -> None:
        try:
            parser.convert(source)
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    deadline = time.monotonic() + 20
    while not (new := set(readers()) - before) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.5)
    act(new.pop())  # type: ignore[operator]
    thread.join(60)
    assert not thread.is_alive() and failures, "the file was read nevertheless"
    return failures[0]


def test_the_same_blocks_as_in_this_process(tmp_path: Path) -> None:
    source = file(tmp_path, "merkblatt.md", TEXT)
    assert Parser().convert(source) == convert(source)


def test_one_process_reads_many_files(tmp_path: Path, limits: Limits) -> None:
    parser = Parser(limits)
    source = file(tmp_path, "merkblatt.md", TEXT)
    before = set(readers())
    parser.convert(source)
    [first] = set(readers()) - before
    for number in range(5):
        parser.convert(file(tmp_path, f"m{number}.md", TEXT))
    assert set(readers()) - before == {first}


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("leer.txt", "", EmptySourceError),
        ("nichts.md", "  \n", EmptySourceError),
        ("kaputt.docx", b"PK\x03\x04 und dann nichts", SourceUnreadableError),
        ("fremd.xyz", b"\x00\x01\x02", UnsupportedFormatError),
    ],
)
def test_errors_come_out_as_they_are(
    tmp_path: Path, name: str, content: bytes, kind: type[Exception]
) -> None:
    source = file(tmp_path, name, content)
    with pytest.raises(kind) as there:
        convert(source)
    with pytest.raises(kind) as here:
        Parser().convert(source)
    assert str(here.value) == str(there.value)
    assert Parser().convert(file(tmp_path, "gut.md", TEXT)).blocks


def test_a_crash_is_the_error_of_that_file(large: SourceFile, limits: Limits) -> None:
    parser = Parser(limits)
    error = while_reading(parser, large, lambda pid: os.kill(pid, signal.SIGSEGV))
    assert isinstance(error, SourceUnreadableError)
    assert "vorhaben.xlsx" in str(error) and "SIGSEGV" in str(error)
    assert parser.convert(file(large.root, "gut.md", TEXT)).blocks


def test_what_hangs_is_ended(large: SourceFile) -> None:
    parser = Parser(Limits(silence=3))
    error = while_reading(parser, large, lambda pid: os.kill(pid, signal.SIGSTOP))
    assert isinstance(error, SourceUnreadableError)
    assert "3 Sekunden" in str(error) and "AUSKUNFT_PARSE_SECONDS" in str(error)


def test_memory_is_bounded(tmp_path: Path) -> None:
    source = file(tmp_path, "lang.txt", ("Ein Satz über Fördermittel. " * 40 + "\n\n") * 25_000)
    with pytest.raises(SourceTooLargeError, match="Arbeitsspeicher") as error:
        Parser(Limits(memory_mb=128)).convert(source)
    assert "AUSKUNFT_PARSE_MEMORY_MB" in str(error.value)


def test_a_stop_ends_the_file_in_work_and_all_after_it(large: SourceFile, limits: Limits) -> None:
    parser = Parser(limits)
    begin = time.monotonic()
    assert isinstance(while_reading(parser, large, lambda pid: parser.stop()), StoppedError)
    assert time.monotonic() - begin < 30
    with pytest.raises(StoppedError):
        parser.convert(large)
    parser.resume()
    assert parser.convert(file(large.root, "gut.md", TEXT)).blocks


def test_secrets_stay_in_this_process(
    tmp_path: Path, limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUSKUNFT_QDRANT_API_KEY", "geheim")
    before = set(readers())
    Parser(limits).convert(file(tmp_path, "merkblatt.md", TEXT))
    [process] = set(readers()) - before
    assert b"geheim" not in Path(f"/proc/{process}/environ").read_bytes()


def test_progress_is_heard(tmp_path: Path) -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    for text in ("Der Zuschuss wird gewährt.", "Wer ist berechtigt?", "Das Verfahren ist einfach."):
        pdf.add_page()
        pdf.multi_cell(0, 8, text)
    heard: list[tuple[int, int]] = []
    source = file(tmp_path, "drei.pdf", bytes(pdf.output()))
    Parser().convert(source, lambda done, total: heard.append((done, total)))
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]


# --- what libraries say -----------------------------------------------------------------------


def odd_days() -> bytes:
    """A sheet with a day that does not exist, and with what openpyxl cannot read."""
    book = Workbook()
    made = book.active
    assert made is not None
    made.append(["Vorhaben", "Beginn"])
    for row in range(2, 10):
        made.append([f"Vorhaben {row}", 1e12])
        made.cell(row, 2).number_format = "DD.MM.YYYY"
    made.oddHeader.center.text = "Kopf"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_a_library_says_of_the_content_is_in_the_report_and_not_in_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = Parser().convert(file(tmp_path, "a.xlsx", odd_days()))
    assert found.warnings[0].startswith("Zelle B2: Der Wert ist als Datum gekennzeichnet")
    assert len(found.warnings) == 6 and found.warnings[5] == "3 weitere Stellen dieser Art."
    assert "openpyxl" not in "".join(capfd.readouterr())


def test_what_libraries_print_does_not_reach_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """libtiff writes to standard error itself, Pillow and openpyxl warn, xlrd prints."""
    stream = io.BytesIO()
    Image.new("L", (60, 60), 255).save(stream, "TIFF", compression="tiff_lzw")
    spoilt = bytearray(stream.getvalue())
    spoilt[8:40] = b"\x00" * 32
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet(2))) as whole, zipfile.ZipFile(bare, "w") as part:
        for entry in whole.namelist():
            content = whole.read(entry)
            if entry == "xl/styles.xml":
                content = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
            part.writestr(entry, content)
    parser = Parser()
    with suppress(SourceUnreadableError, EmptySourceError):
        parser.convert(file(tmp_path, "a.tif", bytes(spoilt)))
    assert parser.convert(file(tmp_path, "a.xlsx", bare.getvalue())).warnings == ()
    assert capfd.readouterr() == ("", "")
