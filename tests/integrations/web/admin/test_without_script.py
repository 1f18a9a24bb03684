"""The admin's desk by plain forms, as a browser without JavaScript sends them."""

import io
import zipfile
from collections.abc import Iterator

import httpx
import pytest
from bs4 import BeautifulSoup

from tests.integrations import documents
from tests.integrations.signin.visitor import Visitor
from tests.integrations.web.admin.conftest import LIST, Office, pdf

UPLOAD = f"{LIST}/hochladen"
Files = dict[str, bytes]


@pytest.fixture
def editor(office: Office) -> Iterator[Visitor]:
    with office.colleague("editor") as visitor:
        yield visitor


def tree(response: httpx.Response) -> BeautifulSoup:
    return BeautifulSoup(response.text, "lxml")


def token(visitor: Visitor) -> str:
    return str(tree(visitor.get(UPLOAD)).select_one("#hochladen input[name=csrf]")["value"])  # type: ignore[index]


def sent(visitor: Visitor, files: Files, csrf: str = "", **fields: str) -> httpx.Response:
    """The upload form as a browser sends it."""
    parts = [("dateien", (name, content)) for name, content in files.items()]
    data = {"csrf": csrf or token(visitor), **fields}
    return visitor.http.post(UPLOAD, data=data, files=parts, headers=visitor.headers)


def uploaded(office: Office, visitor: Visitor, files: Files, **fields: str) -> str:
    """The address of the job's page once it is over."""
    answer = sent(visitor, files, **fields)
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"].partition("?")[0]
    office.done(place.rsplit("/", 1)[-1])
    return str(place)


def test_who_is_let_in(office: Office) -> None:
    page = f"{LIST}?status=ersetzt&text=a%20b"
    with Visitor(office.service.url) as stranger:
        sent_on = stranger.get(page)
        assert sent_on.status_code == 303
        assert (
            sent_on.headers["location"]
            == f"/anmelden?zurueck={LIST}%3Fstatus%3Dersetzt%26text%3Da%2520b"
        )
        assert stranger.http.get(LIST).status_code == 403
        refused = stranger.http.post(f"{LIST}/loeschen", headers=stranger.headers)
        assert refused.status_code == 403 and "/anmelden" in refused.text
    with office.colleague("staff") as colleague:
        assert colleague.get(LIST).status_code == 403
        assert not tree(colleague.get("/")).select('a[href="/admin"]')
    with office.colleague("editor") as editor:
        shown = tree(editor.get(LIST))
        assert [one.text for one in shown.select(".desk-nav [aria-current]")] == ["Dokumente"]
        assert not shown.select('.desk-nav a[href="/admin/suchindex"]')
        assert editor.get("/admin/suchindex").status_code == 403
        assert tree(editor.get("/")).select('a[href="/admin"]')
    with office.colleague("admin") as admin:
        assert tree(admin.get(LIST)).select('.desk-nav a[href="/admin/suchindex"]')
    assert office.local.get(LIST).status_code == 200  # the machine's owner


def test_files_and_what_is_said_of_them(office: Office, editor: Visitor) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("innen.txt", "Im Archiv liegt ein Text über Förderung.")
    said = {"audience": "public", "kind": "guideline", "valid_until": "2027-06-30"}
    files = {
        "Merkblatt A.pdf": pdf("Merkblatt A. Der Zuschuss beträgt 300 Euro."),
        "Ordner/Unter/Liste.txt": b"Eine Liste der Ansprechpartner in Musterstadt.",
        "Ordner/.DS_Store": b"x",
        "alles.zip": archive.getvalue(),
        "../weg.txt": b"Ein Text.",
    }
    place = uploaded(office, editor, files, **said)
    page = tree(editor.get(place))
    assert "kein Dateiname" in page.text and ".DS_Store" not in page.text
    found = office.documents()
    for name in ("Merkblatt A.pdf", "Liste.txt", "innen.txt"):
        assert (found[name]["audience"], found[name]["kind"]) == ("public", "guideline"), name
        assert found[name]["origins"]["valid_until"] == "Angabe beim Hochladen"
    assert found["Liste.txt"]["uri"] == "upload:///Ordner/Unter/Liste.txt"
    assert "weg.txt" not in found and ("Frau editor", "upload.start") in office.verbs()


