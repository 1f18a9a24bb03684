import io
import zipfile
from typing import Any

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Cm

from ingest.convert.blocks import BlockKind
from kb.errors import EmptySourceError, SourceUnreadableError
from tests.ingest.convert.conftest import Convert, outline, texts

TITLE, CONTENT, ONLY_TITLE, BLANK = 0, 1, 5, 6
_NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)


def saved(deck: Any) -> bytes:
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def add(deck: Any, layout: int, title: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def box(shapes: Any, text: str, left: float, top: float) -> Any:
    shape = shapes.add_textbox(Cm(left), Cm(top), Cm(5), Cm(1))
    shape.text_frame.text = text
    return shape


def presentation() -> bytes:
    deck = Presentation()
    deck.core_properties.title = "Werkzeugbonus 2026"
    first = add(deck, TITLE, "Der Werkzeugbonus")
    first.placeholders[1].text = "Kammer Musterrevier\vFrühjahr 2026"
    second = add(deck, CONTENT, "Wer wird gefördert?")
    frame = second.placeholders[1].text_frame
    frame.text = "Betriebe"
    for text, level in (("mit höchstens 20 Beschäftigten", 1), ("Gründerinnen", 0)):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    second.notes_slide.notes_text_frame.text = "Nach der Rechtsform fragen."
    third = add(deck, BLANK)
    box(third.shapes, "Ohne Titel", 2, 2)
    return saved(deck)


def test_slides_lists_and_notes(converted: Convert) -> None:
    found = converted("folien.pptx", presentation())
    assert [
        (block.page, *entry) for block, entry in zip(found.blocks, outline(found), strict=True)
    ] == [
        (1, "heading", 1, "Der Werkzeugbonus"),
        (1, "paragraph", 0, "Kammer Musterrevier Frühjahr 2026"),
        (2, "heading", 2, "Wer wird gefördert?"),
        (2, "list_item", 1, "Betriebe"),
        (2, "list_item", 2, "mit höchstens 20 Beschäftigten"),
        (2, "list_item", 1, "Gründerinnen"),
        (2, "heading", 3, "Notizen zu Folie 2"),
        (2, "paragraph", 0, "Nach der Rechtsform fragen."),
        (3, "heading", 2, "Folie 3"),
        (3, "paragraph", 0, "Ohne Titel"),
    ]
    assert found.properties == {"title": "Werkzeugbonus 2026"}
    assert found.pages == 3


def test_reading_order_groups_and_numbers(converted: Convert) -> None:
    deck = Presentation()
    slide = add(deck, ONLY_TITLE, "Ablauf")
    box(slide.shapes, "unten", 2, 15)
    box(slide.shapes, "rechts", 12, 6.2)
    group = slide.shapes.add_group_shape()
    box(group.shapes, "Gruppe zweitens", 2, 8)
    box(group.shapes, "Gruppe erstens", 2, 6)
    numbered = box(slide.shapes, "Antrag", 2, 12)
    numbered.text_frame.add_paragraph().text = "Bescheid"
    for paragraph in numbered.text_frame.paragraphs:
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<a:buAutoNum {_NAMESPACES} type="alphaLcParenR"/>')
        )
    assert [text for _, _, text in outline(converted("o.pptx", saved(deck)))] == [
        "Ablauf",
        "Gruppe erstens",
        "Gruppe zweitens",
        "rechts",
        "a) Antrag",
        "b) Bescheid",
        "unten",
    ]


def test_tables_charts_and_diagrams(converted: Convert) -> None:
    deck = Presentation()
    slide = add(deck, ONLY_TITLE, "Sätze")
    table = slide.shapes.add_table(3, 3, Cm(2), Cm(5), Cm(15), Cm(3)).table
    rows = (("Betrieb", "Kreis", "Satz"), ("klein", "Nordtal", "40 %"), ("groß", "", "20 %"))
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    table.cell(1, 1).merge(table.cell(2, 1))
    data = CategoryChartData()
    data.categories = ["2024", "2025"]
    data.add_series("Anträge", (120, 1234.5))
    chart = slide.shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Cm(2), Cm(9), Cm(9), Cm(5), data
    ).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Anträge je Jahr"
    add_diagram(slide, ("Beraten", "Bewilligen"))
    found = converted("t.pptx", saved(deck))
    assert texts(found, BlockKind.TABLE_ROW) == [
        "Betrieb: klein; Kreis: Nordtal; Satz: 40 %",
        "Betrieb: groß; Kreis: Nordtal; Satz: 20 %",
        "2024; Anträge: 120",
        "2025; Anträge: 1234,5",
    ]
    assert texts(found, BlockKind.PARAGRAPH) == ["Anträge je Jahr"]
    assert texts(found, BlockKind.LIST_ITEM) == ["Beraten", "Bewilligen"]


