import io
import zipfile
from datetime import datetime

import docx
import pytest
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kb.errors import EmptySourceError, SourceUnreadableError
from tests.ingest.convert.conftest import Convert, outline


def saved(document: Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def guideline() -> Document:
    document = docx.Document()
    document.core_properties.title = "Richtlinie Werkzeugbonus"
    document.core_properties.language = "de-DE"
    document.sections[0].header.paragraphs[0].text = "Kopfzeile der Kammer"
    document.add_heading("Richtlinie Werkzeugbonus", 0)
    document.add_heading("1 Zweck", 1)
    document.add_paragraph("Gefördert werden kleine\u00a0Betriebe.")
    for text in ("Beratung", "Schulung"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("Schulung im Betrieb", style="List Bullet 2")
    document.add_paragraph("a) bis 31. März")
    table = document.add_table(rows=3, cols=3)
    rows = (
        ("Betrieb", "Ort", "Betrag"),
        ("Holz GmbH", "Nordtal", "1.000 Euro"),
        ("Brot KG", "", "50 Euro"),
    )
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    table.cell(1, 1).merge(table.cell(2, 1)).text = "Nordtal"
    document.add_paragraph().add_run("Fristen").bold = True
    document.add_paragraph("Der Antrag ist vorher zu stellen.")
    return document


def test_order_headings_lists_and_tables(converted: Convert) -> None:
    found = converted("richtlinie.docx", saved(guideline()))
    assert outline(found) == [
        ("heading", 1, "Richtlinie Werkzeugbonus"),
        ("heading", 2, "1 Zweck"),
        ("paragraph", 0, "Gefördert werden kleine Betriebe."),
        ("list_item", 1, "1. Beratung"),
        ("list_item", 1, "2. Schulung"),
        ("list_item", 2, "Schulung im Betrieb"),
        ("list_item", 2, "a) bis 31. März"),
        ("table_row", 0, "Betrieb: Holz GmbH; Ort: Nordtal; Betrag: 1.000 Euro"),
        ("table_row", 0, "Betrieb: Brot KG; Ort: Nordtal; Betrag: 50 Euro"),
        ("heading", 3, "Fristen"),
        ("paragraph", 0, "Der Antrag ist vorher zu stellen."),
    ]
    assert found.properties == {"title": "Richtlinie Werkzeugbonus", "language": "de"}


def test_outline_level_without_a_heading_style(converted: Convert) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Zuständige Stelle")
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="1"/>'))
    document.add_paragraph("Zuständig ist die Kammer.")
    assert outline(converted("o.docx", saved(document)))[0] == ("heading", 2, "Zuständige Stelle")


def test_multi_level_numbers_are_computed(converted: Convert) -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, form, text in (
            (0, "decimal", "%1."),
            (1, "decimal", "%1.%2"),
            (2, "lowerLetter", "%3)"),
        )
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
    )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>')
    )
    for level, text in (
        (0, "Zweck"),
        (1, "Ziel"),
        (1, "Weg"),
        (2, "Rat"),
        (2, "Tat"),
        (0, "Art"),
        (1, "Höhe"),
    ):
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
            )
        )
    assert outline(converted("n.docx", saved(document))) == [
        ("list_item", 1, "1. Zweck"),
        ("list_item", 2, "1.1 Ziel"),
        ("list_item", 2, "1.2 Weg"),
        ("list_item", 3, "a) Rat"),
        ("list_item", 3, "b) Tat"),
        ("list_item", 1, "2. Art"),
        ("list_item", 2, "2.1 Höhe"),
    ]


def test_tracked_changes_are_read_as_accepted(converted: Convert) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Die Frist endet am ")
    for xml in (
        '<w:del {ns} w:id="1" w:author="x"><w:r><w:delText>1. Mai</w:delText></w:r></w:del>',
        '<w:ins {ns} w:id="2" w:author="x"><w:r><w:t>1. Juni</w:t></w:r></w:ins>',
    ):
        paragraph._p.append(parse_xml(xml.format(ns=nsdecls("w"))))
    assert converted("a.docx", saved(document)).blocks[0].text == "Die Frist endet am 1. Juni"


def test_moved_deleted_and_joined_paragraphs(converted: Convert) -> None:
    document = docx.Document()
    body = document.element.body
    mark = "<w:pPr><w:rPr><w:del w:id='9' w:author='x'/></w:rPr></w:pPr>"
    for xml in (
        "<w:moveFrom w:id='1' w:author='x'><w:r><w:t>Von hier.</w:t></w:r></w:moveFrom>",
        "<w:r><w:t>Erster.</w:t></w:r>",
        "<w:moveTo w:id='2' w:author='x'><w:r><w:t>Hierher.</w:t></w:r></w:moveTo>",
        f"{mark}<w:r><w:t xml:space='preserve'>Anfang und </w:t></w:r>",
        "<w:r><w:t>Ende.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>versteckt</w:t></w:r>",
    ):
        body.insert(len(body) - 1, element("p", xml))
    table = document.add_table(rows=3, cols=2)
    for row, values in enumerate((("Kreis", "Satz"), ("Alt", "1 %"), ("Nordtal", "40 %"))):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    table.rows[1]._tr.get_or_add_trPr().append(element("del", "", 'w:id="3" w:author="x"'))
    assert [text for _, _, text in outline(converted("a.docx", saved(document)))] == [
        "Erster.",
        "Hierher.",
        "Anfang und Ende.",
        "Kreis: Nordtal; Satz: 40 %",
    ]


def element(name: str, content: str, attributes: str = ""):
    return parse_xml(f"<w:{name} {nsdecls('w')} {attributes}>{content}</w:{name}>")


