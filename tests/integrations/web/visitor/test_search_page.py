"""`/suche` without a script: hits with their words marked, facets, paging, permalinks, nonsense."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.integrations.web.visitor.conftest import EVIL, Site

SECRETS = ("Zitronenfalter", "48.500", "Geheimplan", "geheim.md")


def words_of(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(each.get_text().split()) for each in page.select(selector)]


def test_the_empty_page_says_what_can_be_found(site: Site) -> None:
    page = site.page("/suche")
    assert "Durchsucht werden 5 Unterlagen." in page.get_text()
    assert not page.select(".hit, .facets, .notice")
    form = page.select("form[role=search]")[0]
    assert (form["method"], form["action"]) == ("get", "/suche")
    assert page.select(".sections a[aria-current=page]")[0].get_text() == "Suche"


def test_hits_show_their_words_place_and_the_way_to_the_passage(site: Site) -> None:
    page = site.page("/suche?q=Zuschuss")
    first = page.select(".hit")[0]
    assert "Zuschüsse" in words_of(page, ".hit-text mark")
    assert first.select("h3 a")[0].get_text().startswith("Richtlinie Meisterbonus")
    assert "5 Höhe" in words_of(page, ".hit-place")[0]
    link = str(first.select("h3 a")[0]["href"])
    document = BeautifulSoup(site.get(link).text, "lxml")
    assert "Zuschüsse anderer Stellen" in document.select("mark")[0].get_text()


def test_a_place_says_nothing_twice(site: Site) -> None:
    places = words_of(site.page("/suche?q=Meisterbonus+Zuschuss+Kammer"), ".hit-place")
    assert places
    for place in places:
        said = re.split(" [›·] ", place)
        assert len(said) == len(set(said)), place


def test_no_part_of_a_word_is_marked(site: Site) -> None:
    marked = words_of(site.page("/suche?q=Meister+Bonus+ist"), "mark.word")
    assert marked and not [word for word in marked if word.lower() in ("ist", "meister", "bonus")]


def test_facets_lead_to_as_many_hits_as_they_say(site: Site) -> None:
    page = site.page("/suche?q=Meisterbonus")
    values = page.select(".facets li a")
    assert {"Förderrichtlinie", "Kammer Nordtal"} <= set(
        words_of(page, ".facets li a > span:first-child")
    )
    for value in values:
        count = int(value.select(".count")[0].get_text())
        chosen = site.page(str(value["href"]))
        summary = words_of(chosen, "#gefunden")[0]
        said = 1 if summary == "Eine Fundstelle" else int(summary.rsplit(" ", 1)[1])
        assert said == count, value
        assert len(chosen.select(".chip")) == 1
        assert chosen.select(".facets a[aria-current=true]")


def test_a_choice_is_taken_back_and_survives_a_new_search(site: Site) -> None:
    page = site.page("/suche?q=Meisterbonus&art=guideline&jahr=2026")
    assert len(page.select(".chip")) == 2
    without = [parse_qs(urlsplit(str(chip["href"])).query) for chip in page.select(".chip")]
    assert [set(query) for query in without] == [{"q", "jahr"}, {"q", "art"}]
    hidden = {str(field["name"]): field["value"] for field in page.select("input[type=hidden]")}
    assert hidden == {"art": "guideline", "jahr": "2026"}


def test_the_public_learns_nothing_of_staff_documents(site: Site) -> None:
    for query in ("Zitronenfalter", "Zusage 48.500 Euro", "Meisterbonus", "Geheimplan"):
        for extra in ("", "&herausgeber=Stab+Zitronenfalter", "&sort=neu", "&gueltig=1"):
            page = site.page(f"/suche?q={quote(query)}{extra}")
            shown = page.select(".found")
            text = shown[0].get_text() if shown else ""
            assert not [secret for secret in SECRETS if secret in text], (query, extra)
    nothing = site.page("/suche?q=Meisterbonus&herausgeber=Stab+Zitronenfalter")
    assert "Nichts gefunden" in nothing.get_text() and not nothing.select(".hit")


def test_the_day_decides_what_holds(site: Site) -> None:
    at_old = site.page("/suche?q=Meisterbonus+Höhe+Richtlinie&stichtag=2024-06-01&gueltig=1")
    titles = words_of(at_old, ".hit h3")
    assert "Richtlinie Meisterbonus 2024" in titles and "Richtlinie Meisterbonus 2026" not in titles
    german = site.page("/suche?q=Meisterbonus+Höhe&stichtag=01.06.2024&gueltig=1")
    assert "Richtlinie Meisterbonus 2024" in words_of(german, ".hit h3")
    assert german.select("#stichtag")[0]["value"] == "2024-06-01"
    today = site.page("/suche?q=Meisterbonus+Höhe+Richtlinie")
    replaced = today.select('.hit .badge[data-state="superseded"]')
    assert replaced[0].get_text() == "Ersetzt durch „Richtlinie Meisterbonus 2026“"


def test_newest_first(site: Site) -> None:
    titles = words_of(site.page("/suche?q=Meisterbonus&sort=neu"), ".hit h3")
    new, old = (titles.index(f"Richtlinie Meisterbonus {year}") for year in (2026, 2024))
    assert new < old


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("stichtag=31.02.2026", "stichtag"),
        ("stichtag=gestern", "stichtag"),
        ("art=unsinn", "art"),
        ("jahr=zwanzig", "jahr"),
        ("seite=-3", "seite"),
        ("seite=99999999999999999999", "seite"),
        ("sort=wild", "sort"),
        ("seite=²", "seite"),
    ],
)
def test_nonsense_in_the_address_is_said_and_left_out(site: Site, address: str, named: str) -> None:
    answer = site.get(f"/suche?q=Meisterbonus&{address}")
    page = BeautifulSoup(answer.text, "lxml")
    assert answer.status_code == 200 and page.select(".hit")
    assert words_of(page, ".notice")[0].endswith(f"gelten nicht: {named}")


def test_a_page_beyond_the_last_is_the_last(site: Site) -> None:
    assert site.page("/suche?q=Meisterbonus&seite=99").select(".hit")


@pytest.mark.parametrize("query", ["?!", "x" * 5000, "\x00", "%ff%fe", "' OR 1=1 --", "{{7*7}}"])
def test_odd_words_never_break_the_page(site: Site, query: str) -> None:
    answer = site.get(f"/suche?q={query if query.startswith('%') else quote(query)}")
    assert answer.status_code in (200, 422)
    assert "<h1>Suche in den Unterlagen</h1>" in answer.text and "49" not in answer.text[:900]


def test_markup_stays_text_in_words_titles_and_passages(site: Site) -> None:
    answer = site.get(f"/suche?q={quote('Meisterbonus ' + EVIL)}&herausgeber={quote(EVIL)}")
    page = BeautifulSoup(answer.text, "lxml")
    assert not page.select("img:not([src^='/static/icon.svg?v=']), script:not([src])")
    assert page.select("#q")[0]["value"] == f"Meisterbonus {EVIL}"
    hit = site.page("/suche?q=Lohn+Meisterbonus")
    assert not hit.select(".hit img, .hit b, .hit script")
    assert any("onerror" in text for text in words_of(hit, ".hit"))


def test_addresses_are_permanent_and_short(site: Site) -> None:
    page = site.page("/suche?q=Meisterbonus&sort=relevanz&stichtag=&seite=1&gueltig=")
    hrefs = [str(link["href"]) for link in page.select(".facets a")]
    assert hrefs and all(re.fullmatch(r"/suche\?q=Meisterbonus&\w+=[^&]+", href) for href in hrefs)


def test_english_pages_stay_english(site: Site) -> None:
    page = site.page("/suche?q=Meisterbonus&lang=en")
    assert words_of(page, "h1") == ["Search the documents"]
    assert all("lang=en" in str(link["href"]) for link in page.select(".facets a, .hit h3 a"))
    assert page.select("input[name=lang]")[0]["value"] == "en"


def test_while_the_index_is_rebuilt_the_page_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kb.errors import IndexMismatchError

    lane = site.desk.board.lane
    monkeypatch.setattr(lane, "mismatch", IndexMismatchError("Der Index passt nicht."))
    assert site.get("/suche?q=Meisterbonus").status_code == 503
    assert site.get("/suche").status_code == 200
