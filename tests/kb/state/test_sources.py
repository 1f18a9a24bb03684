"""Sources on both databases: schedule, pages, removal."""

import pytest

from kb.errors import NotFoundError
from kb.state.database import Database
from kb.state.sources import Page, SourceKind, Sources, SourceSpec


@pytest.fixture
def sources(database: Database) -> Sources:
    return Sources(database)


WEB = SourceSpec(SourceKind.WEB, ("https://a.example/",), include=("/x/*",), every_minutes=60)


def test_what_was_added_comes_back(sources: Sources) -> None:
    folder = SourceSpec(SourceKind.FOLDER, ("/srv",), public=True, prune=True, watch=True)
    added = [sources.add(WEB), sources.add(folder)]
    assert [source.spec for source in sources.all()] == [WEB, folder]
    assert sources.find(added[0].source_id) == added[0]


def test_a_schedule_is_due_at_once_and_then_after_its_interval(sources: Sources) -> None:
    source = sources.add(WEB)
    sources.add(SourceSpec(SourceKind.FOLDER, ("/srv",)))
    assert sources.due() == [source]
    sources.began(source.source_id, "job1")
    assert sources.due() == []
    after = sources.find(source.source_id)
    assert after.last_job == "job1" and after.next_at is not None and source.next_at is not None
    assert 3_590 < (after.next_at - source.next_at).total_seconds() < 3_620


def test_pages_belong_to_their_source(sources: Sources) -> None:
    first, second = sources.add(WEB), sources.add(WEB)
    page = Page("https://a.example/x", "https://a.example/y", '"1"', "")
    for source in (first, second):
        sources.keep(source.source_id, page)
    sources.keep(first.source_id, page)
    assert sources.pages(first.source_id) == {page.url: page}
    sources.forget(first.source_id, [page.url, "https://a.example/nie"])
    assert sources.pages(first.source_id) == {} and sources.uses(page.uri)
    assert sources.remove(second.source_id) == [page]
    assert not sources.uses(page.uri)
    with pytest.raises(NotFoundError):
        sources.remove(second.source_id)