def test_notes_follow_their_paragraph_and_comments_are_left_out(converted: Convert) -> None:
    document = docx.Document()
    first = document.add_paragraph("Gefördert werden Betriebe")
    refer(first, "footnote", 1)
    first.add_run(".")
    document.add_comment(first.runs, text="Stimmt das?", author="x")
    table = document.add_table(rows=2, cols=2)
    for row, values in enumerate((("Kreis", "Satz"), ("Nordtal", "40 %"))):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    refer(table.cell(1, 1).paragraphs[0], "endnote", 1)
    deleted = document.add_paragraph("Schluss")
    refer(deleted, "footnote", 2)
    run = deleted._p[-1]
    removal = element("del", "", 'w:id="7" w:author="x"')
    run.addprevious(removal)
    removal.append(run)
    attach_notes(document, "footnote", "Nach der HwO.", "Gestrichen.", "Ohne Verweis.")
    attach_notes(document, "endnote", "Bis 2026.")
    assert [text for _, _, text in outline(converted("n.docx", saved(document)))] == [
        "Gefördert werden Betriebe.",
        "Nach der HwO.",
        "Kreis: Nordtal; Satz: 40 %",
        "Bis 2026.",
        "Schluss",
        "Ohne Verweis.",
    ]


def refer(paragraph, kind: str, number: int) -> None:
    paragraph._p.append(element("r", f'<w:{kind}Reference w:id="{number}"/>'))


def attach_notes(document: Document, kind: str, *notes: str) -> None:
    texts = (
        '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>',
        *(
            f'<w:{kind} w:id="{number}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}>'
            for number, text in enumerate(notes, start=1)
        ),
    )
    part = Part(
        PackURI(f"/word/{kind}s.xml"),
        f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml",
        f"<w:{kind}s {nsdecls('w')}>{''.join(texts)}</w:{kind}s>".encode(),
        document.part.package,
    )
    document.part.relate_to(part, getattr(RELATIONSHIP_TYPE, f"{kind}s".upper()))


def test_text_boxes_and_content_controls(converted: Convert) -> None:
    document = docx.Document()
    inner = box("<w:p><w:r><w:t>innen</w:t></w:r></w:p>")
    paragraph = document.add_paragraph("Neben dem Kasten")
    paragraph._p.append(parse_xml(box(f"<w:p><w:r><w:t>im Kasten</w:t></w:r>{inner}</w:p>")))
    field = "<w:r><w:t>im Feld</w:t></w:r>"
    document.element.body.insert(
        1, element("sdt", f"<w:sdtContent><w:p>{field}</w:p></w:sdtContent>")
    )
    before = "<w:r><w:t xml:space='preserve'>auch </w:t></w:r>"
    inline = f"{before}<w:sdt><w:sdtContent>{field}</w:sdtContent></w:sdt>"
    document.element.body.insert(2, element("p", inline))
    table = document.add_table(rows=2, cols=2)
    for row, values in enumerate((("Kreis", "Satz"), ("Nordtal", "40 %"))):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    cell = table.cell(1, 1)
    cell.paragraphs[0]._p.append(parse_xml(box("<w:p><w:r><w:t>in der Zelle</w:t></w:r></w:p>")))
    control = element("sdt", "<w:sdtContent/>")
    cell._tc.addprevious(control)
    control[0].append(cell._tc)
    layout = document.add_table(rows=1, cols=2)
    layout.cell(0, 0).text = "links"
    layout.cell(0, 1).add_table(rows=1, cols=2).cell(0, 1).text = "geschachtelt"
    assert [text for _, _, text in outline(converted("k.docx", saved(document)))] == [
        "Neben dem Kasten",
        "im Kasten",
        "innen",
        "im Feld",
        "auch im Feld",
        "Kreis: Nordtal; Satz: 40 %",
        "in der Zelle",
        "links",
        "geschachtelt",
    ]


def box(content: str) -> str:
    """A run with a text box, in both forms that Word writes."""
    shown = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        f'<w:r {nsdecls("w")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent><mc:Choice Requires="wps">'
        f"<w:drawing><wps:wsp><wps:txbx>{shown}</wps:txbx></wps:wsp></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{shown}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def test_key_value_tables(converted: Convert) -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    for row, values in enumerate((("Antragsteller:", "Handwerksbetriebe"), ("Frist:", "31. März"))):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    first, second = converted("k.docx", saved(document)).blocks
    assert first.cells == (("Antragsteller", "Handwerksbetriebe"),)
    assert second.text == "Frist: 31. März"


def test_broken_and_empty_files(converted: Convert) -> None:
    data = saved(guideline())
    with pytest.raises(SourceUnreadableError, match=r"halb\.docx.*beschädigt"):
        converted("halb.docx", data[: len(data) // 2])
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<kein-xml")
    with pytest.raises(SourceUnreadableError, match="neu speichern"):
        converted("unsinn.docx", stream.getvalue())
    with pytest.raises(EmptySourceError, match="keinen Text"):
        converted("leer.docx", saved(docx.Document()))


@pytest.mark.parametrize(
    ("author", "created", "day"),
    [
        ("Erika Muster", datetime(2026, 1, 5, 9, 30), "2026-01-05"),
        ("python-docx", datetime(2013, 12, 23), None),
    ],
    ids=["begun in an office", "a library's template"],
)
def test_the_day_on_which_it_was_begun_and_not_that_of_the_last_change(
    converted: Convert, author: str, created: datetime, day: str | None
) -> None:
    document = docx.Document()
    document.add_paragraph("Der Zuschuss ist für Betriebe.")
    document.core_properties.author = author
    document.core_properties.created = created
    document.core_properties.modified = datetime(2026, 11, 2)
    stream = io.BytesIO()
    document.save(stream)
    found = converted("a.docx", stream.getvalue()).properties
    assert (found.get("created"), found.get("date")) == (day, None)
