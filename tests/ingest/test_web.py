"""A source on the web, from a real server into a real knowledge base, again and again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

import ingest.web
from ingest.options import IngestOptions
from ingest.progress import Step, nobody
from ingest.report import RunReport
from ingest.run import Ingestion
from ingest.web import WebIngestion
from kb.state.sources import Source, SourceKind, Sources, SourceSpec
from tests import folders
from tests.ingest.fetch.site import Site, web
from tests.kb.scripted import Opened, ScriptedEmbedder, opened


def page(title: str, text: str) -> bytes:
    return (
        f"<!DOCTYPE html><html lang='de'><head><title>{title}</title></head><body><main>"
        f"<h1>{title}</h1><p>{text}</p></main></body></html>"
    ).encode()


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hardly a pause between two requests; that there is one is for `fetch/test_crawl.py`."""
    planned = ingest.web._plan
    monkeypatch.setattr(ingest.web, "_plan", lambda source: replace(planned(source), pause=0.02))


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    made.page("/robots.txt", b"", status=404)
    made.page("/a", page("Zuschuss für Betriebe", "Der Zuschuss beträgt 500 Euro."))
    made.page("/b", page("Beratung im Handwerk", "Die Beratung ist kostenlos."))
    yield made
    made.close()


@pytest.fixture
def base() -> Iterator[Opened]:
    with folders.quick_folder() as folder:
        made = opened(folder)
        yield made
        made.close()


class Office:
    """One source that is read again and again."""

    def __init__(self, base: Opened, site: Site, **values: object) -> None:
        from ipaddress import ip_network

        self.sources = Sources(base.database)
        self.base = base
        self.ingestion = Ingestion(base.knowledge, ScriptedEmbedder())
        spec = SourceSpec(SourceKind.WEB, **values)  # type: ignore[arg-type]
        self.source: Source = self.sources.add(spec)
        self._web = WebIngestion(
            self.ingestion,
            base.knowledge,
            self.sources,
            web(ip_network("127.0.0.2")),  # type: ignore[arg-type]
        )

    def read(self, progress: object = nobody) -> RunReport:
        return self._web.run(self.source, IngestOptions(), progress)  # type: ignore[arg-type]

    @property
    def files(self) -> set[str]:
        return {document.head.title for document in self.base.registry.all()}


def urls(site: Site, *paths: str) -> tuple[str, ...]:
    return tuple(site.url + path for path in paths)


def test_pages_are_taken_in_and_unchanged_ones_skipped(base: Opened, site: Site) -> None:
    office = Office(base, site, places=urls(site, "/a", "/b"))
    assert office.read().counts == {"indexed": 2}
    assert office.files == {"Zuschuss für Betriebe", "Beratung im Handwerk"}
    assert {document.head.audience for document in base.registry.all()} == {"staff"}
    assert office.read().counts == {"unchanged": 2}


def test_a_server_that_knows_its_pages_is_asked_for_changes_only(base: Opened, site: Site) -> None:
    site.page("/a", page("Zuschuss", "Der Zuschuss beträgt 500 Euro."), headers={"ETag": '"1"'})
    office = Office(base, site, places=urls(site, "/a"))
    office.read()
    site.page("/a", b"", status=304)
    report = office.read()
    assert report.counts == {"unchanged": 1} and report.sources[0].passages == 1
    assert site.asked[-1].headers["If-None-Match"] == '"1"'


def test_a_changed_page_takes_the_place_of_the_former(base: Opened, site: Site) -> None:
    office = Office(base, site, places=urls(site, "/a"))
    office.read()
    site.page("/a", page("Zuschuss für Betriebe", "Der Zuschuss beträgt 700 Euro."))
    assert office.read().counts == {"indexed": 1}
    [document] = base.registry.all()
    assert "700" in base.registry.text(document.head.document_id).text


def test_a_page_that_is_gone_is_removed(base: Opened, site: Site) -> None:
    office = Office(base, site, places=urls(site, "/a", "/b"))
    office.read()
    site.page("/a", b"", status=410)
    assert office.read().counts == {"removed": 1, "unchanged": 1}
    assert office.files == {"Beratung im Handwerk"}


def test_a_failure_keeps_what_was_there(base: Opened, site: Site) -> None:
    office = Office(base, site, places=urls(site, "/a", "/b"), prune=True)
    office.read()
    site.page("/a", b"", status=500)
    report = office.read()
    assert report.counts == {"failed": 1, "unchanged": 1} and not report.complete
    assert len(office.files) == 2


def sitemap(site: Site, *paths: str) -> bytes:
    places = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in paths)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'.encode()


def test_what_the_sitemap_names_no_more_goes_with_prune(base: Opened, site: Site) -> None:
    site.page("/sitemap.xml", sitemap(site, "/a", "/b"))
    office = Office(base, site, sitemaps=urls(site, "/sitemap.xml"), prune=True)
    assert office.read().counts == {"indexed": 2}
    site.page("/sitemap.xml", sitemap(site, "/b"))
    assert office.read().counts == {"unchanged": 1, "removed": 1}
    assert office.files == {"Beratung im Handwerk"}


def test_a_sitemap_that_cannot_be_read_removes_nothing(base: Opened, site: Site) -> None:
    site.page("/sitemap.xml", sitemap(site, "/a", "/b"))
    office = Office(base, site, sitemaps=urls(site, "/sitemap.xml"), prune=True)
    office.read()
    site.page("/sitemap.xml", b"", status=503)
    report = office.read()
    assert report.counts == {"failed": 1} and len(office.files) == 2


def test_a_stop_ends_the_run_and_removes_nothing(base: Opened, site: Site) -> None:
    site.page("/sitemap.xml", sitemap(site, "/a", "/b"))
    office = Office(base, site, sitemaps=urls(site, "/sitemap.xml"), prune=True)
    office.read()
    site.page("/sitemap.xml", sitemap(site, "/b"))
    site.page("/b", page("Beratung im Handwerk", "Die Beratung ist jetzt auch am Abend."))

    def stop(step: Step) -> None:
        office.ingestion.stop()

    report = office.read(stop)
    assert report.stopped and len(office.files) == 2


def test_progress_counts_pages(base: Opened, site: Site) -> None:
    steps: list[Step] = []
    Office(base, site, places=urls(site, "/a", "/b")).read(steps.append)
    assert (steps[-1].done, steps[-1].total, steps[-1].share) == (2, 2, 1.0)
    assert [step.share for step in steps] == sorted(step.share for step in steps)


def test_a_page_of_two_sources_stays_until_both_have_lost_it(base: Opened, site: Site) -> None:
    first = Office(base, site, places=urls(site, "/a"))
    second = Office(base, site, places=urls(site, "/a"))
    first.read()
    assert second.read().counts == {"unchanged": 1}
    site.page("/a", b"", status=404)
    first.read()
    assert len(base.registry.all()) == 1
    second.read()
    assert base.registry.all() == []
