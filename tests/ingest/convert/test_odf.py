import pytest

from ingest.convert.blocks import Block
from kb.errors import EmptySourceError, SourceUnreadableError
from tests.ingest.convert.conftest import Convert, outline
from tests.ingest.convert.odf_files import odf

STYLES = """
<style:style style:name="Title"
/><style:style style:name="Heading_20_1" style:display-name="Heading 1"/>
<text:outline-style style:name="Outline">
 <text:outline-level-style text:level="1" style:num-format="1"/>
 <text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>
</text:outline-style>
"""
AUTOMATIC = """
<style:style style:name="P1" style:parent-style-name="Title"/>
<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"
/></style:style>
<text:list-style style:name="L1">
 <text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
 <text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/>
</text:list-style>
<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1"/></text:list-style>
"""
BODY = """
<text:tracked-changes><text:changed-region><text:deletion><text:p>1. Mai</text:p></text:deletion>
</text:changed-region></text:tracked-changes>
<text:p text:style-name="P1">Richtlinie<text:line-break/>Werkzeugbonus</text:p>
<text:table-of-content><text:index-body><text:p>1 Zweck .... 3</text:p></text:index-body
></text:table-of-content>
<text:h text:outline-level="1">Zweck</text:h>
<text:h text:outline-level="2">Ziele</text:h>
<text:p>Gefördert werden<text:note><text:note-citation>1</text:note-citation><text:note-body>
<text:p>Nach der HwO.</text:p></text:note-body></text:note><text:s text:c="3"
/><text:span>Betriebe</text:span>.</text:p>
<text:p>Die Frist endet am <text:change text:change-id="1"
/><text:change-start text:change-id="2"/>1. Juni<text:change-end
text:change-id="2"/>.<office:annotation><text:p>Stimmt das?</text:p></office:annotation></text:p>
<text:list xml:id="a" text:style-name="L1"><text:list-item><text:p>Antrag</text:p>
 <text:list><text:list-item><text:p>vor Ort</text:p></text:list-item>
 <text:list-item><text:p>online</text:p></text:list-item></text:list></text:list-item></text:list>
<text:p>Danach:</text:p>
<text:list text:continue-list="a" text:style-name="L1"><text:list-item><text:p>Bescheid</text:p>
<text:p>Er kommt per Post.</text:p></text:list-item></text:list>
<text:list text:style-name="L2"><text:list-item><text:p>Beratung</text:p></text:list-item
></text:list>
<text:section><text:p><text:span text:style-name="B">Sätze</text:span></text:p></text:section>
<table:table><table:table-header-rows><table:table-row>
 <table:table-cell><text:p>Kreis</text:p></table:table-cell><table:table-cell
><text:p>Satz</text:p></table:table-cell>
</table:table-row></table:table-header-rows>
<table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>Nordtal</text:p
></table:table-cell>
 <table:table-cell><text:p>40 %<text:note><text:note-body><text:p>Bis 2026.</text:p
></text:note-body></text:note></text:p></table:table-cell></table:table-row>
<table:table-row><table:covered-table-cell/><table:table-cell><text:p>20 %</text:p
></table:table-cell></table:table-row>
</table:table>
<text:p>Siehe<draw:frame><draw:text-box><text:p>Kasten: Kammer</text:p></draw:text-box
></draw:frame> auch.</text:p>
"""
META = (
    "<dc:title>Bonus</dc:title><dc:language>de-DE</dc:language>"
    "<meta:creation-date>2026-01-05T09:30:00</meta:creation-date><dc:date>2026-03-12T10:00:00</dc:date>"
)


def guideline() -> bytes:
    return odf("text", BODY, automatic=AUTOMATIC, styles=STYLES, meta=META)


def test_headings_lists_tables_and_notes(converted: Convert) -> None:
    found = converted("richtlinie.odt", guideline())
    assert outline(found) == [
        ("heading", 1, "Richtlinie Werkzeugbonus"),
        ("heading", 2, "1 Zweck"),
        ("heading", 3, "1.1 Ziele"),
        ("paragraph", 0, "Gefördert werden Betriebe."),
        ("paragraph", 0, "Nach der HwO."),
        ("paragraph", 0, "Die Frist endet am 1. Juni."),
        ("list_item", 1, "1. Antrag"),
        ("list_item", 2, "a) vor Ort"),
        ("list_item", 2, "b) online"),
        ("paragraph", 0, "Danach:"),
        ("list_item", 1, "2. Bescheid"),
        ("paragraph", 0, "Er kommt per Post."),
        ("list_item", 1, "Beratung"),
        ("heading", 4, "Sätze"),
        ("table_row", 0, "Kreis: Nordtal; Satz: 40 %"),
        ("table_row", 0, "Kreis: Nordtal; Satz: 20 %"),
        ("paragraph", 0, "Bis 2026."),
        ("paragraph", 0, "Siehe auch."),
        ("paragraph", 0, "Kasten: Kammer"),
    ]
    assert found.properties == {"title": "Bonus", "language": "de", "created": "2026-01-05"}
    assert outline(converted("falsch.docx", guideline())) == outline(found)