def test_a_chart_that_cannot_be_read_is_reported(converted: Convert) -> None:
    deck = Presentation()
    slide = add(deck, ONLY_TITLE, "Bleibt")
    data = CategoryChartData()
    data.categories = ["2024"]
    data.add_series("x", (1,))
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, Cm(9), Cm(5), data)
    broken = rewritten(saved(deck), "ppt/charts/", b"pieChart", b"surfaceChart")
    found = converted("c.pptx", broken)
    assert [text for _, _, text in outline(found)] == ["Bleibt"]
    assert found.warnings[0].startswith("Ein Diagramm auf Folie 1 wurde nicht übernommen")


def rewritten(data: bytes, folder: str, old: bytes, new: bytes) -> bytes:
    """The file with one piece of XML replaced in the parts below `folder`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, part.replace(old, new) if name.startswith(folder) else part)
    return stream.getvalue()


def add_diagram(slide: Any, items: tuple[str, ...]) -> None:
    points = "".join(
        f"<dgm:pt><dgm:t><a:p><a:r><a:t>{item}</a:t></a:r></a:p></dgm:t></dgm:pt>"
        '<dgm:pt type="parTrans"><dgm:t><a:p><a:r><a:t>x</a:t></a:r></a:p></dgm:t></dgm:pt>'
        for item in items
    )
    part = Part(
        PackURI("/ppt/diagrams/data1.xml"),
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        slide.part.package,
        f"<dgm:dataModel {_NAMESPACES}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>".encode(),
    )
    relation = slide.part.relate_to(
        part, f"{RELATIONSHIP_TYPE.CHART.rpartition('/')[0]}/diagramData"
    )
    slide.shapes._spTree.append(
        parse_xml(
            f'<p:graphicFrame {_NAMESPACES}><p:nvGraphicFramePr><p:cNvPr id="99" name="d"/>'
            "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>"
            '<p:xfrm><a:off x="0" y="9000000"/><a:ext cx="1" cy="1"/></p:xfrm><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/diagram">'
            f'<dgm:relIds r:dm="{relation}"/></a:graphicData></a:graphic></p:graphicFrame>'
        )
    )


def test_hidden_slides_and_slides_of_pictures_are_reported(converted: Convert, tmp_path) -> None:
    from PIL import Image

    Image.new("RGB", (20, 20)).save(tmp_path / "bild.png")
    deck = Presentation()
    add(deck, ONLY_TITLE, "Sichtbar")
    add(deck, ONLY_TITLE, "Intern").element.set("show", "0")
    add(deck, BLANK).shapes.add_picture(str(tmp_path / "bild.png"), 0, 0)
    found = converted("h.pptx", saved(deck))
    assert [text for _, _, text in outline(found)] == ["Sichtbar"]
    assert found.warnings == (
        "Die ausgeblendete Folie 2 („Intern“) wurde nicht übernommen.",
        "Auf Folie 3 ist nur ein Bild; sein Text wurde nicht übernommen.",
    )


def test_broken_and_empty_presentations(converted: Convert) -> None:
    deck = Presentation()
    with pytest.raises(EmptySourceError, match="keinen Text"):
        converted("leer.pptx", saved(deck))
    add(deck, TITLE, "Titel")
    data = saved(deck)
    assert converted("falsch.docx", data).blocks[0].text == "Titel"
    with pytest.raises(SourceUnreadableError, match=r"halb\.pptx.*beschädigt"):
        converted("halb.pptx", data[: len(data) // 2])
    with pytest.raises(SourceUnreadableError, match=r"text\.pptx.*beschädigt"):
        converted("text.pptx", b"x" * 10_000_000)
