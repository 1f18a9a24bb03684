import random

import pytest

from ingest.convert import SUPPORTED_SUFFIXES, convert
from ingest.convert.wording import join_lines, tidy
from ingest.sources import SourceFile
from kb.errors import EmptySourceError, SourceError, SourceUnreadableError, UnsupportedFormatError
from tests.ingest.convert.compound_file import compound_file
from tests.ingest.convert.conftest import Convert
from tests.ingest.convert.test_archive import packed
from tests.ingest.convert.test_docx import guideline as word_guideline
from tests.ingest.convert.test_docx import saved
from tests.ingest.convert.test_mail import LETTER, letter, outlook
from tests.ingest.convert.test_odf import guideline as odt_guideline
from tests.ingest.convert.test_pdf import guideline as pdf_guideline
from tests.ingest.convert.test_rtf import GUIDELINE
from tests.ingest.convert.test_slides import presentation
from tests.ingest.convert.test_workbooks import as_ods, as_xls, as_xlsb


@pytest.mark.parametrize("name", ["r.txt", "r.docx", "r", "r.doc"])
def test_content_decides_when_the_suffix_lies(converted: Convert, name: str) -> None:
    assert len(converted(name, pdf_guideline()).blocks) == 13
    assert len(converted(name, saved(word_guideline())).blocks) == 11
    assert converted(name, "<!DOCTYPE html><p>Hallo Betrieb</p>").blocks[0].text == "Hallo Betrieb"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "brief.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest",
            "altes Word-Dokument; bitte als .docx",
        ),
        ("folien.ppt", b"egal", "PowerPoint-Präsentation; bitte als .pptx"),
        ("bild.webp", b"egal", "ein Bild; bitte als .png"),
        ("akte.zip", b"7z\xbc\xaf\x27\x1cx", "ein Archiv; bitte als .zip"),
        ("modell.xyz", b"abc", "Das Format „.xyz“ wird nicht unterstützt."),
        ("ohne", b"abc", "keine Endung"),
    ],
)
def test_unknown_formats_name_the_supported_ones(
    converted: Convert, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(UnsupportedFormatError) as caught:
        converted(name, content)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert says in message
    for suffix in {*SUPPORTED_SUFFIXES} - {".htm", ".jpeg", ".markdown", ".pdf", ".tiff"}:
        assert suffix in message
    assert "PDF" in message


def test_office_files_with_a_password(converted: Convert) -> None:
    with pytest.raises(SourceUnreadableError, match="Kennwort"):
        converted("g.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage")


@pytest.mark.parametrize("suffix", [".csv", ".html", ".md", ".txt"])
def test_a_file_without_text_is_an_error(converted: Convert, suffix: str) -> None:
    with pytest.raises(EmptySourceError, match=r"keinen Text|leer"):
        converted(f"leer{suffix}", b" \r\n \n")
    with pytest.raises(EmptySourceError, match="0 Byte"):
        converted(f"null{suffix}", b"")


def test_no_foreign_exception_gets_out(tmp_path) -> None:
    rng = random.Random(7)
    originals = {
        ".pdf": pdf_guideline(),
        ".docx": saved(word_guideline()),
        ".md": b"# A\n\nText\n",
        ".eml": letter().as_bytes(),
        ".msg": compound_file(outlook(LETTER)),
        ".odt": odt_guideline(),
        ".ods": as_ods(),
        ".pptx": presentation(),
        ".rtf": GUIDELINE,
        ".xls": as_xls(),
        ".xlsb": as_xlsb(),
        ".zip": packed(("a.txt", b"eins" * 100)),
    }
    for round_ in range(200):
        suffix = rng.choice(list(originals))
        data = bytearray(originals[suffix])
        for _ in range(rng.choice((3, 30, 300))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path = tmp_path / f"m{round_}{rng.choice((suffix, *SUPPORTED_SUFFIXES))}"
        path.write_bytes(bytes(data[: rng.randrange(1, len(data))] if round_ % 3 == 0 else data))
        try:
            conversion = convert(SourceFile(path=path, root=tmp_path))
        except SourceError as error:
            assert str(error).startswith(f"{path.name}: ")
        else:
            assert all(block.text == tidy(block.text) != "" for block in conversion.blocks)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("die Förde-", "rung gilt", "die Förderung gilt"),
        ("aus ESF-", "Mitteln", "aus ESF-Mitteln"),
        ("Förder-", "und Beratung", "Förder- und Beratung"),
        ("Förder-", "bzw. Beratung", "Förder- bzw. Beratung"),
        ("2014-", "2020", "2014-2020"),
        ("den-", "noch gilt", "dennoch gilt"),
        ("Ziel -", "nicht Zweck", "Ziel - nicht Zweck"),
        ("Ende.", "Anfang", "Ende. Anfang"),
        ("der LbAn-", "VO gilt", "der LbAnVO gilt"),
        ("die E-", "mail", "die E-mail"),
    ],
)
def test_joining_lines(first: str, second: str, joined: str) -> None:
    assert join_lines(first, second, frozenset({"LbAnVO", "E-mail"})) == joined
