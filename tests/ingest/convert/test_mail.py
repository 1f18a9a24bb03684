"""Mails of both kinds; an Outlook message has the same content as its .eml twin."""

import struct
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import compressed_rtf
import pytest

from ingest.convert.blocks import BlockKind, Conversion
from kb.errors import SourceUnreadableError
from tests.ingest.convert.compound_file import Tree, compound_file
from tests.ingest.convert.conftest import Convert, containing, headings_above, outline

BODY = """Sehr geehrter Herr Muster,

der Antrag ist bis zum 31. März 2026 bei der Kammer zu stellen.

Mit freundlichen Grüßen
Petra Beispiel
Handwerkskammer Musterrevier
Tel.: 0221 555 12

Am 12. Februar 2026 um 10:15 schrieb Jan Muster
<jan@betrieb.example>:
> Bis wann läuft die Frist?
>
> Viele Grüße
> Jan Muster
> Tel.: 0221 555 99
"""


def letter() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Frist für den Werkzeugbonus – Förderung"
    message["From"] = "Petra Bößmann <petra@kammer.example>"
    message["To"] = "Jan Muster <jan@betrieb.example>"
    message["Date"] = "Thu, 12 Feb 2026 23:30:00 +0100"
    message.set_content(BODY)
    return message


def test_head_body_signature_and_earlier_mail(converted: Convert) -> None:
    found = converted("frist.eml", letter().as_bytes())
    assert outline(found) == [
        ("heading", 1, "Frist für den Werkzeugbonus – Förderung"),
        (
            "paragraph",
            0,
            "Von: Petra Bößmann <petra@kammer.example>; An: Jan Muster <jan@betrieb.example>; "
            "Datum: 12.02.2026 23:30",
        ),
        ("paragraph", 0, "Sehr geehrter Herr Muster,"),
        ("paragraph", 0, "der Antrag ist bis zum 31. März 2026 bei der Kammer zu stellen."),
        ("paragraph", 0, "Mit freundlichen Grüßen"),
        ("heading", 2, "Signatur"),
        ("paragraph", 0, "Petra Beispiel"),
        ("paragraph", 0, "Handwerkskammer Musterrevier"),
        ("paragraph", 0, "Tel.: 0221 555 12"),
        ("heading", 2, "Frühere Nachricht"),
        ("paragraph", 0, "Am 12. Februar 2026 um 10:15 schrieb Jan Muster"),
        ("paragraph", 0, "<jan@betrieb.example>:"),
        ("paragraph", 0, "Bis wann läuft die Frist?"),
        ("paragraph", 0, "Viele Grüße"),
        ("heading", 2, "Signatur"),
        ("paragraph", 0, "Jan Muster"),
        ("paragraph", 0, "Tel.: 0221 555 99"),
    ]
    assert found.properties == {
        "title": "Frist für den Werkzeugbonus – Förderung",
        "date": "2026-02-12",
    }


def test_answers_between_quoted_lines(converted: Convert) -> None:
    message = letter()
    message.set_content("> Bis wann?\nBis 31. März.\n\n> Und wo?\nBei der Kammer.\n")
    found = converted("zwischen.eml", message.as_bytes())
    assert headings_above(found, "Bis wann?")[-1] == "Frühere Nachricht"
    assert headings_above(found, "Bei der Kammer.")[-1] == "Antwort"


def test_outlook_style_history(converted: Convert) -> None:
    message = letter()
    message.set_content(
        "Das gilt weiterhin.\n\nVon: Eva Rat <eva@k.example>\nGesendet: Montag, 9. Februar 2026\n"
        "An: Petra\nBetreff: Frist\n\nDie Frist endet am 1. Mai.\n"
    )
    found = converted("verlauf.eml", message.as_bytes())
    assert headings_above(found, "Das gilt weiterhin.") == [message["Subject"]]
    assert headings_above(found, "1. Mai")[-1] == "Frühere Nachricht"


def test_html_is_read_where_it_says_more(converted: Convert) -> None:
    message = letter()
    message.set_content("Satz 40 % Frist 31. März")
    message.add_alternative(
        "<style>p{color:red}</style><p>Guten Tag,</p><table><tr><th>Satz</th><th>Frist</th></tr>"
        "<tr><td>40 %</td><td>31. März</td></tr></table><p>Freundliche Grüße<br>Eva Rat<br>"
        "Kammer Nordtal<br>Werkstattgasse 12<br>Tel. 0221 555</p>"
        "<p><b>Von:</b> Jan<br><b>Gesendet:</b> Montag<br><b>An:</b> Eva</p><p>Welcher Satz?</p>",
        subtype="html",
    )
    found = converted("tabelle.eml", message.as_bytes())
    assert [block.text for block in found.blocks if block.cells] == ["Satz: 40 %; Frist: 31. März"]
    assert headings_above(found, "Tel. 0221 555")[-1] == "Signatur"
    assert headings_above(found, "Welcher Satz?")[-1] == "Frühere Nachricht"
    assert not containing(found, "color")


