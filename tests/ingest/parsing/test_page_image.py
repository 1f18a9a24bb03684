"""Pictures of PDF pages, drawn in the process that reads files."""

import io
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from ingest.parsing.limits import Limits
from ingest.parsing.parser import Parser
from ingest.sources import SourceFile
from kb.errors import SourceUnreadableError


def pdf(*texts: str, size: tuple[float, float] = (595, 842)) -> bytes:
    made = FPDF(unit="pt", format=size)
    made.set_font("helvetica", size=24)
    for text in texts:
        made.add_page()
        made.text(40, 80, text)
    return bytes(made.output())


def source(folder: Path, data: bytes, name: str = "Richtlinie.pdf") -> SourceFile:
    path = folder / name
    path.write_bytes(data)
    return SourceFile(path, folder)


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    image.load()
    return image


def dark(image: Image.Image) -> int:
    return sum(count for count, value in image.convert("L").getcolors() or [] if value < 128)  # type: ignore[operator]


def test_each_page_has_its_own_picture(tmp_path: Path) -> None:
    parser, file = Parser(Limits(silence=30)), source(tmp_path, pdf("kurz", "ein langer Satz " * 3))
    first, second = (opened(parser.page_image(file, page)) for page in (1, 2))
    assert first.size[0] == second.size[0] == 1200
    assert 1690 < first.size[1] < 1700
    assert 0 < dark(first) < dark(second)


def test_a_parser_draws_and_reads_in_turn(tmp_path: Path) -> None:
    parser, file = Parser(Limits(silence=30)), source(tmp_path, pdf("Der Zuschuss steht hier."))
    assert opened(parser.page_image(file, 1)).size[0] == 1200
    assert "Zuschuss" in parser.convert(file).blocks[0].text
    assert opened(parser.page_image(file, 1)).size[0] == 1200


@pytest.mark.parametrize("size", [(20, 14_000), (14_000, 20), (14_400, 14_400), (3, 3)])
def test_pages_of_any_shape_give_a_picture_of_bounded_size(
    tmp_path: Path, size: tuple[float, float]
) -> None:
    drawn = opened(Parser(Limits(silence=30)).page_image(source(tmp_path, pdf("x", size=size)), 1))
    assert 0 < drawn.size[0] * drawn.size[1] < 6_100_000
    assert drawn.size[0] <= 1201


@pytest.mark.parametrize("page", [0, 2, -1, 10**9])
def test_a_page_that_there_is_not_is_an_error(tmp_path: Path, page: int) -> None:
    with pytest.raises(SourceUnreadableError, match="gibt es nicht"):
        Parser(Limits(silence=30)).page_image(source(tmp_path, pdf("x")), page)


@pytest.mark.parametrize("data", [b"%PDF-1.7 kaputt", b"<html>kein PDF</html>"])
def test_a_damaged_file_is_an_error_and_the_next_one_is_drawn(tmp_path: Path, data: bytes) -> None:
    parser = Parser(Limits(silence=30))
    with pytest.raises(SourceUnreadableError, match="beschädigt"):
        parser.page_image(source(tmp_path, data), 1)
    assert opened(parser.page_image(source(tmp_path, pdf("x")), 1))
