import time

import pytest

from kb.errors import EmptySourceError, SourceUnreadableError
from tests.ingest.convert.conftest import Convert, outline

GUIDELINE = (
    rb"{\rtf1\ansi\ansicpg1252\deff0\deflang1031{\fonttbl{\f0\fswiss Arial;}{\f1\fnil\fcharset2 Symbol;}"
    rb"{\f2\fswiss\fcharset238 Arial CE;}}{\colortbl;\red0\green0\blue0;}"
    rb"{\stylesheet{\s0 Standard;}{\s1\b \'dcberschrift 1;}{\s5\outlinelevel1 Eigene;}}"
    rb"{\info{\title Richtlinie Werkzeugbonus}{\author Niemand}}{\header Kopfzeile\par}"
    rb"\pard\plain\s1\b Richtlinie Werkzeugbonus\par"
    rb"\pard\plain\s5 1 Zweck\par"
    rb"\pard\plain Gef\'f6rdert werden Betriebe{\footnote\pard\plain Nach der HwO.\par} mit \u8222?"
    rb"Sitz\u8220? in \f2 \'a3\'f3d\'9f\f0 .{\deleted  Nicht}{\v versteckt}\par"
    b"\\pard\\plain Umbruch in \r\nder Quelle{\\*\\bkmkstart x}{\\*\\bkmkend x}: 20\\~000 Euro\\par"
    rb"{\listtext\f1\'b7\tab}\pard\ilvl0 Beratung\par{\listtext\f1\'b7\tab}\pard\ilvl1 vor Ort\par"
    rb"\pard a) bis 31.\~M\'e4rz\par"
    rb"\trowd\pard\intbl Betrieb\cell\pard\intbl Betrag\cell\row"
    rb"\trowd\pard\intbl Holz\par GmbH\cell\pard\intbl 1.000 Euro\cell\row"
    rb"\pard{\b Fristen}\par\pard{\pict\pngblip 89504e47}{\field{\*\fldinst HYPERLINK \"x\"}"
    rb"{\fldrslt Antrag}} bis M\u228\'e4rz. \u-10179?\u-8704?\par{\pict\bin4 }}\\}Ende\par}"
)


def test_headings_lists_tables_and_footnotes(converted: Convert) -> None:
    found = converted("richtlinie.rtf", GUIDELINE)
    assert outline(found) == [
        ("heading", 1, "Richtlinie Werkzeugbonus"),
        ("heading", 2, "1 Zweck"),
        ("paragraph", 0, "Gefördert werden Betriebe mit „Sitz“ in Łódź."),
        ("paragraph", 0, "Nach der HwO."),
        ("paragraph", 0, "Umbruch in der Quelle: 20 000 Euro"),
        ("list_item", 1, "Beratung"),
        ("list_item", 2, "vor Ort"),
        ("list_item", 2, "a) bis 31. März"),
        ("table_row", 0, "Betrieb: Holz GmbH; Betrag: 1.000 Euro"),
        ("heading", 3, "Fristen"),
        ("paragraph", 0, "Antrag bis März. 😀"),
        ("paragraph", 0, "Ende"),
    ]
    assert found.properties == {"title": "Richtlinie Werkzeugbonus", "language": "de"}


def test_title_and_merged_cells(converted: Convert) -> None:
    rtf = (
        rb"{\rtf1{\stylesheet{\s7 Title;}{\s1 heading 1;}}\pard\s7 Plan\par\pard\s1 Ziele\par\pard"
        rb"\trowd\cellx1\cellx2\intbl Kreis\cell Jahr\cell\row"
        rb"\trowd\clvmgf\cellx1\cellx2\intbl Nordtal\cell erstes\cell\row"
        rb"\trowd\clvmrg\cellx1\cellx2\intbl\cell zweites\cell\row}"
    )
    assert outline(converted("plan.rtf", rtf)) == [
        ("heading", 1, "Plan"),
        ("heading", 2, "Ziele"),
        ("table_row", 0, "Kreis: Nordtal; Jahr: erstes"),
        ("table_row", 0, "Kreis: Nordtal; Jahr: zweites"),
    ]


def test_a_mail_that_outlook_wrapped_in_rtf(converted: Convert) -> None:
    rtf = (
        rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Die Frist l\'e4uft."
        rb"\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}{\*\htmltag64 <p>}Bis Mai.\par}"
    )
    assert [text for _, _, text in outline(converted("m.rtf", rtf))] == [
        "Die Frist läuft.",
        "Bis Mai.",
    ]


def test_broken_and_empty_files(converted: Convert) -> None:
    assert outline(converted("halb.rtf", GUIDELINE[:600]))[0][2] == "Richtlinie Werkzeugbonus"
    assert outline(converted("falsch.txt", GUIDELINE)) == outline(converted("r.rtf", GUIDELINE))
    with pytest.raises(EmptySourceError, match="keinen Text"):
        converted("leer.rtf", rb"{\rtf1\ansi\par}")
    with pytest.raises(SourceUnreadableError, match="keine RTF-Datei"):
        converted("text.rtf", b"x" * 10_000_000)
    with pytest.raises(SourceUnreadableError, match=r"tief\.rtf"):
        converted("tief.rtf", rb"{\rtf1 " + b"{" * 1_000_000)


def test_large_files_in_time(converted: Convert) -> None:
    begun = time.process_time()
    line = rb"{\rtf1 " + b"Die Beratung ist kostenfrei. " * 360_000 + b"}"
    assert len(converted("lang.rtf", line).blocks) == 1
    many = (
        rb"{\rtf1 "
        + rb"{\field{\*\fldinst HYPERLINK {\b x}}{\fldrslt Gru\'df} }\par" * 20_000
        + b"}"
    )
    assert len(converted("viele.rtf", many).blocks) == 20_000
    assert time.process_time() - begun < 10