def test_plain_text_is_read_where_html_says_no_more(converted: Convert) -> None:
    message = letter()
    message.add_alternative(f"<p>{BODY}</p>", subtype="html")
    assert outline(converted("a.eml", message.as_bytes())) == outline(
        converted("b.eml", letter().as_bytes())
    )


def test_attachments(converted: Convert) -> None:
    message = letter()
    markup = '<img src="cid:logo1"><ul><li>Anbei</li></ul>'
    message.set_content(markup, subtype="html")
    message.add_related(b"logo", "image", "png", cid="<logo1>", filename="image001.png")
    message.add_attachment(b"%PDF-1.7", "application", "pdf", filename="Merkblatt Förderung.pdf")
    message.add_attachment(b"zwei", "text", "plain", filename="../../etc/Merkblatt Förderung.pdf")
    message.add_attachment(b"BEGIN:VCARD", "text", "vcard", filename="petra.vcf")
    inner = letter()
    inner.replace_header("Subject", "Ältere Anfrage: Bonus")
    message.add_attachment(inner)
    found = converted("anhang.eml", message.as_bytes())
    assert [attachment.name for attachment in found.attachments] == [
        "Merkblatt Förderung.pdf",
        "Merkblatt Förderung (2).pdf",
        "Ältere Anfrage_ Bonus.eml",
    ]
    assert found.attachments[0].data == b"%PDF-1.7"
    again = converted(found.attachments[2].name, found.attachments[2].data)
    assert again.properties["title"] == "Ältere Anfrage: Bonus"


def test_headers_and_texts_of_undeclared_or_wrong_encoding(converted: Convert) -> None:
    head = "From: Jörg <j@k.example>\nSubject: =?klingon?q?F=F6rderung?= für alle\nDate: gestern\n"
    mail = (head + "Content-Type: text/plain; charset=utf-8\n\nDie Förderung läuft.").encode(
        "cp1252"
    )
    found = converted("kaputt.eml", mail)
    assert found.properties == {"title": "Förderung für alle"}
    assert found.blocks[1].text == "Von: Jörg <j@k.example>"
    assert found.blocks[2].text == "Die Förderung läuft."
    broken = b"From: a@b.example\nSubject: =?utf-8?b?!!!?=\nContent-Type: multipart/mixed\n\nText"
    assert containing(converted("ohne_grenze.eml", broken), "Text")


def test_mail_is_recognised_by_content(converted: Convert) -> None:
    mail = b"Received: from x\n by y\nMIME-Version: 1.0\nFrom: a@b.example\nSubject: Bonus\n\nHallo"
    assert converted("brief.txt", mail).properties["title"] == "Bonus"
    text = "Von: Petra\nBetreff: Bonus\n\nDie Beratung ist kostenfrei."
    assert "title" not in converted("notiz.txt", text).properties


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Nur ein Satz ohne Kopf.", "keine E-Mail oder besch"),
        (b"x" * 10_000_000, "keine E-Mail oder besch"),
        (b"From: a@b.example\nContent-Type: application/pkcs7-mime\n\nMIAG", "verschlüsselt"),
        (
            b"From: a@b.example\n"
            + b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
                for n in range(20_000)
            ),
            "beschädigt",
        ),
    ],
)
def test_what_is_no_readable_mail(converted: Convert, content: bytes, says: str) -> None:
    with pytest.raises(SourceUnreadableError, match=says):
        converted("x.eml", content)


def test_a_long_list_of_recipients_is_shortened(converted: Convert) -> None:
    message = letter()
    message.replace_header("To", ", ".join(f'"Betrieb, {n}" <b{n}@x.example>' for n in range(30)))
    head = converted("rundbrief.eml", message.as_bytes()).blocks[1].text
    assert "b9@x.example> und 20 weitere; Datum" in head


