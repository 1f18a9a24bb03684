"""Originals, pictures of pages and versions: what is handed out, to whom, and how."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from integrations.catalogue import correct_documents, find_documents
from integrations.web.visitor.original import disposition_of
from kb.audience import STAFF
from tests.integrations.web.visitor.conftest import HOSTILE, HOSTILE_NAME, Site

PDF = "Merkblatt Prüfung.pdf"


def hide(site: Site, file: str) -> None:
    correct_documents(site.desk, find_documents(site.desk, [file]), {"audience": STAFF})


def pictures(site: Site) -> list[Path]:
    return sorted(site.desk.folder.page_images.rglob("*.png"))


def test_html_is_handed_out_as_bytes_that_no_browser_runs(site: Site) -> None:
    answer = site.get(f"/dokumente/{site.id_of(HOSTILE_NAME)}/original")
    assert answer.status_code == 200 and answer.text == HOSTILE
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    policies = answer.headers.get_list("content-security-policy")
    assert len(policies) == 1 and "sandbox" in policies[0] and "default-src 'none'" in policies[0]
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


def test_the_download_has_the_files_own_name(site: Site) -> None:
    header = site.get(f"/dokumente/{site.id_of(PDF)}/original").headers["content-disposition"]
    assert header == (
        "attachment; filename=\"Merkblatt Pr_fung.pdf\"; filename*=UTF-8''Merkblatt%20Pr%C3%BCfung.pdf"
    )


@pytest.mark.parametrize(
    "name",
    ['a"b.pdf', "a\r\nSet-Cookie: x=1.pdf", "../../etc/passwd", "x" * 400 + ".pdf", "", "\u202efdp.exe",
     "a;b%41.pdf", "...", "日本.pdf"],
)  # fmt: skip
def test_a_name_cannot_break_out_of_the_header(name: str) -> None:
    header = disposition_of(name)
    found = re.fullmatch(
        r"attachment; filename=\"([ -~]*)\"; filename\*=UTF-8''([\w.%~-]+)", header
    )
    assert found and header.isascii() and len(header) < 2000
    assert not set(found[1]) & set('"\\/%;')


def test_staff_documents_have_no_page_original_or_picture_for_the_public(site: Site) -> None:
    hide(site, PDF)
    document_id = site.id_of(PDF)
    for path in ("", "/original", "/seite/1.png", "/seite/99.png"):
        shown = site.get(f"/dokumente/{document_id}{path}")
        unknown = site.get(f"/dokumente/{'0' * 20}{path}")
        assert shown.status_code == unknown.status_code == 404
        assert shown.text.replace(document_id, "0" * 20) == unknown.text


def test_originals_can_be_closed_to_the_public(opening: Callable[..., Site]) -> None:
    site = opening(originals=False)
    document_id = site.id_of(PDF)
    for path in ("/original", "/seite/1.png"):
        assert site.get(f"/dokumente/{document_id}{path}").status_code == 403
    page = site.page(f"/dokumente/{document_id}")
    assert not page.select("a[download], .page-picture")
    assert not site.page("/").select("body[data-originals]")


def test_a_page_is_drawn_once_and_kept(site: Site) -> None:
    address = f"/dokumente/{site.id_of(PDF)}/seite/2.png"
    answer = site.get(address)
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size[0] == 1200
    assert [path.name for path in pictures(site)] == ["2.png"]
    made = pictures(site)[0].stat().st_ino
    assert site.get(address).content == answer.content
    assert pictures(site)[0].stat().st_ino == made
    again = site.get(address, **{"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    assert "no-cache" in answer.headers["cache-control"]


@pytest.mark.parametrize("page", ["0", "3", "-1", "1e3", "²", "999999999999999", "%00", "1.png"])
def test_there_is_no_picture_of_a_page_that_there_is_not(site: Site, page: str) -> None:
    assert site.get(f"/dokumente/{site.id_of(PDF)}/seite/{page}.png").status_code == 404
    assert pictures(site) == []


def test_other_formats_have_no_pictures(site: Site) -> None:
    assert site.get(f"/dokumente/{site.id_of('faq.md')}/seite/1.png").status_code == 404
    assert not site.page(f"/dokumente/{site.id_of('faq.md')}").select(".page-picture")


@pytest.mark.parametrize("change", ["hide", "remove"])
def test_pictures_are_gone_with_the_document(site: Site, change: str) -> None:
    document_id = site.id_of(PDF)
    answer = site.get(f"/dokumente/{document_id}/seite/1.png")
    assert len(pictures(site)) == 1
    if change == "hide":
        hide(site, PDF)
    else:
        site.desk.knowledge.remove(document_id)
    assert pictures(site) == []
    etag = {"if-none-match": answer.headers["etag"]}
    assert site.get(f"/dokumente/{document_id}/seite/1.png", **etag).status_code == 404


def test_a_document_that_goes_while_its_page_is_drawn_leaves_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id, kept = site.id_of(PDF), site.desk.knowledge.pictures
    assert kept
    keep = kept.keep

    def keep_too_late(*arguments: object) -> None:
        site.desk.knowledge.remove(document_id)
        keep(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(kept, "keep", keep_too_late)
    assert site.get(f"/dokumente/{document_id}/seite/1.png").status_code == 404
    assert pictures(site) == []


def test_the_page_offers_the_original_and_the_picture_of_the_quoted_page(site: Site) -> None:
    document_id = site.id_of(PDF)
    text = site.desk.knowledge.registry.text(document_id).text
    begin = text.index("Die Frist")
    page = site.page(f"/dokumente/{document_id}?von={begin}&bis={len(text)}")
    assert "30. Juni 2027" in page.select("mark")[0].get_text()
    assert page.select("a[download]")[0]["href"] == f"/dokumente/{document_id}/original"
    image = page.select(".page-picture img")[0]
    assert image["src"] == f"/dokumente/{document_id}/seite/2.png"
    assert str(image["alt"]).startswith("Bild der Seite 2 aus „")
    assert not page.select(".page-picture")[0].has_attr("open")
    before = site.page(str(page.select(".picture-links a")[0]["href"]))
    assert (
        before.select(".page-picture[open] img")[0]["src"]
        == f"/dokumente/{document_id}/seite/1.png"
    )
    assert before.select("mark"), "the quote stays marked while the pages are turned"


@pytest.mark.parametrize("page", ["99999", "-1", "x", "²", "0"])
def test_nonsense_for_the_picture_is_no_error(site: Site, page: str) -> None:
    shown = site.page(f"/dokumente/{site.id_of(PDF)}?bild={page}")
    assert str(shown.select(".page-picture img")[0]["src"]).endswith(("/1.png", "/2.png"))


def test_versions_lead_to_one_another(site: Site) -> None:
    old, new = (site.page(f"/dokumente/{site.id_of(f'bonus_{year}.md')}") for year in (2024, 2026))
    listed = [" ".join(item.get_text().split()) for item in old.select(".versions li")]
    assert listed == [
        "Richtlinie Meisterbonus 2026 gültig bis 31.12.2027 Stand 01.02.2026 (neueste Fassung)",
        "Richtlinie Meisterbonus 2024 abgelaufen am 31.12.2025 Stand 01.02.2024 (diese Fassung)",
    ]
    assert old.select(".notice")[0].get_text().startswith("Ersetzt: „Richtlinie Meisterbonus 2024“")
    assert not new.select(".notice")
    assert old.select(".versions a")[0]["href"] == f"/dokumente/{site.id_of('bonus_2026.md')}"
    assert new.select(".versions a")[0]["href"] == f"/dokumente/{site.id_of('bonus_2024.md')}"
    assert not site.page(f"/dokumente/{site.id_of('faq.md')}").select(".versions")


def test_a_hidden_version_is_not_named(site: Site) -> None:
    hide(site, "bonus_2026.md")
    page = site.page(f"/dokumente/{site.id_of('bonus_2024.md')}")
    assert not page.select(".versions") and "Meisterbonus 2026" not in page.get_text()
