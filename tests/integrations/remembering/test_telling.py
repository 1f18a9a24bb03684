"""Notices by mail: what a digest tells, each thing once, over restarts and servers that are away."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from integrations.failed_files import FailedFile
from integrations.remembering import mail as mail_module
from integrations.remembering.mail import Mailer
from integrations.remembering.news import Item, NewsKind, digest_of, items_of
from integrations.remembering.notice_options import NoticeOptions
from integrations.remembering.telling import Telling
from integrations.sources import spec_of
from kb.passages import DocumentHead, Kind
from kb.state.database import Database
from kb.state.notices import Notices
from kb.validity import Validity
from tests import folders
from tests.integrations import documents
from tests.integrations.remembering.test_mail import Postbox, options, server
from tests.integrations.running import free_port

__all__ = ["server"]
_TODAY = date(2026, 11, 22)
_NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
_OPTIONS = NoticeOptions("redaktion@kammer.example", 7, 30, "https://auskunft.example")
_REVIEW = Item(NewsKind.REVIEW, "d1", "2026-11-01", "Richtlinie (Prüfung fällig)")
_FAILED = Item(NewsKind.FAILED, "file:///a.pdf", "kaputt", "a.pdf: kaputt")


def head(name: str, until: date | None = None) -> DocumentHead:
    validity = Validity(None, until)
    return DocumentHead(
        name, f"file:///{name}", name, f"Titel {name}", Kind.GUIDELINE, "public", "de",
        validity=validity,
    )  # fmt: skip


class World:
    """Telling on a database of its own, with a clock and things that tests set."""

    def __init__(self, database: Database, port: int) -> None:
        self.now, self.things = _NOW, [_REVIEW]
        self.mailer = Mailer(options(port))
        self.telling = Telling(
            _OPTIONS, Notices(database), self.mailer, lambda today: self.things, lambda: self.now
        )

    def after(self, **passed: float) -> None:
        self.now += timedelta(**passed)
        self.telling.tick()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path / 'a.sqlite'}")) as opened:
        yield opened


def test_what_there_is_to_tell() -> None:
    failed = FailedFile("file:///b.pdf", "b.pdf", "Kennwort\nfehlt. " + "x" * 400, "j1", _NOW)
    heads = [head("bald", date(2026, 12, 22)), head("später", date(2026, 12, 23)),
             head("vorbei", date(2026, 11, 21)), head("offen")]  # fmt: skip
    reviews = {"offen": _TODAY, "bald": _TODAY + timedelta(days=1), "gelöscht": _TODAY}
    items = items_of([failed], heads, reviews, _TODAY, _OPTIONS)

    assert [(item.kind.value, item.subject) for item in items] == [
        ("failed", "file:///b.pdf"), ("expiring", "bald"), ("review", "offen"),
    ]  # fmt: skip
    assert items[0].line.startswith("b.pdf: Kennwort fehlt. xxx") and len(items[0].line) < 320
    text = digest_of([*items, *(replace(items[1], subject=str(n)) for n in range(35))], _OPTIONS)
    assert (
        "Titel bald (gültig bis 22.12.2026)\n  https://auskunft.example/admin/dokumente/bald"
        in text
    )
    assert "Titel offen (Prüfung fällig seit 22.11.2026)" in text and "… und 6 weitere" in text


def test_each_thing_is_told_once_and_not_before_a_week_is_over(
    server: tuple[Postbox, int], database: Database
) -> None:
    postbox, port = server
    world = World(database, port)
    world.telling.tick()
    (first,) = postbox.wait()
    assert first["To"] == "redaktion@kammer.example" and "1 Hinweis " in first["Subject"]
    assert "Richtlinie (Prüfung fällig)" in first.get_content()
    world.mailer.close()

    restarted = World(database, port)
    restarted.things = [_REVIEW, _FAILED]
    restarted.after(days=6)
    restarted.after(days=1, minutes=1)
    assert "a.pdf: kaputt" in postbox.wait(2)[1].get_content()
    assert "Richtlinie" not in postbox.mails[1].get_content()
    restarted.mailer.close()

    again = World(database, port)
    again.things = [_REVIEW, _FAILED]
    again.after(days=30)
    again.things = [replace(_REVIEW, state="2027-01-01"), _FAILED]
    again.after(hours=2)
    assert len(postbox.wait(3)) == 3 and "a.pdf" not in postbox.mails[2].get_content()
    again.mailer.close()
    assert len(postbox.mails) == 3


def test_what_is_mended_and_fails_again_is_news(database: Database) -> None:
    notices = Notices(database)
    states = {_FAILED.subject: _FAILED.state}
    notices.keep({NewsKind.FAILED: states}, datetime(2026, 1, 1))
    assert notices.news(NewsKind.FAILED, states) == set()
    assert notices.news(NewsKind.REVIEW, states) == set(states)
    assert notices.last(NewsKind.FAILED) == datetime(2026, 1, 1)
    notices.settle(NewsKind.FAILED, [])
    assert notices.news(NewsKind.FAILED, states) == set(states)
    assert notices.last(NewsKind.FAILED) is None


def test_a_digest_that_could_not_be_sent_is_sent_later(
    database: Database, server: tuple[Postbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_module, "_PAUSES", (0.0,))
    away = World(database, free_port())
    away.telling.tick()
    away.mailer.close()
    postbox, port = server
    world = World(database, port)
    world.telling.tick()
    assert len(postbox.wait()) == 1
    world.mailer.close()


def test_a_failing_source_is_told_at_once_and_once(
    server: tuple[Postbox, int], tmp_path: Path
) -> None:
    postbox, port = server
    given = documents.write(tmp_path / "unterlagen")
    (given / "kaputt.pdf").write_bytes(b"%PDF-1.4 kein PDF")
    mail = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none"}
    people = {"notices_to": "redaktion@kammer.example", "smtp_from": "auskunft@kammer.example"}
    for _ in range(2):  # with a restart between
        with folders.opened(tmp_path / "daten", **mail, **people) as desk:
            if not desk.sources.all():
                desk.sources.add(spec_of([str(given)]))
            desk.jobs.start(lambda: None)
            job = desk.sources.read(desk.sources.all()[0].source_id)
            while desk.jobs.find(job.job_id).finished_at is None:
                time.sleep(0.05)
    assert [mail["Subject"] for mail in postbox.wait()] == ["Nicht alles eingelesen"]
    assert "kaputt.pdf" in postbox.mails[0].get_content()
    assert postbox.mails[0]["To"] == "redaktion@kammer.example"

    with folders.opened(tmp_path / "daten", **mail, **people) as desk:
        desk.tick()
    digest = postbox.wait(2)[1].get_content()
    assert "Dateien, die sich nicht lesen ließen\n- kaputt.pdf" in digest.replace("\r\n", "\n")
    assert len(postbox.mails) == 2