def test_large_mails_in_time(converted: Convert) -> None:
    begun = time.process_time()
    head = b"From: a@b.example\nTo: " + b"a, " * 300_000 + b"\n\n"
    for body in (
        b"Die Beratung ist kostenfrei. " * 300_000,
        b"> " * 4_000_000,
        b"> a\nb\n" * 10_000,
    ):
        assert converted("lang.eml", head + body).blocks
    assert time.process_time() - begun < 20


def outlook(properties: dict[str, bytes | str], *files: Tree, header_size: int = 32) -> Tree:
    """A message's folder: the properties by number and type, and one folder for each file."""
    streams: dict[str, bytes | Tree] = {
        f"__substg1.0_{name}": value if isinstance(value, bytes) else value.encode("utf-16-le")
        for name, value in properties.items()
    }
    sent = (
        datetime(2026, 2, 12, 22, 30, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)
    ).total_seconds()
    fixed = struct.pack("<HHIQ", 0x0040, 0x0039, 6, int(sent) * 10**7)
    fixed += struct.pack("<HHIQ", 0x0003, 0x3FDE, 6, 65001)
    streams["__properties_version1.0"] = bytes(header_size) + fixed
    streams |= {f"__attach_version1.0_#{n:08X}": file for n, file in enumerate(files)}
    return streams


LETTER = {
    "0037001F": "Frist für den Werkzeugbonus – Förderung",
    "0C1A001F": "Petra Bößmann",
    "0C1F001F": "petra@kammer.example",
    "0E04001F": "Jan Muster <jan@betrieb.example>",
    "007D001F": "Date: Thu, 12 Feb 2026 23:30:00 +0100\r\n\r\n",
    "1000001F": BODY,
}


def file(name: str, data: bytes) -> Tree:
    return outlook({"3707001F": name, "37010102": data}, header_size=8)


def test_an_outlook_message_reads_like_its_twin(converted: Convert) -> None:
    inner = outlook({**LETTER, "0037001F": "Ältere Anfrage"}, header_size=24)
    wrapped = {**outlook({"3001001F": "x"}, header_size=8), "__substg1.0_3701000D": inner}
    message = outlook(LETTER, file("Plan.pdf", b"%PDF-" + b"x" * 9000), wrapped)
    found = converted("frist.msg", compound_file(message))
    twin = converted("frist.eml", letter().as_bytes())
    assert outline(found) == outline(twin)
    assert found.properties == twin.properties
    assert [entry.name for entry in found.attachments] == ["Plan.pdf", "Ältere Anfrage.eml"]
    assert len(found.attachments[0].data) == 9005
    again = converted("innen.eml", found.attachments[1].data)
    assert [text for _, _, text in outline(again)][1:] == [text for _, _, text in outline(twin)][1:]


def test_bodies_of_an_outlook_message(converted: Convert) -> None:
    head = {"0037001E": "Förderung".encode("cp1252")}
    markup = "<ul><li>Die Frist läuft.</li></ul>".encode()
    assert _texts(converted("h.msg", compound_file(outlook({**head, "10130102": markup})))) == [
        "Förderung",
        "Datum: 12.02.2026 22:30",
        "Die Frist läuft.",
    ]
    rtf = rb"{\rtf1\ansi\ansicpg1252 Die Frist l\'e4uft.\par Bis \u228?ndern.\par}"
    packed = compressed_rtf.compress(rtf)
    found = converted("r.msg", compound_file(outlook({**head, "10090102": packed})))
    assert _texts(found)[2:] == ["Die Frist läuft.", "Bis ändern."]
    found = converted("k.msg", compound_file(outlook({**head, "10090102": packed[:-30]})))
    assert found.warnings == ("Der Text der Nachricht ist beschädigt und wurde nicht übernommen.",)


def test_damaged_outlook_messages(converted: Convert) -> None:
    data = compound_file(outlook(LETTER, file("Plan.pdf", b"x" * 9000)))
    with pytest.raises(SourceUnreadableError, match=r"halb\.msg"):
        converted("halb.msg", data[:600])
    assert _texts(converted("falsch.txt", data))[0] == LETTER["0037001F"]


def _texts(found: Conversion) -> list[str]:
    return [block.text for block in found.blocks if block.kind is not BlockKind.TABLE_ROW]


def test_a_file_whose_content_is_a_path_opens_nothing(converted: Convert, tmp_path: Path) -> None:
    other = tmp_path / "geheim.msg"
    other.write_bytes(compound_file(outlook(LETTER)))
    with pytest.raises(SourceUnreadableError, match=r"post\.msg"):
        converted("post.msg", str(other))