def shape(top: str, text: str, role: str = "", left: str = "1cm") -> str:
    own = f' presentation:class="{role}"' if role else ""
    return (
        f'<draw:frame svg:x="{left}" svg:y="{top}"{own}><draw:text-box><text:p>{text}</text:p>'
        "</draw:text-box></draw:frame>"
    )


def test_slides_in_reading_order(converted: Convert) -> None:
    hidden = (
        '<style:style style:name="dp2"><style:drawing-page-properties '
        'presentation:visibility="hidden"/></style:style>'
    )
    body = (
        f"<draw:page>{shape('5cm', 'Kammer', 'subtitle')}{shape('1cm', 'Bonus', 'title')}</draw:page>"
        f"<draw:page draw:style-name='dp2'>{shape('1cm', 'Intern', 'title')}</draw:page>"
        f"<draw:page>{shape('1cm', 'Ablauf', 'title')}{shape('9cm', 'unten')}"
        f"{shape('5.2cm', 'links')}{shape('50mm', 'rechts', left='12cm')}"
        f"{shape('9cm', '3', 'page-number')}"
        "<draw:g><draw:custom-shape draw:transform='rotate (1) translate (2cm 7cm)'>"
        f"<text:p>Mitte</text:p></draw:custom-shape></draw:g><presentation:notes>"
        f"{shape('1cm', 'Nachfragen', 'notes')}"
        f"{shape('1cm', '3', 'page-number')}</presentation:notes></draw:page>"
    )
    found = converted("folien.odp", odf("presentation", body, automatic=hidden, meta=META))
    assert [_seen(block) for block in found.blocks] == [
        (1, 1, "Bonus"),
        (1, 0, "Kammer"),
        (3, 2, "Ablauf"),
        (3, 0, "links"),
        (3, 0, "rechts"),
        (3, 0, "Mitte"),
        (3, 0, "unten"),
        (3, 3, "Notizen zu Folie 3"),
        (3, 0, "Nachfragen"),
    ]
    assert found.warnings == ("Die ausgeblendete Folie 2 („Intern“) wurde nicht übernommen.",)
    assert found.pages == 3


def _seen(block: Block) -> tuple[int | None, int, str]:
    return block.page, block.level, block.text


@pytest.mark.parametrize("kind", ["text", "presentation", "spreadsheet"])
def test_broken_empty_and_locked_files(converted: Convert, kind: str) -> None:
    suffix = {"text": ".odt", "presentation": ".odp", "spreadsheet": ".ods"}[kind]
    with pytest.raises(EmptySourceError, match="keinen Text"):
        converted(f"leer{suffix}", odf(kind, ""))
    with pytest.raises(SourceUnreadableError, match="Kennwort"):
        converted(f"geheim{suffix}", odf(kind, "", manifest="<manifest:encryption-data/>"))
    data = odf(kind, BODY)
    with pytest.raises(SourceUnreadableError, match=rf"halb\{suffix}.*beschädigt"):
        converted(f"halb{suffix}", data[: len(data) // 2])
    with pytest.raises(SourceUnreadableError, match=rf"text\{suffix}.*beschädigt"):
        converted(f"text{suffix}", b"x" * 10_000_000)
    deep = "<text:section>" * 10_000 + "</text:section>" * 10_000
    with pytest.raises((SourceUnreadableError, EmptySourceError)):
        converted(f"tief{suffix}", odf(kind, deep))


def test_entities_are_refused(converted: Convert, tmp_path) -> None:
    (tmp_path / "geheim.txt").write_text("GEHEIM")
    for entity in ('"ha"', f'SYSTEM "{(tmp_path / "geheim.txt").as_uri()}"'):
        data = odf("text", "<text:p>&a;</text:p>")
        with_entity = _with_prologue(data, f"<!DOCTYPE d [<!ENTITY a {entity}>]>")
        with pytest.raises(SourceUnreadableError, match=r"„content\.xml“.*XML-Entitäten"):
            converted("lacht.odt", with_entity)


def _with_prologue(data: bytes, prologue: str) -> bytes:
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w") as after:
        for name in before.namelist():
            is_content = name == "content.xml"
            after.writestr(name, prologue.encode() * is_content + before.read(name))
    return stream.getvalue()
