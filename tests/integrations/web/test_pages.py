"""Rendering of the pages: escaping, demo banner, badges, quoted passage, answer markup."""

import re
from typing import Any
from urllib.parse import parse_qs

import pytest
from bs4 import BeautifulSoup, Tag

from integrations.web.answer_view import badge_of, safe_href, spell_date
from integrations.web.pages import (
    TEMPLATE_DIR,
    DocumentSection,
    DocumentView,
    PageContext,
    Paragraph,
    Piece,
    ValidityView,
    render_ask,
    render_document,
    render_error,
)
from integrations.web.phrases import PHRASES, SCRIPT_PHRASES, Language
from integrations.web.static_files import STATIC_DIR
from tests.integrations.web import answers
from tests.integrations.web.answers import EVIL

QUOTE = "höchstens jedoch 1.500 Euro."
BANNER = "Beispieldaten: Alle Organisationen, Programme und Kontakte sind erfunden."


def context(**changes: Any) -> PageContext:
    values = {"display_name": "Auskunft Nordtal", "demo": False, "contact": "", "language": "de"}
    return PageContext(**{**values, **changes})


def document(**changes: Any) -> DocumentView:
    values: dict[str, Any] = {
        "title": "Richtlinie Weiterbildungsbonus",
        "file": "bonus.pdf",
        "kind": "Förderrichtlinie",
        "publisher": "Ministerium Nordtal",
        "dated": "2025-02-01",
        "validity": ValidityView("current", "2025-01-01", "2026-12-31"),
        "notices": (("superseded", "Es gibt eine neuere Fassung."),),
        "sections": (
            DocumentSection((), 0, "", (Paragraph((Piece("Runderlass"),), page=1),)),
            DocumentSection(
                (Piece("5 Höhe"),),
                3,
                "abschnitt-5",
                (
                    Paragraph((Piece("Sie beträgt "), Piece(QUOTE, True), Piece(" Ende.")), page=7),
                    Paragraph((Piece("Lehrgang,"),), kind="list_item"),
                    Paragraph((Piece("Prüfung", True),), kind="list_item", level=2),
                ),
                page=6,
            ),
        ),
    }
    return DocumentView(**{**values, **changes})


def tree(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "lxml")


def words_of(element: Tag) -> str:
    return re.sub(r"\s+", " ", element.get_text()).strip()


def pages(shown: PageContext) -> list[str]:
    return [
        render_ask(shown, examples=["Was ist De-minimis?"]),
        render_ask(shown, answer=answers.answer()),
        render_document(shown, document()),
        render_error(shown, status=404, title="Nicht gefunden", detail="Es gibt sie nicht."),
    ]


def test_the_demo_banner_is_on_every_page_and_only_for_sample_data() -> None:
    for page in pages(context(demo=True)):
        assert words_of(tree(page).select(".demo-banner")[0]) == BANNER
    for page in pages(context()):
        assert not tree(page).select(".demo-banner")


@pytest.mark.parametrize("canned", [answers.answer(), answers.partial(), answers.not_found()])
def test_each_answer_from_sample_data_says_so_once(canned: dict[str, Any]) -> None:
    page = tree(render_ask(context(demo=True), answer=canned))
    assert len(page.select('article.turn .notice[data-kind="demo"]')) == 1


def test_pages_hold_no_inline_style_script_or_foreign_address() -> None:
    for page in pages(context(demo=True, contact="Tel. 0211 555 0100")):
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?! src=)", page)
        assert not re.search(r'(src|href|action)="(https?:)?//', page)


def test_each_page_has_one_title_one_main_and_its_language() -> None:
    for language in ("de", "en"):
        for page in map(tree, pages(context(language=language))):
            assert page.html and page.html["lang"] == language
            assert len(page.select("h1")) == len(page.select("main")) == 1
            assert words_of(page.select("title")[0]).endswith("– Auskunft Nordtal")


def test_the_automated_system_is_named_before_the_question_field() -> None:
    page = render_ask(context())
    notice = page.index("mit einer KI, nicht mit einem Menschen")
    assert notice < page.index("<textarea")
    assert "keine Rechtsberatung" in page
    assert "keine Förderzusage" in page


def test_a_source_from_a_bad_scan_says_so() -> None:
    page = tree(render_ask(context(), answer=answers.answer()))
    assert [words_of(item) for item in page.select("article.turn .source .caution")] == [
        "aus einem Scan erkannt, bitte im Original prüfen"
    ]
    assert page.select("#quelle-1-2 .caution")


