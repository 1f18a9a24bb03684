"""Mails and archives in a run: each file inside is a document of its own, and stays in step."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.options import IngestOptions
from ingest.report import RunReport
from ingest.run import Ingestion
from tests import folders
from tests.kb.scripted import Opened, ScriptedEmbedder, opened

TEXT = "# Merkblatt\n\nDas Merkblatt regelt den Zuschuss von 500 Euro.\n"
OTHER = "# Aushang\n\nDie Beratung findet am Abend statt.\n"


def archive(**files: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def mail(text: str, **attachments: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Unterlagen zur Sitzung"
    message["From"], message["To"] = "a@kammer.example", "b@kammer.example"
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0100"
    message.set_content(text)
    for name, content in attachments.items():
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


class Place:
    """A folder that is ingested again and again."""

    def __init__(self, folder: Path, base: Opened) -> None:
        self.folder = folder
        self.base = base
        self.embedder = ScriptedEmbedder()
        self.ingestion = Ingestion(base.knowledge, self.embedder)

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, *, prune: bool = False) -> RunReport:
        return self.ingestion.run([self.folder], IngestOptions(prune=prune))

    @property
    def documents(self) -> dict[str, str]:
        """Document id by the place inside the folder."""
        root = self.folder.as_uri() + "/"
        return {
            document.head.uri.removeprefix(root): document.head.document_id
            for document in self.base.registry.all()
        }


@pytest.fixture
def place() -> Iterator[Place]:
    with folders.quick_folder() as folder:
        (folder / "unterlagen").mkdir()
        base = opened(folder / "daten")
        yield Place(folder / "unterlagen", base)
        base.close()


def test_each_file_of_an_archive_is_a_document(place: Place) -> None:
    place.write("alles.zip", archive(**{"a.md": TEXT, "Ordner/b ü.md": OTHER}))
    report = place.run()
    assert report.complete and report.counts == {"indexed": 2}
    assert {source.file for source in report.sources} == {
        "a.md (in alles.zip)",
        "b ü.md (in alles.zip)",
    }
    assert set(place.documents) == {"alles.zip!/a.md", "alles.zip!/Ordner/b%20%C3%BC.md"}
    assert {document.head.file for document in place.base.registry.all()} == {"a.md", "b ü.md"}


def test_an_unchanged_archive_is_skipped_as_a_whole(place: Place) -> None:
    place.write("alles.zip", archive(**{"a.md": TEXT, "b.md": OTHER}))
    place.run()
    changes, asked = place.base.registry.changes(), len(place.embedder.asked)
    assert place.run(prune=True).counts == {"unchanged": 2}
    assert (place.base.registry.changes(), len(place.embedder.asked)) == (changes, asked)


def test_what_an_archive_holds_no_more_goes(place: Place) -> None:
    place.write("alles.zip", archive(**{"a.md": TEXT, "b.md": OTHER}))
    place.run()
    place.write("alles.zip", archive(**{"a.md": TEXT}))
    assert place.run().counts == {"unchanged": 1, "removed": 1}
    assert set(place.documents) == {"alles.zip!/a.md"}
    assert place.base.index.total() == 1


def test_a_renamed_archive_keeps_its_documents(place: Place) -> None:
    path = place.write("alles.zip", archive(**{"a.md": TEXT, "b.md": OTHER}))
    place.run()
    before = set(place.documents.values())
    path.rename(path.with_name("umbenannt.zip"))
    assert place.run(prune=True).counts == {"indexed": 2}
    assert set(place.documents.values()) == before
    assert all(name.startswith("umbenannt.zip!/") for name in place.documents)


@pytest.mark.parametrize("name", ["neu.md", "Ordner/a.md", "innen.zip"])
def test_what_is_renamed_inside_an_archive_keeps_its_id_and_its_corrections(
    place: Place, name: str
) -> None:
    place.write("alles.zip", archive(**{"a.md": TEXT, "b.md": OTHER}))
    place.run()
    before = place.documents
    corrected = place.base.registry.find(before["alles.zip!/a.md"])
    assert corrected is not None
    place.base.registry.describe(replace(corrected, corrections={"title": "Mein Titel"}))
    inner = archive(**{"c.md": TEXT}) if name == "innen.zip" else TEXT
    place.write("alles.zip", archive(**{name: inner, "b.md": OTHER}))
    assert place.run().counts == {"indexed": 1, "unchanged": 1}
    new = f"alles.zip!/{name}" + ("!/c.md" if name == "innen.zip" else "")
    assert place.documents == {
        new: before["alles.zip!/a.md"],
        "alles.zip!/b.md": before["alles.zip!/b.md"],
    }
    moved = place.base.registry.find(before["alles.zip!/a.md"])
    assert moved is not None and moved.head.title == "Mein Titel"


def test_a_copy_inside_an_archive_is_a_document_of_its_own(place: Place) -> None:
    place.write("alles.zip", archive(**{"a.md": TEXT}))
    place.run()
    [former] = place.documents.values()
    place.write("alles.zip", archive(**{"eins.md": TEXT, "zwei.md": TEXT}))
    assert place.run().counts == {"indexed": 2}
    assert former in place.documents.values() and len(set(place.documents.values())) == 2
    place.write("alles.zip", archive(**{"eins.md": TEXT, "zwei.md": TEXT, "drei.md": TEXT}))
    assert place.run().counts == {"unchanged": 2, "indexed": 1}
    assert len(set(place.documents.values())) == 3


def test_an_archive_that_is_gone_takes_its_documents_along_when_pruned(place: Place) -> None:
    path = place.write("alles.zip", archive(**{"a.md": TEXT}))
    place.write("bleibt.md", OTHER)
    place.run()
    path.unlink()
    assert place.run().counts == {"unchanged": 1}
    assert place.base.registry.containers.places()
    assert place.run(prune=True).counts == {"unchanged": 1, "removed": 1}
    assert place.base.registry.containers.places() == []
    path.write_bytes(archive(**{"a.md": TEXT}))
    assert place.run().counts == {"unchanged": 1, "indexed": 1}


def test_a_mail_and_its_attachments_are_documents(place: Place) -> None:
    place.write("post.eml", mail("Anbei das Merkblatt.", **{"merkblatt.md": TEXT.encode()}))
    report = place.run()
    assert report.counts == {"indexed": 2}, report
    assert set(place.documents) == {"post.eml", "post.eml!/merkblatt.md"}
    assert place.run().counts == {"unchanged": 2}


def test_an_archive_in_a_mail_in_an_archive(place: Place) -> None:
    inner = archive(**{"a.md": TEXT})
    place.write("außen.zip", archive(**{"post.eml": mail("Anbei.", **{"innen.zip": inner})}))
    assert place.run().counts == {"indexed": 2}
    assert any(name.endswith("post.eml!/innen.zip!/a.md") for name in place.documents)
    assert place.run().counts == {"unchanged": 2}


def test_there_is_an_end_to_files_in_files(place: Place) -> None:
    content = archive(**{"a.md": TEXT})
    for number in range(5):
        content = archive(**{f"{number}.zip": content})
    place.write("tief.zip", content)
    report = place.run()
    assert report.counts == {"failed": 1} and "auspacken" in report.sources[0].errors[0]


def test_one_broken_file_inside_does_not_keep_the_others_out(place: Place) -> None:
    place.write("alles.zip", archive(**{"a.md": TEXT, "kaputt.docx": b"PK\x03\x04nichts"}))
    report = place.run()
    assert report.counts == {"indexed": 1, "failed": 1}
    [failed] = [source for source in report.sources if source.errors]
    assert failed.file == "kaputt.docx (in alles.zip)"
    # and it is not taken for done
    assert place.run().counts == {"unchanged": 1, "failed": 1}


def test_a_document_removed_by_hand_comes_back_with_the_next_run(place: Place) -> None:
    place.write("alles.zip", archive(**{"a.md": TEXT, "b.md": OTHER}))
    place.run()
    place.base.knowledge.remove(place.documents["alles.zip!/a.md"])
    assert place.run().counts == {"indexed": 1, "unchanged": 1}


def test_what_is_said_of_a_container_holds_for_what_is_inside(place: Place) -> None:
    place.write("alles.zip", archive(**{"a.md": TEXT, "b.md": OTHER}))
    place.write("alles.zip.auskunft.toml", 'audience = "public"\ntitle = "Sammlung"\n')
    place.write("auskunft.toml", '[[rules]]\nmatch = "*/b.md"\npublisher = "Kammer"\n')
    place.run()
    heads = {document.head.file: document.head for document in place.base.registry.all()}
    assert {head.audience for head in heads.values()} == {"public"}
    assert heads["a.md"].title == "Merkblatt" and heads["b.md"].publisher == "Kammer"
    place.write("alles.zip.auskunft.toml", 'audience = "staff"\n')
    place.run()
    assert {document.head.audience for document in place.base.registry.all()} == {"staff"}
