"""The operator's texts: which there are, what Markdown becomes, and that nothing in them runs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integrations.web.visitor.conftest import EVIL, Site

TEXT = f"""# Impressum der Kammer

## Anschrift

Kammer Nordtal, **Hauptweg 1**, [Website](https://kammer.example/impressum)

# Zweite Überschrift

#### Tief

<script>window.__xss = 1</script> {EVIL}

[böse](javascript:alert(1)) ![x](javascript:alert(1))

| A | B |
|---|---|
| 1 | <b>2</b> |
"""


def written(site: Site, **texts: str) -> None:
    folder = site.desk.folder.path / "texte"
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name.replace('_', '-')}.md").write_text(text, "utf-8")


def footer(site: Site, path: str = "/") -> list[str]:
    return [str(link["href"]) for link in site.page(path).select("footer .site a")]


def test_without_texts_there_are_the_two_that_come_along(site: Site) -> None:
    assert footer(site) == ["/datenschutz", "/barrierefreiheit"]
    for path in ("/impressum", "/leichte-sprache", "/gebaerdensprache"):
        assert site.get(path).status_code == 404
    for path in ("/datenschutz", "/barrierefreiheit"):
        page = site.page(path)
        assert (
            "Der Betreiber dieser Website muss ihn ergänzen."
            in page.select(".notice")[0].get_text()
        )
        assert len(page.select("h1")) == 1


def test_the_operators_text_takes_their_place(site: Site) -> None:
    written(site, datenschutz="# Unser Datenschutz\n\nWir speichern nichts.", impressum=TEXT)
    assert footer(site) == ["/impressum", "/datenschutz", "/barrierefreiheit"]
    page = site.page("/datenschutz")
    assert page.select("h1")[0].get_text() == "Unser Datenschutz"
    assert not page.select(".notice") and "90 Tage" not in page.get_text()
    (site.desk.folder.path / "texte" / "impressum.md").unlink()
    assert "/impressum" not in footer(site)


def test_markdown_is_shown_and_markup_stays_text(site: Site) -> None:
    written(site, impressum=TEXT)
    page = site.page("/impressum")
    assert page.select("h1")[0].get_text() == "Impressum der Kammer"
    assert [each.name for each in page.select(".prose h2, .prose h3, .prose h4")] == [
        "h2",
        "h2",
        "h3",
    ]
    assert page.select(".prose a")[0]["href"] == "https://kammer.example/impressum"
    assert not page.select(".prose script, .prose b, .prose img")
    assert EVIL in page.select(".prose")[0].get_text()
    assert not [a for a in page.select(".prose a") if "javascript" in str(a["href"])]
    assert page.select(".prose table td")[0].get_text() == "1"


def test_english_texts_and_the_german_one_instead(site: Site) -> None:
    written(site, impressum="# Impressum\n\nHauptweg 1")
    page = site.page("/impressum?lang=en")
    assert "only available in German" in page.get_text()
    assert page.select(".prose")[0]["lang"] == "de"
    (site.desk.folder.path / "texte" / "impressum.en.md").write_text("# Legal notice\n\nMain way 1")
    assert site.page("/impressum?lang=en").select("h1")[0].get_text() == "Legal notice"
    assert site.page("/datenschutz?lang=en").select("h1")[0].get_text() == "Privacy"
    written(site, datenschutz="Nur deutsch.")
    own = site.page("/datenschutz?lang=en")
    assert "Nur deutsch." in own.get_text(), "the operator's own text wins over ours in English"
    assert own.select("h1")[0].get_text() == "Privacy"


def test_a_folder_of_ones_own_choice(opening: Callable[..., Site], tmp_path: Path) -> None:
    (tmp_path / "eigene").mkdir()
    (tmp_path / "eigene" / "leichte-sprache.md").write_text("# Leichte Sprache\n\nHallo.", "utf-8")
    site = opening(texts=tmp_path / "eigene")
    assert "/leichte-sprache" in footer(site)
    assert "Hallo." in site.page("/leichte-sprache").get_text()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00kaputt", b"# \n", b"\xef\xbb\xbf# Mit BOM\n"]
)
def test_odd_files_are_no_error(site: Site, content: bytes) -> None:
    written(site)
    (site.desk.folder.path / "texte" / "impressum.md").write_bytes(content)
    assert site.get("/impressum").status_code == 200
    assert site.page("/impressum").select("h1")[0].get_text() in ("Impressum", "Mit BOM")


def test_a_barrier_can_be_reported(site: Site) -> None:
    page = site.page("/barrierefreiheit")
    mail = [str(link["href"]) for link in page.select(".barrier a")]
    assert mail[0].startswith("mailto:beratung@kammer-nordtal.example?subject=Barriere")
