"""Personal data in a question are masked before anything is stored: mail, telephone, account.

Patterns for German ways of writing; dates, amounts, section and programme numbers stay. Names are
not recognised: the page asks not to give any.
"""

import re

MAIL, PHONE, ACCOUNT = "[E-Mail]", "[Telefon]", "[IBAN]"

_MAIL = re.compile(
    r"[\w.+%'-]+\s?(?:@|\(at\)|\[at\]|\{at\})\s?"
    r"[\w-]+(?:(?:\.|\s?(?:\(dot\)|\[dot\]|\(punkt\)|\[punkt\])\s?)[\w-]+)+",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?<![^\W_])[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{1,4}){3,8}(?![^\W_])", re.IGNORECASE
)
_GERMAN_ACCOUNT = re.compile(r"(?<![^\W_])DE(?:[ .-]?\d){20}(?!\d)", re.IGNORECASE)
#: an international or a trunk prefix and then at least six more digits
_PHONE = re.compile(
    r"(?<![\w/.,-])(?:\(?(?:\+|00)\s?[1-9]\d{0,2}\)?[\s./-]?(?:\(0\)[\s./-]?)?|\(?0\s?(?=[1-9]))"
    r"\d(?:[\s./()–-]{0,3}\d){4,14}(?!\d)"
)
_DATE = re.compile(r"\(?[0-3]?\d\.\s?[01]?\d\.\s?(?:\d{4}|\d{2})?(?!\d)")
_DIGITS = re.compile(r"\d")
_LEAST_DIGITS, _MOST_DIGITS = 7, 16


def masked(text: str) -> str:
    """The text with `[E-Mail]`, `[Telefon]` and `[IBAN]` in place of such data."""
    without_mail = _MAIL.sub(MAIL, text)
    german = _GERMAN_ACCOUNT.sub(ACCOUNT, without_mail)
    without_account = _ACCOUNT.sub(_account, german)
    return _PHONE.sub(_phone, without_account)


def _account(found: re.Match[str]) -> str:
    """Account numbers of other countries are told from ordinary words by their check digits.

    The pattern may have run on into the next word, so shorter readings are tried, too.
    """
    text = found[0]
    for end in range(len(text), 14, -1):
        if text[end - 1].isalnum() and (end == len(text) or not text[end].isalnum()):
            plain = re.sub(r"[^A-Za-z0-9]", "", text[:end]).upper()
            if 15 <= len(plain) <= 34 and _checks(plain):
                return ACCOUNT + text[end:]
    return text


def _checks(account: str) -> bool:
    """ISO 13616: the number, read in base 36 with its head at the end, is 1 modulo 97."""
    turned = account[4:] + account[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _phone(found: re.Match[str]) -> str:
    digits = len(_DIGITS.findall(found[0]))
    is_date = _DATE.match(found[0]) is not None
    return found[0] if is_date or not _LEAST_DIGITS <= digits <= _MOST_DIGITS else PHONE
