"""Personal data in questions: what is masked, and what looks like it and stays."""

import pytest

from kb.masking import ACCOUNT, MAIL, PHONE, masked


@pytest.mark.parametrize(
    "mail",
    [
        "erika.beispiel@firma.de",
        "Erika.Beispiel+kammer@post.handwerk-köln.de",
        "info@müller-söhne.de",
        "o'neil@firma.co.uk",
        "erika (at) firma.de",
        "erika[at]firma[dot]de",
        "ERIKA@FIRMA.DE",
    ],
)
def test_mail_addresses(mail: str) -> None:
    assert masked(f"Bitte an {mail}, danke.") == f"Bitte an {MAIL}, danke."


@pytest.mark.parametrize(
    "number",
    [
        "0211 123456",
        "0211/123456",
        "0211-1234-56",
        "(0211) 12 34 56",
        "02 11 / 12 34 56",
        "+49 211 123456",
        "+49 (0)211 123456-10",
        "+49(211)123456",
        "+49.211.123456",
        "0049 211 123456",
        "0171 1234567",
        "0171-1234567",
        "01511234567",
        "+491711234567",
        "0 171 / 123 45 67",
        "+43 1 5880039",
        "02452/13-0100",
    ],
)
def test_telephone_numbers(number: str) -> None:
    assert masked(f"Rufen Sie mich unter {number} an.") == f"Rufen Sie mich unter {PHONE} an."
    assert masked(f"Tel:{number}") == f"Tel:{PHONE}"


@pytest.mark.parametrize(
    "account",
    [
        "DE89 3704 0044 0532 0130 00",
        "DE89370400440532013000",
        "de89 3704 0044 0532 0130 00",
        "DE89-3704-0044-0532-0130-00",
        "DE00 1234 5678 9012 3456 78",
        "AT61 1904 3002 3457 3201",
        "NL91 ABNA 0417 1643 00",
        "GB29NWBK60161331926819",
        "CH93 0076 2011 6238 5295 7",
    ],
)
def test_account_numbers(account: str) -> None:
    assert masked(f"Das Konto {account} ist meins.") == f"Das Konto {ACCOUNT} ist meins."
    assert masked(account) == ACCOUNT


@pytest.mark.parametrize(
    "text",
    [
        "Gilt die Richtlinie vom 01.02.2026 bis 31.12.2027?",
        "Gilt sie vom 01.02.2026-31.12.2027?",
        "Zeitraum 01.01. - 31.12.2026",
        "Wie hoch sind 300.000 Euro De-minimis nach VO (EU) 2023/2831?",
        "Was steht in § 82 Abs. 1 Nr. 5.4 SGB III?",
        "Ich wohne in 40213 Düsseldorf, Marktstr. 12, Postfach 10 20 30.",
        "Werden 12 000 000 Euro gefördert, 0,5 % davon oder 0.75?",
        "Haben wir bis 20:00 Uhr Zeit, am 24.12.2026 um 08:30?",
        "Was bringt der Bildungsscheck 2.0 seit Februar 2026?",
        "Gilt DIN EN ISO 9001:2015 auch für DE-Betriebe?",
        "Mit 250 Beschäftigten und 50/43 Mio. Euro: sind wir ein KMU?",
        "Aktenzeichen 12-34/2026",
        "Zahlt ihr 1.500 Euro bei 3 x 500?",
    ],
)
def test_dates_amounts_and_references_stay(text: str) -> None:
    assert masked(text) == text


def test_all_of_a_text_is_masked() -> None:
    text = (
        "Ich bin Erika, erika@firma.de oder 0171 1234567, IBAN DE89 3704 0044 0532 0130 00. "
        "Wie hoch ist der Zuschuss am 01.03.2026?"
    )
    expected = f"Ich bin Erika, {MAIL} oder {PHONE}, IBAN {ACCOUNT}. "
    assert masked(text) == expected + "Wie hoch ist der Zuschuss am 01.03.2026?"


def test_long_nonsense_takes_no_time() -> None:
    for text in ("0 " * 1000, "a.b" * 700, "DE89 " * 400, "(" * 2000, "+4" * 1000, "0-/." * 500):
        assert len(masked(text)) <= len(text) + 2000
