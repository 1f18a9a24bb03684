"""What was fetched is ingested like a file and found again in a real knowledge base."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from fpdf import FPDF

from ingest.classify import classify
from ingest.convert import convert
from ingest.fetch.client import Client
from ingest.fetch.source import FetchedSource, source_of
from ingest.parsing.parser import Parser
from ingest.process import Process
from ingest.progress import Watch
from ingest.rules import FolderRules
from ingest.steps import processing_of
from kb.audience import Viewer
from kb.errors import EmptySourceError
from kb.expansion import QueryExpander
from kb.index.port import Scope
from kb.passages import document_id_of
from kb.results import Query
from kb.search import Search
from kb.state.registry import StoredDocument
from kb.synonyms import Synonyms
from kb.vocabulary import Vocabulary
from tests import folders
from tests.ingest.fetch.site import Site, web
from tests.kb.scripted import TODAY, Opened, ScriptedEmbedder, opened

PAGE = """<!DOCTYPE html><html lang="de"><head><title>Amt – Weiterbildungsscheck</title>
<meta name="publisher" content="Amt für Wirtschaft Musterrevier">
<meta property="article:modified_time" content="2026-03-02T08:00:00+01:00"></head><body>
<nav><a href="/">Start</a></nav><main><h1>Weiterbildungsscheck für Betriebe</h1>
<p>Betriebe erhalten für die Fortbildung ihrer Beschäftigten einen Zuschuss von 500 Euro.</p>
<p>Näheres steht auf der <a href="../antrag">Antragsseite</a>.</p></main></body></html>"""


@pytest.fixture
def base() -> Iterator[Opened]:
    with folders.quick_folder() as folder:
        made = opened(folder)
        yield made
        made.close()


def pdf() -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("helvetica", size=20)
    document.cell(text="Richtlinie Ladeinfrastruktur", new_x="LMARGIN", new_y="NEXT")
    document.set_font("helvetica", size=11)
    document.multi_cell(0, text="Ladepunkte auf dem Hof werden mit 40 Prozent gefördert.")
    return bytes(document.output())


def fetched(site: Site, here: IPv4Network, path: str) -> FetchedSource:
    return source_of(Client(web(here)).fetch(site.url + path))


def ingested(base: Opened, source: FetchedSource) -> StoredDocument:
    statements = FolderRules().statements(source)
    process = Process(base.knowledge, ScriptedEmbedder(), Parser(), Watch())
    document = process.run(
        source,
        statements=statements,
        audience="public",
        corrections={},
        processing=processing_of(statements, "public"),
        document_id=document_id_of(source.uri),
    ).document
    assert document is not None
    return document


def found(base: Opened, question: str) -> list[tuple[str, str]]:
    expander = QueryExpander(Vocabulary(base.registry), Synonyms())
    search = Search(base.index, base.registry, ScriptedEmbedder(), expander)
    results = search.find(Query(question, Scope(Viewer.public()), TODAY), 10).passages
    return [(result.passage.document.uri, result.passage.text) for result in results]


def test_a_page_and_a_pdf_are_found_again(site: Site, here: IPv4Network, base: Opened) -> None:
    site.redirect("/scheck", "/service/scheck/?lang=de#inhalt")
    site.page("/service/scheck/?lang=de", PAGE.encode(), headers={"Content-Type": "text/html"})
    named = {"Content-Type": "application/pdf", "Content-Disposition": "inline; filename=Laden.pdf"}
    site.page("/download.php?id=7", pdf(), headers=named)
    page = ingested(base, fetched(site, here, "/scheck"))
    file = ingested(base, fetched(site, here, "/download.php?id=7"))

    assert page.head.uri == f"{site.url}/service/scheck/?lang=de"
    assert page.head.document_id == document_id_of(page.head.uri)
    assert (page.head.title, page.head.publisher, page.head.file) == (
        "Weiterbildungsscheck für Betriebe",
        "Amt für Wirtschaft Musterrevier",
        "scheck.html",
    )
    assert str(page.head.dated) == "2026-03-02" and page.head.audience == "public"
    assert (file.head.file, file.pages) == ("Laden.pdf", 1)
    assert {document.head.uri for document in base.registry.all()} == {
        page.head.uri,
        file.head.uri,
    }
    uri, text = found(base, "Zuschuss für die Fortbildung der Beschäftigten")[0]
    assert uri == page.head.uri and "500 Euro" in text
    uri, text = found(base, "Ladepunkte auf dem Hof")[0]
    assert uri == file.head.uri and "40 Prozent" in text


def test_a_new_version_takes_the_place_of_the_former(
    site: Site, here: IPv4Network, base: Opened
) -> None:
    for amount in ("500", "700"):
        site.page(
            "/scheck", PAGE.replace("500", amount).encode(), headers={"Content-Type": "text/html"}
        )
        ingested(base, fetched(site, here, "/scheck"))
    texts = [text for _, text in found(base, "Zuschuss für die Fortbildung")]
    assert any("700 Euro" in text for text in texts) and not any(
        "500 Euro" in text for text in texts
    )
    assert len(base.registry.all()) == 1


def test_no_rule_file_speaks_for_the_web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("auskunft.toml", "seite.html.auskunft.toml"):
        (tmp_path / name).write_text('[defaults]\naudience = "public"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("seite.html", "ü" * 88 + ".html", "."):
        source = FetchedSource(address="https://amt.de/", file_name=name, content=b"x")
        assert FolderRules().statements(source) == []


def test_a_page_that_says_public_is_still_for_staff() -> None:
    page = PAGE.replace("<head>", '<head><meta name="audience" content="public">')
    source = FetchedSource(address="https://amt.de/x", file_name="x.html", content=page.encode())
    assert classify(source, convert(source)).head.audience == "staff"


def test_an_empty_page_is_said_to_be_empty() -> None:
    source = FetchedSource(address="https://amt.de/x", file_name="x.html")
    with pytest.raises(EmptySourceError, match=r"https://amt\.de/x: Der Server liefert eine leere"):
        convert(source)


def test_the_encoding_that_only_the_server_names(site: Site, here: IPv4Network) -> None:
    words = "Förderung für Gebäude"
    page = f"<html><body><main><p>{words}</p></main></body></html>".encode("mac_roman")
    site.page("/alt", page, headers={"Content-Type": "text/html; charset=macintosh"})
    source = fetched(site, here, "/alt")
    assert [block.text for block in convert(source).blocks] == [words]
    kept = source.data.decode("utf-8-sig")
    assert words in kept
