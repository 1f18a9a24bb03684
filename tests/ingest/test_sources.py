"""Which files are found, in which order, and what is said about those that cannot be read."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ingest.sources import SourceFile, discover
from kb.errors import (
    EmptySourceError,
    SourceNotFoundError,
    SourceTooLargeError,
    SourceUnreadableError,
)

NOBODY = 65534


def names(folder: Path, *paths: Path) -> list[str]:
    return [source.path.relative_to(folder).as_posix() for source in discover(paths or (folder,))]


def test_found_in_a_stable_order_without_leftovers(tmp_path: Path) -> None:
    for name in (
        *("b.md", "a/z.md", "a/b.md", "Ä.md", ".versteckt.md", ".git/x.md", "_entwurf.md"),
        *("~$offen.docx", "auskunft.toml", "b.md.auskunft.toml", "Thumbs.db", "a/auskunft.toml"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", "utf-8")
    assert names(tmp_path) == ["b.md", "Ä.md", "a/b.md", "a/z.md"]
    assert names(tmp_path, tmp_path / "a", tmp_path) == ["a/b.md", "a/z.md", "b.md", "Ä.md"]
    assert names(tmp_path, tmp_path / "_entwurf.md") == ["_entwurf.md"]


def test_missing_path_is_told_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x", "utf-8")
    with pytest.raises(SourceNotFoundError, match="fehlt"):
        list(discover([tmp_path, tmp_path / "fehlt"]))


def test_symbolic_links_neither_loop_nor_hide(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x", "utf-8")
    (tmp_path / "kreis").symlink_to(tmp_path)
    (tmp_path / "b.md").symlink_to(tmp_path / "a.md")
    assert names(tmp_path) == ["a.md", "b.md"]


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    empty, large = tmp_path / "leer.md", tmp_path / "groß.pdf"
    empty.touch()
    with large.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(EmptySourceError, match="0 Byte"):
        _ = SourceFile(empty, tmp_path).data
    with pytest.raises(SourceTooLargeError, match="50 MB, erlaubt sind 40 MB"):
        _ = SourceFile(large, tmp_path).data
    with pytest.raises(SourceNotFoundError):
        _ = SourceFile(tmp_path / "weg.md", tmp_path).data
    with pytest.raises(SourceUnreadableError):
        _ = SourceFile(tmp_path, tmp_path).data


def test_what_may_not_be_read_stops_or_is_reported() -> None:
    """An unreadable folder must not look empty: with --prune its documents would be deleted."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "zu").mkdir()
        (folder / "zu" / "a.md").write_text("x", "utf-8")
        (folder / "b.md").write_text("x", "utf-8")
        user = os.geteuid()
        (folder / "zu").chmod(0)
        (folder / "b.md").chmod(0)
        if user == 0:
            os.seteuid(NOBODY)
        try:
            with pytest.raises(SourceUnreadableError, match="zu: Der Ordner lässt sich nicht"):
                list(discover([folder]))
            with pytest.raises(SourceUnreadableError, match="Rechte"):
                _ = SourceFile(folder / "b.md", folder).data
        finally:
            os.seteuid(user)
            (folder / "zu").chmod(0o755)


def test_name_that_is_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"alt\xff.md")
    path.write_text("x", "utf-8")
    (source,) = discover([tmp_path])
    assert source.name == "alt\ufffd.md" and source.stem == "alt\ufffd"
    assert source.uri.endswith("/alt%FF.md")
