import pytest

from ingest.convert.blocks import BlockKind
from ingest.convert.boilerplate import CONTACT, LEGAL, PORTAL
from tests.ingest.convert.conftest import (
    Convert,
    containing,
    convert_path,
    headings_above,
    outline,
    texts,
    words_of_the_file,
)

RELEASE = """Handwerk bildet mehr junge Menschen aus

Nordtal (ots) - Im vergangenen Jahr haben die Betriebe im Kammerbezirk 1.234 junge Menschen ins
Handwerk geholt.

Die Kammer berät Betriebe kostenfrei zu allen Fragen der Ausbildung und hilft bei der
Suche nach Personal.

Pressekontakt:
Handwerkskammer Musterrevier
Eva Muster
Tel.: 0221 555 12
E-Mail: presse@kammer.example

Original-Content von: Handwerkskammer Musterrevier, übermittelt durch news aktuell
"""


def test_a_press_release(converted: Convert) -> None:
    found = converted("presse.txt", RELEASE)
    assert headings_above(found, "kostenfrei") == ["Handwerk bildet mehr junge Menschen aus"]
    assert headings_above(found, "0221 555 12")[-1] == CONTACT
    assert headings_above(found, "übermittelt durch")[-1] == PORTAL
    assert words_of_the_file(found, RELEASE) == RELEASE.split()


def test_the_same_release_as_a_page(converted: Convert) -> None:
    title, *paragraphs = RELEASE.strip().split("\n\n")
    body = "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in paragraphs)
    found = converted(
        "presse.html", f"<html><body><h1>{title}</h1>{body}<p>© 2026 Kammer</p></body></html>"
    )
    assert headings_above(found, "0221 555 12") == [title, CONTACT]
    assert headings_above(found, "übermittelt durch") == [title, PORTAL]
    assert headings_above(found, "© 2026") == [title, LEGAL]


def test_an_address_at_the_end_without_a_word_before_it(converted: Convert) -> None:
    lines = ("Handwerkskammer Musterrevier", "Am Ring 3", "50999 Nordtal", "Tel.: 0221 555 12")
    page = (
        "<h1>Beratung für Betriebe</h1><p>Die Kammer berät kleine und mittlere Betriebe kostenfrei zu "
        f"allen Fragen der Förderung und der Ausbildung.</p>{''.join(f'<p>{x}</p>' for x in lines)}"
    )
    found = converted("beratung.html", page)
    for line in lines:
        assert headings_above(found, line) == ["Beratung für Betriebe", CONTACT]
    assert headings_above(found, "kostenfrei") == ["Beratung für Betriebe"]


def test_the_body_goes_on_under_its_own_heading(converted: Convert) -> None:
    prose = (
        "Die Kammer berät Betriebe im ganzen Bezirk kostenfrei und hilft bei der Suche nach Leuten."
    )
    page = (
        f"<h1>Bonus</h1><h2>Beratung</h2><p>{prose} Das gilt bis Mai.</p><p>Diese Website verwendet "
        f"Cookies, um alles bequemer zu machen.</p><p>Zweitens: {prose}</p>"
    )
    found = converted("seite.html", page)
    assert [text for kind, _, text in outline(found) if kind == "heading"] == [
        "Bonus",
        "Beratung",
        LEGAL,
        "Beratung",
    ]
    assert headings_above(found, "Zweitens") == ["Bonus", "Beratung"]


@pytest.mark.parametrize(
    "text",
    [
        "Ansprechpartnerin ist Eva Muster, Tel. 0221 555 12.\n\nDie Beratung ist kostenfrei.",
        "Kontakt\nAm Ring 3\n50999 Nordtal\nTel.: 0221 555-12\n",
        "Der Datenschutz im Betrieb\n\nJeder Betrieb braucht eine Datenschutzerklärung im Netz.",
    ],
)
def test_a_text_about_contacts_stays_as_it_is(converted: Convert, text: str) -> None:
    found = converted("text.txt", text)
    assert not {CONTACT, LEGAL, PORTAL} & {b.text for b in found.blocks if b.text not in text}


def test_seed_of_a_press_portal(shared_folder) -> None:
    found = convert_path(next((shared_folder / "seeds").glob("003_*")))
    assert headings_above(found, "Story Box-ID")[-1] == PORTAL
    assert headings_above(found, "Alle Rechte vorbehalten")[-1] == LEGAL
    assert headings_above(found, "erfolgreiche Netzwerke")[-1].startswith("Staatssekretär Rust")


BANNERS = """
<div class="hinweis-box"><div><p>Wir verwenden Cookies, um Inhalte zu personalisieren.</p>
<button>Alle akzeptieren</button><button>Nur notwendige</button></div></div>
<div id="CybotCookiebotDialog"><h2>Cookie-Hinweis</h2><p>Diese Cookies sind technisch nötig.</p></div>
<div class="main-navigation"><ul>
<li><a href="/a">Förderung</a></li><li><a href="/b">Termine</a></li></ul></div>
<p>Sie sind hier: <a href="/">Start</a> / Förderung</p>
<h1>Werkzeugbonus</h1><p>Der Bonus hilft Betrieben.</p>
<div class="nav-tabs-content"><p>Der Antrag wird über das <a href="/p">Portal</a> gestellt.</p></div>
<div class="social-share addtoany"><a href="#">Teilen</a></div>
<p>Betriebe, die Cookies einsetzen, brauchen eine Einwilligung. <a href="/dse">Mehr dazu</a></p>
<div><p>Zur Einwilligung der Eltern:</p><a href="/u">Erforderliche Unterlagen</a></div>
"""


def test_banners_and_navigation_go_and_text_about_cookies_stays(converted: Convert) -> None:
    found = converted("seite.html", f"<html><body>{BANNERS}</body></html>")
    assert texts(found, BlockKind.HEADING) == ["Werkzeugbonus"]
    assert texts(found, BlockKind.PARAGRAPH) == [
        "Der Bonus hilft Betrieben.",
        "Der Antrag wird über das Portal gestellt.",
        "Betriebe, die Cookies einsetzen, brauchen eine Einwilligung. Mehr dazu",
        "Zur Einwilligung der Eltern:",
        "Erforderliche Unterlagen",
    ]
    assert not containing(found, "Termine")