def test_the_question_form_works_without_a_script() -> None:
    page = tree(render_ask(context(language="en"), question="Who pays?", examples=["A?", "B?"]))
    form = page.select("form#fragen")[0]
    assert (form.get("method"), form.get("action")) == ("post", "/?lang=en#antwort-1")
    field = form.select("textarea")[0]
    assert (field["name"], field["maxlength"], words_of(field)) == ("question", "2000", "Who pays?")
    assert words_of(page.select("label[for=frage]")[0]) == "Your question"
    assert [b.get("value") for b in page.select("#beispiele button")] == ["A?", "B?"]


def test_an_answer_shows_statements_with_numbered_links_to_their_sources() -> None:
    page = tree(render_ask(context(), answer=answers.answer()))
    statements = page.select("article.turn .statement")
    assert [words_of(each) for each in statements] == [
        "Die Zuwendung beträgt 10 Prozent. 1",
        "Die Zuwendung beträgt 20 Prozent. 2 1",
        "Ab 2027 beträgt sie 40 Prozent. 4",
    ]
    citations = statements[1].select("a.citation")
    assert [c.get("href") for c in citations] == ["#quelle-1-2", "#quelle-1-1"]
    assert citations[0].get("aria-label") == "Quelle 2: Richtlinie 2"
    for citation in page.select("article.turn a.citation"):
        assert page.select(f'details[id="{str(citation["href"])[1:]}"]')


def test_a_source_shows_place_time_quote_and_the_way_into_the_document() -> None:
    page = tree(render_ask(context(), answer=answers.answer()))
    sources = page.select("article.turn .source")
    first = sources[0]
    assert words_of(first.select(".source-place")[0]) == "Nr. 5.1 · S. 7"
    assert words_of(first.select(".source-time")[0]) == "gültig bis 31.12.2026 Stand 01.02.2025"
    assert words_of(first.select("blockquote")[0]) == "Die Zuwendung beträgt 10 Prozent."
    link = first.select("a[target]")[0]
    assert link.get("href") == f"/dokumente/{1:020x}?zitat=10-40#zitat"
    assert words_of(link) == "Im Dokument ansehen (öffnet neues Fenster)"
    assert words_of(sources[1].select(".source-place")[0]) == "Nr. 5.2"
    assert words_of(sources[2].select(".source-place")[0]) == "Abschnitt 3, S. 9"
    badges = [words_of(each) for each in page.select("article.turn .source .badge")]
    expired, upcoming = "abgelaufen am 30.06.2025", "gilt ab 01.02.2027"
    assert badges == ["gültig bis 31.12.2026", "Gültigkeit unbekannt", expired, upcoming]
    assert [s.select("details")[0].has_attr("open") for s in sources] == [True] * 3 + [False]


def test_a_partial_answer_shows_what_is_missing_and_every_notice_in_words() -> None:
    page = tree(render_ask(context(), answer=answers.partial()))
    turn = page.select("article.turn")[0]
    assert words_of(turn.select(".asked-as")[0]) == (
        "Verstanden als: Wie hoch ist der Zuschuss im Programm A?"
    )
    assert words_of(turn.select(".flag")[0]) == "Teilweise beantwortet"
    assert [words_of(each) for each in turn.select(".notice")] == [
        "Abgelaufen: Hinweis zu expired.",
        "Ersetzt: Hinweis zu superseded.",
        "Noch nicht gültig: Hinweis zu upcoming.",
        "Gültigkeit unbekannt: Hinweis zu unknown.",
        "Hinweis: Hinweis zu something_new.",
        "Beispieldaten: Hinweis zu demo.",
    ]
    assert words_of(turn.select(".message")[0]) == "Zur Frist steht nichts in den Unterlagen."
    assert words_of(turn.select(".counter-question")[0]) == (
        "Rückfrage: In welchem Ort liegt Ihr Betrieb?"
    )


def test_several_questions_stand_above_their_statements() -> None:
    turn = tree(render_ask(context(), answer=answers.several())).select("article.turn")[0]
    shown = turn.select(".statements > *")
    assert [each.name for each in shown] == ["h4", "p", "h4", "p", "p"]
    assert [words_of(each) for each in turn.select(".part")] == [
        "Wie hoch ist der Zuschuss?",
        "Bis wann muss ich den Zuschuss beantragen?",
    ]
    assert not turn.select(".asked-as")
    assert "Wer hilft mir beim Zuschuss?" in words_of(turn.select(".message")[0])
    silent = answers.several(status="not_found", statements=[], sources=[])
    nothing = tree(render_ask(context(), answer=silent)).select("article.turn")[0]
    assert not nothing.select(".part")
    assert words_of(nothing.select(".asked-as")[0]).startswith("Verstanden als: Wie hoch")


