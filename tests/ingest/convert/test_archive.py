import io
import time
import zipfile

import docx
import pytest

from ingest.convert.unpack import MAX_ENTRIES
from kb.errors import EmptySourceError, SourceTooLargeError, SourceUnreadableError
from tests.ingest.convert.conftest import Convert
from tests.ingest.convert.test_docx import guideline, saved


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return stream.getvalue()


def test_every_file_is_an_attachment_with_its_folder(converted: Convert) -> None:
    inner = packed(("a.txt", b"innen"))
    found = converted(
        "akte.zip",
        packed(
            ("Plan.txt", b"eins"),
            ("Jahr 2026/Förderung/Plan.txt", "zwei ü".encode()),
            ("Jahr 2026/", b""),
            ("plan.txt", b"drei"),
            ("alt.zip", inner),
            ("__MACOSX/._Plan.txt", b"x"),
            (".versteckt", b"x"),
            ("Ordner/Thumbs.db", b"x"),
        ),
    )
    assert [(entry.name, entry.data) for entry in found.attachments] == [
        ("Plan.txt", b"eins"),
        ("Jahr 2026/Förderung/Plan.txt", "zwei ü".encode()),
        ("plan (2).txt", b"drei"),
        ("alt.zip", inner),
    ]
    assert (found.blocks, found.warnings) == ((), ())


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\x.txt", "C:/x.txt", "a\\..\\b", "a//b", "a\nb"]
)
def test_names_that_lead_elsewhere_are_refused(converted: Convert, name: str) -> None:
    found = converted("x.zip", packed((name, b"boese"), ("gut.txt", b"gut")))
    assert [entry.name for entry in found.attachments] == ["gut.txt"]
    shown = name.replace("\n", "?")
    assert found.warnings == (
        f"„{shown}“ im Archiv wurde nicht übernommen: der Name ist kein gewöhnlicher Pfad innerhalb "
        "des Archivs.",
    )


def test_links_and_locked_files_are_refused(converted: Convert) -> None:
    link = zipfile.ZipInfo("verweis")
    link.external_attr = 0o120777 << 16
    data = bytearray(packed((link, b"/etc/passwd"), ("geheim.txt", b"geheim"), ("gut.txt", b"gut")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # as if it had a password
        second = data.index(signature, data.index(signature) + 1)
        data[second + offset] |= 1
    found = converted("x.zip", bytes(data))
    assert [entry.name for entry in found.attachments] == ["gut.txt"]
    assert [warning.partition(": ")[2] for warning in found.warnings] == [
        "es ist nur ein Verweis auf eine andere Datei.",
        "die Datei ist mit einem Kennwort geschützt.",
    ]


@pytest.mark.parametrize("encoding", ["cp437", "utf-8"])
def test_names_of_old_programs(converted: Convert, encoding: str) -> None:
    data = packed(("Gr________e.txt", b"x"))
    name = "Größe_ä.txt".encode(encoding)
    assert len(name) <= 15
    found = converted("alt.zip", data.replace(b"Gr________e.txt", name.ljust(15, b"_")))
    assert found.attachments[0].name.rstrip("_") == "Größe_ä.txt"


def test_a_bomb_is_stopped_while_it_is_unpacked(converted: Convert) -> None:
    begun = time.process_time()
    with pytest.raises(
        SourceTooLargeError, match=r"„bombe\.txt“ ist darin auf weniger als ein 200"
    ):
        converted("bombe.zip", packed(("bombe.txt", bytes(64 * 1024**2))))
    with pytest.raises(SourceTooLargeError, match="entpackt größer als 512 MB"):
        converted("viel.zip", _repeated(560))
    assert time.process_time() - begun < 15


def _repeated(count: int) -> bytes:
    """An archive of `count` entries of 1 MiB each, which compress well; small and quick to make."""
    return packed(*((f"{number}.txt", bytes(1024**2)) for number in range(count)))


def test_sizes_in_headers_are_not_believed(converted: Convert) -> None:
    data = packed(("klein.txt", bytes(2_000_000)), ("gut.txt", b"gut"))
    size = (2_000_000).to_bytes(4, "little")
    assert data.count(size) == 2
    found = converted("luege.zip", data.replace(size, (100).to_bytes(4, "little")))
    assert [entry.name for entry in found.attachments] == ["gut.txt"]
    assert "klein.txt“ im Archiv ist beschädigt" in found.warnings[0]


def test_too_many_files(converted: Convert) -> None:
    data = packed(*((f"{number}.txt", b"x") for number in range(MAX_ENTRIES + 1)))
    with pytest.raises(SourceTooLargeError, match="2001 Dateien, erlaubt sind 2000"):
        converted("viele.zip", data)


def test_damaged_and_empty_archives(converted: Convert) -> None:
    data = packed(("a.txt", b"eins" * 100), ("b.txt", b"zwei"))
    with pytest.raises(SourceUnreadableError, match=r"halb\.zip: Das Archiv ist besch"):
        converted("halb.zip", data[: len(data) // 2])
    found = converted("kaputt.zip", data[:36] + b"\xff\xff\xff" + data[39:])
    assert [entry.name for entry in found.attachments] == ["b.txt"]
    assert found.warnings == ("„a.txt“ im Archiv ist beschädigt und wurde nicht übernommen.",)
    with pytest.raises(EmptySourceError, match="keine Datei übernehmen"):
        converted("leer.zip", packed())
    with pytest.raises(EmptySourceError, match="kein gewöhnlicher Pfad"):
        converted("boese.zip", packed(("../a", b"x")))


def test_office_files_are_checked_the_same_way(converted: Convert) -> None:
    data = saved(guideline())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    bomb = packed(*parts, ("word/media/x.xml", bytes(64 * 1024**2)))
    with pytest.raises(SourceTooLargeError, match="200stel"):
        converted("bombe.docx", bomb)
    laughs = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><d>&b;</d>'
    with pytest.raises(SourceUnreadableError, match=r"„word/document\.xml“.*XML-Entitäten"):
        converted("lacht.docx", packed(*parts[:1], ("word/document.xml", laughs)))
    wide = laughs.decode().encode("utf-16")
    with pytest.raises(SourceUnreadableError, match="XML-Entitäten"):
        converted("lacht.docx", packed(*parts[:1], ("word/document.xml", wide)))


def test_deeply_nested_xml_is_an_error(converted: Convert) -> None:
    document = docx.Document()
    document.add_paragraph("MITTE")
    deep = "<w:smartTag>" * 20_000 + "</w:smartTag>" * 20_000
    with zipfile.ZipFile(io.BytesIO(saved(document))) as archive:
        parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    nested = [(name, data.replace(b"MITTE", deep.encode())) for name, data in parts]
    with pytest.raises(SourceUnreadableError, match=r"tief\.docx"):
        converted("tief.docx", packed(*nested))