def test_what_cannot_be_taken_is_said(office: Office, editor: Visitor) -> None:
    inbox = office.service.data / "inbox"
    before = sorted(inbox.iterdir())
    for files, fields, sentence in (
        ({}, {}, "Es ist keine Datei ausgewählt."),
        ({"a.txt": b"x"}, {"valid_until": "31.12.2027"}, "ist kein Datum"),
        ({"a.txt": b"x"}, {"kind": "roman"}, "Dokumentart"),
        ({"a.txt": b"x", "b.txt": b"y"}, {"fassung": "x"}, "genau eine Datei"),
        ({"a.txt": b"x"}, {"fassung": "gibt-es-nicht"}, "gibt es nicht mehr"),
        ({"gross.txt": b"x" * (41 * 1024 * 1024)}, {}, "erlaubt sind 40 MB"),
    ):
        answer = sent(editor, files, **fields)
        assert answer.status_code == 422, sentence
        assert sentence in tree(answer).select_one("[role=alert]").text  # type: ignore[union-attr]
    assert sorted(inbox.iterdir()) == before


def test_only_our_own_form_with_its_token_first(office: Office, editor: Visitor) -> None:
    before = set(office.documents())
    assert sent(editor, {"fremd.txt": b"Ein Text."}, csrf="falsch").status_code == 403
    parts = [("dateien", ("fremd.txt", b"Ein Text.")), ("csrf", (None, token(editor).encode()))]
    late = editor.http.post(UPLOAD, files=parts, headers=editor.headers)
    assert late.status_code == 403
    foreign = {**editor.headers, "origin": "https://boese.example", "sec-fetch-site": "cross-site"}
    data = {"csrf": token(editor)}
    parts = [("dateien", ("fremd.txt", b"Ein Text."))]
    assert editor.http.post(UPLOAD, data=data, files=parts, headers=foreign).status_code == 403
    assert set(office.documents()) == before


def test_a_broken_file_is_listed_until_it_is_mended(office: Office, editor: Visitor) -> None:
    place = uploaded(office, editor, {"Kaputt.pdf": b"%PDF-1.7 nichts"})
    assert "beschädigt" in tree(editor.get(place)).text
    shown = tree(editor.get(f"{LIST}?status=fehlgeschlagen&text=kaputt")).select("tbody tr")
    assert len(shown) == 1 and "beschädigt" in shown[0].text
    assert shown[0].select(f'a[href="{place}"]') and not shown[0].select("input")
    uploaded(office, editor, {"Kaputt.pdf": pdf("Jetzt ist die Datei heil und hat Text.")})
    assert not tree(editor.get(f"{LIST}?status=fehlgeschlagen&text=kaputt")).select("tbody tr")
    ids = office.documents()["Kaputt.pdf"]["document_id"]
    uploaded(office, editor, {"Kaputt.pdf": b"%PDF-1.7 nichts"})
    (row,) = tree(editor.get(f"{LIST}?status=fehlgeschlagen&text=kaputt")).select("tbody tr")
    assert "es gilt weiter die vorige" in row.text
    assert "es gilt weiter die vorige" in editor.get(f"{LIST}/{ids}").text


def test_a_new_version_replaces_the_former(office: Office, editor: Visitor) -> None:
    uploaded(office, editor, {"Satzung 2025.pdf": pdf("Satzung. Der Beitrag ist 10 Euro.")})
    old = office.documents()["Satzung 2025.pdf"]["document_id"]
    form = tree(editor.get(f"{UPLOAD}?fassung={old}"))
    assert form.select_one("input[name=fassung]")["value"] == old  # type: ignore[index]
    uploaded(
        office, editor, {"Satzung 2026.pdf": pdf("Satzung. Der Beitrag ist 12 Euro.")}, fassung=old
    )
    (row,) = tree(editor.get(f"{LIST}?status=ersetzt&text=satzung")).select("tbody tr")
    assert "Satzung 2025.pdf" in row.text
    assert "Fassungen" in editor.get(f"{LIST}/{old}").text


