import pytest

from ingest.convert.blocks import BlockKind
from tests.ingest.convert.conftest import (
    Convert,
    containing,
    convert_path,
    headings_above,
    outline,
    texts,
)

PAGE = """<!doctype html><html lang="de-DE"><head><title>Förderportal - Programme</title>
<meta name="publisher" content="Kammer Nordtal">
<meta property="article:modified_time" content="2025-03-04T10:00:00+01:00"></head><body>
<div id="cookiebanner" role="dialog"><h2>Cookies</h2><p>Wir nutzen Cookies.</p></div>
<a class="skiplink" href="#inhalt">Zum Inhalt</a>
<header><nav><ul><li>Startseite</li></ul></nav></header>
<ol class="breadcrumb"><li>Start</li><li>Programme</li></ol>
<main id="inhalt"><p class="topline">Programm</p><h1>Werkzeug<br>Bonus</h1>
<dl><dt>Förderart:</dt><dd>Zuschuss</dd>
<dt>Kontakt:</dt><dd><p>Büro</p><p>Am Ring 3</p><p><a href="mailto:b@k.example">E-Mail</a></p></dd></dl>
<div class="accordion" aria-hidden="true"><h2>Rechtsgrundlage</h2><article><h2>Ziel</h2>
<p>Der Bonus hilft<br>kleinen <b>Be</b>trieben.</p>
<ul><li>Werkzeug<ul><li>Handwerkzeug</li></ul></li></ul>
<ol start="3"><li>Antrag stellen</li></ol></article></div>
<h2>Sätze</h2><table><caption>Stand 2025</caption><tr><th>Gewerk</th><th>Satz</th></tr>
<tr><td rowspan="2">Holz</td><td>40 %</td></tr><tr><td>50 %</td></tr></table>
<p hidden>Unsichtbar</p><button>Drucken</button><a class="btn-opener">Service</a>
<div class="share-buttons">Teilen</div><aside>Werbung</aside>
<aside><h3>Ansprechpartnerin</h3><p>Eva Muster, Tel. 0221 555</p></aside>
</main><footer>Impressum</footer><script>alert(1)</script></body></html>"""


def test_a_page_is_its_content_without_furniture(converted: Convert) -> None:
    found = converted("seite.html", PAGE)
    assert outline(found) == [
        ("paragraph", 0, "Programm"),
        ("heading", 1, "Werkzeug Bonus"),
        ("table_row", 0, "Förderart: Zuschuss"),
        ("table_row", 0, "Kontakt: Büro Am Ring 3 E-Mail (b@k.example)"),
        ("heading", 2, "Rechtsgrundlage"),
        ("heading", 3, "Ziel"),
        ("paragraph", 0, "Der Bonus hilft kleinen Betrieben."),
        ("list_item", 1, "Werkzeug"),
        ("list_item", 2, "Handwerkzeug"),
        ("list_item", 1, "3. Antrag stellen"),
        ("heading", 2, "Sätze"),
        ("table_row", 0, "Gewerk: Holz; Satz: 40 %"),
        ("table_row", 0, "Gewerk: Holz; Satz: 50 %"),
        ("heading", 3, "Ansprechpartnerin"),
        ("paragraph", 0, "Eva Muster, Tel. 0221 555"),
    ]
    assert found.blocks[2].cells == (("Förderart", "Zuschuss"),)
    assert {block.group for block in found.blocks if block.cells} == {"", "Stand 2025"}


def test_what_the_page_says_about_itself(converted: Convert) -> None:
    assert converted("seite.html", PAGE).properties == {
        "title": "Werkzeug Bonus",
        "publisher": "Kammer Nordtal",
        "date": "2025-03-04",
        "language": "de",
    }


def test_accordions_of_buttons_and_details_are_headings(converted: Convert) -> None:
    page = """<main><h1>Fragen</h1><p>Hier stehen Antworten auf häufige Fragen rund um die Lehre.</p>
    <button aria-controls="a1" aria-expanded="false">Wer zahlt?</button>
    <div id="a1" hidden><p>Der Betrieb.</p></div>
    <details><summary>Wie lange?</summary><p>Drei Jahre.</p></details></main>"""
    found = converted("fragen.html", page)
    assert headings_above(found, "Der Betrieb.") == ["Fragen", "Wer zahlt?"]
    assert headings_above(found, "Drei Jahre.") == ["Fragen", "Wie lange?"]