def test_a_plain_answer_has_no_empty_leftovers() -> None:
    turn = tree(render_ask(context(), answer=answers.answer())).select("article.turn")[0]
    for absent in (".asked-as", ".flag", ".notice", ".message", ".counter-question", ".contacts"):
        assert not turn.select(absent), absent


def test_when_nothing_is_found_the_sentence_and_the_contacts_are_shown() -> None:
    turn = tree(render_ask(context(), answer=answers.not_found())).select("article.turn")[0]
    assert words_of(turn.select(".message")[0]).startswith("Dazu finde ich")
    assert not turn.select(".sources, .statement")
    links = [each.get("href") for each in turn.select(".contact a")]
    phone, mail = links
    assert phone == "tel:+492115550100"
    address, _, fields = str(mail).partition("?")
    assert address == "mailto:beratung@kammer-nordtal.example"
    assert parse_qs(fields)["subject"] == ["Frage aus der Auskunft"]
    assert "\r\nWie hoch ist der Zuschuss?\r\n" in parse_qs(fields)["body"][0]
    assert "wörtlichen Sätzen" not in words_of(turn)


def test_without_a_contact_in_the_answer_the_organisation_is_named() -> None:
    canned = answers.not_found(contacts=[], message="")
    shown = context(contact="Kammer Nordtal, Telefon 0211 555 0100")
    turn = tree(render_ask(shown, answer=canned)).select("article.turn")[0]
    assert words_of(turn.select(".message")[0]) == PHRASES["de"]["not_found_message"]
    assert words_of(turn.select(".contact")[0]).startswith("Kontakt Kammer Nordtal")


def test_an_answer_worded_by_a_model_says_so() -> None:
    page = render_ask(context(), answer=answers.answer(composed_by="generative"))
    assert "Von einer KI formuliert" in words_of(tree(page).select("article.turn")[0])


def test_markup_from_documents_stays_text_in_an_answer() -> None:
    page = render_ask(context(contact=EVIL), answer=answers.hostile(), examples=[EVIL])
    root = tree(page)
    assert not root.select("img:not([src^='/static/icon.svg?v='], template img)")
    assert "{{ 7*7 }}" in page
    turn = root.select("article.turn")[0]
    assert words_of(turn.select(".source-title")[0]) == f"Titel {EVIL}"
    assert words_of(turn.select("blockquote")[0]) == f"Zitat {EVIL}"
    assert [str(each["href"])[:11] for each in turn.select("a[target]")] == ["/dokumente/"]


def test_markup_from_documents_stays_text_on_its_page_and_in_errors() -> None:
    paragraph = Paragraph((Piece(EVIL), Piece(EVIL, True)))
    section = DocumentSection((Piece(EVIL),), 1, EVIL, (paragraph,))
    view = document(
        title=EVIL, file=EVIL, kind=EVIL, publisher=EVIL, dated=EVIL, sections=(section,) * 4
    )
    for page in (
        render_document(context(display_name=EVIL), view),
        render_error(context(), status=500, title=EVIL, detail=EVIL),
    ):
        root = tree(page)
        assert not root.select("img:not([src^='/static/icon.svg?v='])")
        assert words_of(root.select("h1")[0]) == EVIL


def test_a_document_shows_its_facts_pages_and_the_quoted_passage() -> None:
    page = tree(render_document(context(), document()))
    assert [words_of(each) for each in page.select(".facts dd")] == [
        "Förderrichtlinie",
        "Ministerium Nordtal",
        "01.02.2025",
        "gültig bis 31.12.2026",
        "bonus.pdf",
    ]
    assert [mark.text for mark in page.select("mark")] == [QUOTE, "Prüfung"]
    assert [mark.get("id") for mark in page.select("mark")] == ["zitat", None]
    assert [words_of(each) for each in page.select(".page-marker")] == ["S. 1", "S. 6", "S. 7"]
    assert words_of(page.select("#abschnitt-5 h2")[0]) == "5 Höhe"
    assert page.select("a[href='#zitat']")
    assert words_of(page.select(".notice")[0]) == "Ersetzt: Es gibt eine neuere Fassung."
    assert [each.get("data-level") for each in page.select("ul.items li")] == ["1", "2"]


def test_a_document_without_a_quote_offers_no_jump_to_one() -> None:
    section = DocumentSection((Piece("1 Zweck"),), 1, "a1", (Paragraph((Piece("Text"),)),))
    page = tree(render_document(context(), document(sections=(section,))))
    assert not page.select("mark, a[href='#zitat'], nav.contents")