def test_one_document_is_corrected(office: Office, editor: Visitor) -> None:
    uploaded(office, editor, {"Kurz.txt": "Ein kurzer Text über den Zuschuss.".encode()})
    page = f"{LIST}/{office.documents()['Kurz.txt']['document_id']}"
    evil = '<script>alert(1)</script>"&'
    fields = {"title": evil, "kind": "plan", "audience": "allianz", "valid_until": "2027-01-31",
              "language": "de", "review": "2026-01-01", "publisher": "", "date": "",
              "valid_from": "", "supersedes": ""}  # fmt: skip
    changed = editor.submit(page, page, **fields)
    assert changed.headers["location"] == f"{page}?hinweis=gespeichert"
    shown = tree(editor.get(changed.headers["location"]))
    assert shown.select_one("h1").text == evil and not shown.select("h1 script")  # type: ignore[union-attr]
    assert "Die Änderung ist gespeichert." in shown.select_one("[role=status]").text  # type: ignore[union-attr]
    assert "Prüfung fällig seit 01.01.2026" in shown.text.replace("\n", "")
    now = office.documents()["Kurz.txt"]
    assert (now["kind"], now["audience"], now["valid_until"]) == ("plan", "allianz", "2027-01-31")
    assert set(now["corrections"]) == {"title", "kind", "audience", "valid_until"}
    row = tree(editor.get(f"{LIST}?auffaellig=pruefung&text=kurz.txt")).select_one("tbody tr")
    assert row is not None and evil in row.text
    for wrong, sentence in (({"valid_from": "2028-01-01"}, "liegt vor"), ({"title": " "}, "leer"),
                            ({"date": "gestern"}, "kein Datum"), ({"review": "x"}, "kein Datum"),
                            ({"audience": "a b c!"}, "Zielgruppe")):  # fmt: skip
        refused = editor.submit(page, page, **fields | wrong)
        assert refused.status_code == 422 and sentence in tree(refused).text, sentence
        (given,) = wrong.items()
        assert tree(refused).select_one(f"#a-{given[0]}")["value"] == given[1].strip()  # type: ignore[index]
    assert office.documents()["Kurz.txt"]["title"] == evil
    assert {verb for _, verb in office.verbs()} >= {"document.correct", "document.review"}
    original = editor.get(f"{page}/original")
    assert original.text == "Ein kurzer Text über den Zuschuss."
    assert original.headers["content-disposition"].startswith("attachment")
    assert "Zuschuss" in tree(editor.get(f"{page}/stellen")).select_one("blockquote").text  # type: ignore[union-attr]
    assert editor.get(f"{LIST}/gibt-es-nicht").status_code == 404


def test_many_are_changed_and_deleted(office: Office, editor: Visitor) -> None:
    names = [f"Reihe {n}.txt" for n in range(3)]
    uploaded(office, editor, {name: f"Text {name} über Hunde.".encode() for name in names})
    found = f"{LIST}?text=reihe"
    nothing = editor.submit(found, f"{LIST}/aendern", zielgruppe="public")
    assert nothing.status_code == 422 and "kein Dokument ausgewählt" in nothing.text
    ids = [office.documents()[name]["document_id"] for name in names]
    fields = {"csrf": token(editor), "filter": "text=reihe", "dokument": ids[:2]}
    empty = editor.http.post(f"{LIST}/aendern", data=fields, headers=editor.headers)
    assert empty.status_code == 422 and "nichts angegeben" in empty.text
    some = {**fields, "zielgruppe": "public", "art": "plan", "pruefung": "2027-05-01"}
    changed = editor.http.post(f"{LIST}/aendern", data=some, headers=editor.headers)
    assert changed.headers["location"] == f"{found}&hinweis=dokumente-geaendert&zahl=2"
    shown = tree(editor.get(changed.headers["location"]))
    assert "2 Dokumente sind geändert." in shown.text and shown.text.count("01.05.2027") == 2
    assert [office.documents()[name]["audience"] for name in names] == ["public", "public", "staff"]
    every = {"csrf": token(editor), "filter": "text=reihe", "alle": "on"}
    asked = editor.http.post(f"{LIST}/loeschen", data=every, headers=editor.headers)
    assert asked.status_code == 200 and "Diese 3 Dokumente endgültig löschen?" in asked.text
    assert set(names) <= set(office.documents())
    hidden = [(str(one["name"]), str(one["value"])) for one in tree(asked).select("main input")]
    gone = editor.http.post(f"{LIST}/loeschen", data=_grouped(hidden), headers=editor.headers)
    assert gone.headers["location"].endswith("hinweis=dokumente-geloescht&zahl=3")
    assert not set(names) & set(office.documents())


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def test_documents_are_read_once_more(office: Office, editor: Visitor) -> None:
    before = office.documents()[documents.PUBLIC_NAME]
    page = f"{LIST}/{before['document_id']}"
    answer = editor.submit(page, f"{page}/neu-einlesen")
    place = answer.headers["location"].partition("?")[0]
    job = office.done(place.rsplit("/", 1)[-1])
    assert job["report"]["counts"] == {"indexed": 1} and job["kind"] == "reread"
    after = office.documents()[documents.PUBLIC_NAME]
    assert {**after, "ingested_at": ""} == {**before, "ingested_at": ""}
    late = editor.http.post(
        f"{place}/abbrechen", data={"csrf": token(editor)}, headers=editor.headers
    )
    assert late.status_code == 422 and "schon zu Ende" in late.text
    with office.colleague("admin") as admin:
        everything = admin.submit("/admin/suchindex", "/admin/suchindex/neu-einlesen")
        job = office.done(everything.headers["location"].partition("?")[0].rsplit("/", 1)[-1])
        assert job["label"] == "Neu einlesen: alle Dokumente" and not job["error"]
        assert sum(job["report"]["counts"].values()) == len(office.documents())
    assert "Neu einlesen" in editor.get("/admin/auftraege").text