def test_tabs_carry_their_labels(converted: Convert) -> None:
    page = """<main><h1>Bonus</h1><ul role="tablist"><li><a role="tab" id="t1" href="#p1">Höhe</a></li>
    <li><a role="tab" id="t2" href="#p2">Frist</a></li></ul>
    <div role="tabpanel" id="p1" aria-labelledby="t1"><p>Der Bonus beträgt 500 Euro.</p></div>
    <div role="tabpanel" id="p2" aria-labelledby="t2" hidden><p>Bis zum 31. März.</p></div>
    <h3 role="button">Wer hilft?</h3><div class="collapse" style="display: none">Die Kammer.</div>
    </main>"""
    found = converted("tabs.html", page)
    assert outline(found) == [
        ("heading", 1, "Bonus"),
        ("heading", 2, "Höhe"),
        ("paragraph", 0, "Der Bonus beträgt 500 Euro."),
        ("heading", 2, "Frist"),
        ("paragraph", 0, "Bis zum 31. März."),
        ("heading", 3, "Wer hilft?"),
        ("paragraph", 0, "Die Kammer."),
    ]


@pytest.mark.parametrize(
    ("encoding", "declared"), [("cp1252", "iso-8859-1"), ("utf-8", "utf-8"), ("cp1252", "")]
)
def test_declared_and_missing_encodings(converted: Convert, encoding: str, declared: str) -> None:
    meta = f'<meta charset="{declared}">' if declared else ""
    page = f"<html><head>{meta}</head><body><p>Förderung für Bäcker – „Prüfung“</p></body></html>"
    found = converted("k.html", page.encode(encoding))
    assert found.blocks[0].text == "Förderung für Bäcker – „Prüfung“"


def test_a_form_around_the_whole_page_is_not_dropped(converted: Convert) -> None:
    page = "<body><form><h1>Titel</h1><p>Inhalt der Seite.</p><input value='x'></form></body>"
    assert outline(converted("f.html", page)) == [
        ("heading", 1, "Titel"),
        ("paragraph", 0, "Inhalt der Seite."),
    ]


FACTS = ["Förderbereich", "Förderberechtigte", "Fördergeber", "Ansprechpunkt"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("detail_fail_07_25", "Förderung Deutsch-Französischer Koproduktionen"),
        ("detail_rechts_only", "Förderung von Bildung für nachhaltige Entwicklung"),
        ("detail_single_desc", "Förderung von Unternehmerinnen in der Vorgründungsphase"),
        ("details_single_desc_alt", "Förderung von forschenden Fachärztinnen"),
    ],
)
def test_pages_of_the_funding_database(shared_folder, name: str, title: str) -> None:
    found = convert_path(shared_folder / "corpus" / "html" / f"{name}.html")
    assert found.properties["title"].startswith(title)
    columns = {block.cells[0][0] for block in found.blocks if block.cells}
    assert columns.issuperset(FACTS)
    assert "Rechtsgrundlage" in texts(found, BlockKind.HEADING)
    words = " ".join(block.text for block in found.blocks).split()
    assert not {"Cookies", "Merkzettel", "Drucken", "Impressum", "Navigation", "Service"} & set(
        words
    )


def test_tabs_of_the_funding_database_are_sections(shared_folder) -> None:
    found = convert_path(shared_folder / "corpus" / "html" / "detail_multi_desc.html")
    above = headings_above(found, "binnen 10 Arbeitstagen entschieden")
    assert above[1:] == ["Kurzzusammenfassung", "Volltext"]
    assert headings_above(found, "seit mindestens 3 Jahren geschäftlich")[1] == "Zusatzinfos"
    assert headings_above(found, "bis zu einer Höhe von 300.000 EUR")[1:] == [
        "Rechtsgrundlage",
        "Beteiligungshöhe:",
    ]
    contact = containing(found, "info@mbg-thueringen.de")[0]
    assert contact.cells[0][0] == "Ansprechpunkt"
    assert "Bonifaciusstraße 19 99084 Erfurt Tel: 0361 21350" in contact.text