def test_long_documents_get_contents_and_headings_that_skip_no_level() -> None:
    levels = [1, 3, 6, 2, 1]
    sections = tuple(
        DocumentSection((Piece(f"H{i}"),), n, f"a{i}", ()) for i, n in enumerate(levels)
    )
    page = tree(render_document(context(), document(sections=sections)))
    assert [each.name for each in page.select("article section > *")] == [
        *("h2", "h3", "h4", "h3", "h2"),
    ]
    assert [a.get("href") for a in page.select("nav.contents a")] == [f"#a{i}" for i in range(5)]


@pytest.mark.parametrize(
    ("state", "start", "end", "german", "english"),
    [
        ("current", None, "2026-12-31", "gültig bis 31.12.2026", "valid until 31 December 2026"),
        ("current", "2025-01-01", None, "gültig seit 01.01.2025", "valid since 1 January 2025"),
        ("current", None, None, "gültig", "valid"),
        ("expired", None, "2025-06-30", "abgelaufen am 30.06.2025", "expired on 30 June 2025"),
        ("expired", None, None, "abgelaufen", "expired"),
        ("upcoming", "2027-02-01", None, "gilt ab 01.02.2027", "valid from 1 February 2027"),
        ("upcoming", None, None, "noch nicht gültig", "not yet valid"),
        ("unknown", None, None, "Gültigkeit unbekannt", "validity unknown"),
        ("nonsense", None, "2026-12-31", "Gültigkeit unbekannt", "validity unknown"),
    ],
)
def test_validity_badges(
    state: str, start: str | None, end: str | None, german: str, english: str
) -> None:
    assert badge_of(state, start, end, "de").text == german
    assert badge_of(state, start, end, "en").text == english


def test_a_date_that_is_none_is_shown_as_it_is() -> None:
    assert spell_date("Frühjahr 2025", "de") == "Frühjahr 2025"
    assert spell_date(None, "de") == ""


@pytest.mark.parametrize(
    ("link", "language", "href"),
    [
        ("/dokumente/a?zitat=1-2", "de", "/dokumente/a?zitat=1-2#zitat"),
        ("/dokumente/a?zitat=1-2", "en", "/dokumente/a?zitat=1-2&lang=en#zitat"),
        ("/dokumente/a#x", "en", "/dokumente/a?lang=en#x"),
        ("https://example.org/a", "en", "https://example.org/a"),
        ("javascript:alert(1)", "de", ""),
        ("//evil.example", "de", ""),
        ("/\\evil.example", "de", ""),
        ("", "de", ""),
    ],
)
def test_only_safe_links_are_followed(link: str, language: Language, href: str) -> None:
    assert safe_href(link, language) == href


def test_the_language_switch_keeps_the_page() -> None:
    address = "/dokumente/a?zitat=1-2&lang=en"
    english = tree(render_document(context(language="en", address=address), document()))
    assert english.select("header .languages a")[0].get("href") == "/dokumente/a?zitat=1-2&lang=de"
    assert english.select("a.brand")[0].get("href") == "/?lang=en"


def test_both_languages_have_the_same_phrases_and_placeholders() -> None:
    german, english = PHRASES["de"], PHRASES["en"]
    assert german.keys() == english.keys()
    for key, text in german.items():
        assert re.findall(r"{\w+}", text) == re.findall(r"{\w+}", english[key]), key
    assert set(SCRIPT_PHRASES) <= german.keys()


def test_no_phrase_is_unused() -> None:
    folder = TEMPLATE_DIR.parent
    files = [*TEMPLATE_DIR.glob("*.html"), *STATIC_DIR.glob("*.js"), *folder.glob("[ap]*[ew].py")]
    files += [*folder.glob("visitor/*.py"), folder / "pages.py"]
    used = "\n".join(path.read_text() for path in files)
    computed = (
        "notice_",
        "composed_",
        "role_",
        "partial",
        "not_found",
        "text_",
        "facet_",
        "language_",
    )
    unused = [
        key
        for key in PHRASES["de"]
        if not key.startswith(computed) and not re.search(rf"\b{key}\b", used)
    ]
    assert unused == []


def test_script_and_styles_stay_small() -> None:
    limits = {
        "auskunft.js": 25_000,
        "feedback.js": 2_500,
        "auskunft.css": 20_500,
        "pages.css": 9_000,
    }
    for name, most in limits.items():
        assert (STATIC_DIR / name).stat().st_size <= most, name