def test_sources_are_added_read_and_forgotten(office: Office, editor: Visitor) -> None:
    folder = office.folder / "quelle"
    folder.mkdir(exist_ok=True)
    (folder / "aus_quelle.txt").write_text("Ein Text aus der Quelle über Katzen.", "utf-8")
    (folder / "kaputt_quelle.pdf").write_bytes(b"%PDF-1.4")
    refused = editor.submit("/admin/quellen", "/admin/quellen", places=str(folder), every="0")
    assert refused.status_code == 403
    with office.colleague("admin") as admin:
        for fields, sentence in (
            ({"places": "/gibt/es/nicht"}, "gibt es nicht"),
            ({}, "mindestens"),
            ({"places": f"{folder}\nhttps://a.example"}, "zwei Quellen"),
        ):
            wrong = admin.submit("/admin/quellen", "/admin/quellen", every="0", **fields)
            assert wrong.status_code == 422 and sentence in wrong.text
            kept = tree(wrong).select_one("#q-orte")
            assert kept is not None and kept.text.strip() == fields.get("places", "")
        added = admin.submit(
            "/admin/quellen", "/admin/quellen", places=str(folder), every="0", public="on"
        )
        assert added.headers["location"] == "/admin/quellen?hinweis=quelle-angelegt"
        source = office.local.get("/api/v1/sources").json()["sources"][-1]["source_id"]
        way = f"/admin/quellen/{source}"
        read = admin.submit("/admin/quellen", f"{way}/lesen")
        office.done(read.headers["location"].partition("?")[0].rsplit("/", 1)[-1])
        shown = tree(admin.get("/admin/quellen"))
        assert "1 fehlgeschlagen, 1 eingelesen" in shown.text and "kaputt_quelle.pdf" in shown.text
        assert office.documents()["aus_quelle.txt"]["audience"] == "public"
        forgotten = admin.submit("/admin/quellen", f"{way}/vergessen")
        assert forgotten.headers["location"] == "/admin/quellen?hinweis=quelle-vergessen"
    assert "aus_quelle.txt" in office.documents()
    assert {verb for _, verb in office.verbs()} >= {"source.add", "source.read", "source.remove"}


def test_programs_plan_reviews_too(office: Office) -> None:
    way, chosen = "/api/v1/documents", {"select": documents.STAFF_NAME}
    planned = office.local.patch(way, params=chosen, json={"review": "2028-02-29"}).json()
    assert [one["review"] for one in planned["documents"]] == ["2028-02-29"]
    assert office.documents()[documents.STAFF_NAME]["review"] == "2028-02-29"
    wrong = office.local.patch(way, params=chosen, json={"review": "gestern"})
    assert wrong.status_code == 422
    both = {"review": "", "publisher": "Kammer"}
    assert office.local.patch(way, params=chosen, json=both).json()["documents"][0]["review"] == ""
    assert office.local.patch(way, params=chosen, json={}).status_code == 422
    public = office.service.http.get(way).json()["documents"]
    assert public and all("review" not in one for one in public)
