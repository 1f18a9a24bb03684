"""Split plain text into sentences, with German rules first and English as a guest.

In: the text of a passage or a whole document. Out: `Sentence`s in reading order; together they hold
every character that is not white space. Two passes: lines first (a blank line, a list marker or a
heading ends a sentence whatever its punctuation), then full stops inside each stretch. Where a full
stop is in doubt (abbreviation, ordinal) the next word decides: only a word that opens sentences
("Der", "Danach") makes it an end. In doubt we keep the sentence whole: too long still quotes well.
Every look back is bounded, so the run time is linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kb.sentence_words import (
    ABBREVIATIONS,
    BEFORE_CARDINAL,
    BEFORE_LETTER,
    DETERMINERS,
    FINITE_VERBS,
    LINKING,
    MARKER_NEEDS_MORE,
    MONTHS,
    OPENERS,
    ORDINAL_NOUNS,
    POLITE,
    PRONOUNCED,
    Dot,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `text == source[start:end]`, without white space at either end."""

    start: int
    end: int
    text: str


_UPPER = "".join(chr(code) for code in range(0x530) if chr(code).isupper()) + "\u0590-\u10ff"
_OPEN = "\"'„“”‚‘’»«›‹(\\[*_¿¡"
_CLOSE = "\"'“”’‘»«›‹)\\]}*_"
# The look-behind makes a long row of dots one candidate, which keeps the search linear.
_CANDIDATE = re.compile(
    rf"([.!?…](?<![.!?…]{{2}})[.!?…]*+)((?:[{_CLOSE}]|[¹²³⁰⁴-⁹]|\[\d{{1,3}}\])*+)\s++"
    rf"(?=[{_OPEN}]*+(?:[{_UPPER}\d§•▪►]|[a-zäöü]{{1,2}}[A-Z]|https?://|www\.))"
)
_NEXT = re.compile(rf"([{_OPEN}]*+)([^\W\d_]*+)(?:\s++({FINITE_VERBS})\b)?")
_OPENING_OF = {")": "(", "]": "[", "“": "„“", "”": "“”", "«": "»«", "»": "«»", "’": "‚‘", "‘": "‚"}
_OPENING_OF |= {'"': '"„“', "'": "'", "‹": "›", "›": "‹"}
_NUMBER = re.compile(r"\d[\d.,:\-]*")
_DAY_MONTH = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])")
_ROMAN = re.compile(r"[IVX]{2,5}|[IVX](?=$)")
_SHORT_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_TOP_LEVEL_DOMAINS = (".de", ".eu", ".at", ".ch", ".io", ".be", ".nl", ".fr", ".uk", ".tv", ".ai")
_VOWEL = re.compile(r"[aeiouyäöüé]", re.IGNORECASE)
# A sentence that is only this so far is the number of the sentence to come.
_ONLY_MARKER = re.compile(
    r"(?:(?:Zu\s)?(?:TOP|Top|Punkt|Ziffer|Nr\.|Nummer|Kapitel|Abschnitt|Teil|Artikel|Art\.|§|Anlage)"
    r"\s?)?\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?|[IVX]{1,5}|[A-Za-z])[.)]*"
)
#: the name of a column before its value in a row of a table
_COLUMN = re.compile(r"(?:^|; )([^:;\s][^:;]{0,79}): ")
_LABEL = re.compile(rf"[{_UPPER}][^:;.!?]{{2,40}}: \S")
_BACK = 48
_QUOTE_BACK = 400
_TITLE_CLOSERS = {"„": "“”", "»": "«"}
_TITLE_REACH = 120


def split_sentences(text: str) -> list[Sentence]:
    """Sentences of `text` in order; offsets count characters of `text`."""
    sentences: list[Sentence] = []
    start = 0
    for stop in (*_line_breaks(text), len(text)):
        for end, following in _ends_within(text, start, stop):
            _add(sentences, text, start, end)
            start = following
        _add(sentences, text, start, stop)
        start = stop
    return sentences


def _add(sentences: list[Sentence], text: str, start: int, end: int) -> None:
    raw = text[start:end]
    stripped = raw.lstrip()
    start += len(raw) - len(stripped)
    stripped = stripped.rstrip()
    if stripped:
        sentences.append(Sentence(start, start + len(stripped), stripped))


# --- full stops -------------------------------------------------------------------------------


def _ends_within(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Each (end of a sentence, start of the next) between two line breaks."""
    for candidate in _CANDIDATE.finditer(text, start, stop):
        if _is_end(text, start, candidate):
            yield candidate.end(2), candidate.end()
            start = candidate.end()


def _is_end(text: str, start: int, candidate: re.Match[str]) -> bool:
    mark, closers = candidate[1], candidate[2]
    at, after = candidate.start(), candidate.end()
    is_marker = at - start < 24 and _ONLY_MARKER.fullmatch(text[start : at + 1].lstrip())
    if is_marker or (not closers and _in_title(text, start, at, after)):
        return False
    if mark == ".":
        return _full_stop_ends(text, max(start, at - _BACK), at, closers, after)
    if "!" in mark or "?" in mark:
        if not closers:
            return True
        if text[at - 1 : at] == "(":  # "(!)" comments on a word, it ends nothing
            return False
        return not _is_inset(text, start, at, closers[-1]) or _opens(text, after)
    # An ellipsis stands for left-out words (after a space) or trails off (after a word).
    spaced = at == start or text[at - 1].isspace() or closers[:1] == "]"
    return not spaced or _opens(text, after)


def _opens(text: str, after: int) -> bool:
    following = _NEXT.match(text, after)
    return following is not None and following[2] in OPENERS


def _is_inset(text: str, start: int, at: int, closer: str) -> bool:
    """Whether the quotation closing here began in mid-sentence, as the title of a campaign does."""
    floor = max(start, at - _QUOTE_BACK)
    opening = max((text.rfind(mark, floor, at) for mark in _OPENING_OF.get(closer, "")), default=-1)
    before = text[max(floor, opening - 3) : max(opening, floor)].rstrip()
    return bool(before) and before[-1] not in ":,;–-—.!?"


def _in_title(text: str, start: int, at: int, after: int) -> bool:
    """Whether this is inside a quotation in mid-sentence: die Studie „Wer hilft? Ein Rat“ nennt …"""
    floor = max(start, at - _TITLE_REACH)
    opening = max(text.rfind(mark, floor, at) for mark in _TITLE_CLOSERS)
    if opening <= floor or text[floor:opening].rstrip()[-1:] in ("", *":,;–-—.!?"):
        return False
    closers = _TITLE_CLOSERS[text[opening]]
    if any(text.find(closer, opening + 1, at) >= 0 for closer in closers):
        return False
    ends = [text.find(closer, after, after + _TITLE_REACH) for closer in closers]
    end = min((end for end in ends if end >= 0), default=-1)
    return end >= 0 and text[end + 1 : end + 3].lstrip()[:1].islower()


def _full_stop_ends(text: str, floor: int, at: int, closers: str, after: int) -> bool:
    words = text[floor:at].split()
    if not words:
        return True
    word = words[-1].lstrip("\"'„“”‚‘’»«›‹([{*_")
    if word.isalpha() and len(word) > 8 and not word.endswith("str"):
        return True
    if ("/" in word or "–" in word) and "://" not in word and "www." not in word:
        word = re.split(r"[/–]", word)[-1]
    if _NUMBER.fullmatch(word):
        return _number_ends(word, words, text, after)
    dot = _abbreviation(word, words)
    if dot is not None:
        return _abbreviation_ends(dot, closers, text, after)
    if len(words) > 1 and _ROMAN.fullmatch(word):
        return words[-2] in BEFORE_CARDINAL or _opens(text, after)
    return True


def _abbreviation_ends(dot: Dot, closers: str, text: str, after: int) -> bool:
    if dot is Dot.NUMBER:
        return not text[after].isdigit()
    if dot is Dot.NEVER or ")" in closers:
        return False
    if dot is Dot.ALWAYS:
        return True
    following = _NEXT.match(text, after)
    opener = following[2] if following else ""
    return opener in OPENERS and not (dot is Dot.FORMAL and opener in POLITE)


def _abbreviation(word: str, words: list[str]) -> Dot | None:
    """The kind of abbreviation `word` (last of `words`, full stop removed) is, None for a word."""
    if len(word) <= 5:
        for count in (4, 3, 2):  # "i. V. m.": the longest spaced abbreviation wins
            parts = words[-count:-1]
            if len(parts) == count - 1 and all(len(p) < 6 and p[-1] == "." for p in parts):
                spaced = ABBREVIATIONS.get("".join(parts).lstrip("(„\"»'") + word)
                if spaced is not None:
                    return spaced
    known = ABBREVIATIONS.get(word)
    if known is None and "-" in word:  # "Dipl.-Ing"
        word = word.rpartition("-")[2]
        known = ABBREVIATIONS.get(word)
    if known is None:
        after_letter_word = len(words) > 1 and words[-2].lstrip("(") in BEFORE_LETTER
        return _unlisted(word, after_letter_word=after_letter_word)
    return known


def _unlisted(word: str, *, after_letter_word: bool) -> Dot | None:
    """Guess by its shape whether a word that no list knows is an abbreviation."""
    if len(word) == 1 and word.isalpha():
        initial = Dot.NEVER if word.islower() else Dot.OPENER
        return None if after_letter_word else initial  # "Buchst. b." is no initial
    if word.endswith("nr"):
        return Dot.NEVER
    short_dotted = _SHORT_DOTTED.fullmatch(word) and not word.endswith(_TOP_LEVEL_DOMAINS)
    unpronounceable = (
        word.isalpha()
        and len(word) < 6
        and not word[1:].isupper()
        and not _VOWEL.search(word)
        and word not in PRONOUNCED
    )
    return Dot.OPENER if short_dotted or unpronounceable or word.endswith("str") else None


def _number_ends(number: str, words: list[str], text: str, after: int) -> bool:
    """Whether "3." is a cardinal at the end of a sentence rather than an ordinal or a half date."""
    day_month = _DAY_MONTH.fullmatch(number)
    if not day_month and not (number.isdigit() and len(number) < 4):
        return True
    following = _NEXT.match(text, after)
    noun = following[2] if following else ""
    if noun in ORDINAL_NOUNS:
        return False
    before = words[-2].lstrip('(„"') if len(words) > 1 else ""
    if before in {"bis", "und", "oder", "–"} and len(words) > 2:
        before = "die" if words[-3][-1] == "." else "Nummer" if words[-3].isdigit() else before
    if before in BEFORE_CARDINAL or noun in OPENERS or text[after] == "§":
        return True
    if text[after].isdigit() or before.lower() in DETERMINERS or day_month:
        return False
    verb_follows = following is not None and following[3] is not None
    return int(number) > 31 or verb_follows or text[after] == "("


# --- lines ------------------------------------------------------------------------------------

_BULLETS = "-–—*+•·▪▫◦‣∙●○■□►▶➢➔✓✔☐☑"
_HARD_MARKER = re.compile(
    r"[•·▪▫◦‣∙●○■□►▶➢➔✓✔☐☑|]|(?:-|#{1,6}|\d{1,3}[.)]|\(\d{1,3}[a-z]?\)|\(?[a-z]{1,2}\))(?=\s|$)"
)
# These also occur at the start of a wrapped line: a dash, a clause number, an initial.
_SOFT_MARKER = re.compile(
    r"(?:[–—*+→]|\d{1,2}(?:\.\d{1,2}){1,4}\.?|[A-Z]\.|[IVX]{1,5}[.)]|§§?)(?=\s(?!Uhr|Mio|Mrd|Euro))"
)
_STARTS_UPPER = re.compile(rf"[{_OPEN}]*+[{_UPPER}]")
_FINISHED = (".", "!", "?", "…", ":", '."', ".“", "!“", "?“", ".)", "!)", "?)")
_HEADING_MAX = 160


def _line_breaks(text: str) -> list[int]:
    """Offsets of lines that open a sentence whatever the punctuation before them."""
    breaks: list[int] = []
    block: list[tuple[int, str]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        if line.isspace():
            _break_block(block, breaks)
            breaks.append(offset)
            block = []
        else:
            block.append((offset, line.rstrip()))
        offset += len(line)
    _break_block(block, breaks)
    return breaks


def _break_block(block: list[tuple[int, str]], breaks: list[int]) -> None:
    """Append the breaks inside one block, a run of lines without a blank one."""
    if len(block) < 2:
        return
    width = max(len(line) for _, line in block)
    for (_, above), (offset, below) in pairwise(block):
        line, following = above.lstrip(), below.lstrip()
        if line[0] == "#" or _are_rows(line, following):
            breaks.append(offset)
        elif following[0].islower() and ")" not in following[1:3]:
            continue  # the common case in wrapped text
        elif len(line) > 8 or not _ONLY_MARKER.fullmatch(line):
            # Had the next word fitted well into the line above, it was broken on purpose.
            needed = len(above) + 1 + len(following.split(maxsplit=1)[0])
            if _breaks_between(line, following, deliberate=needed <= 0.8 * width):
                breaks.append(offset)


def _breaks_between(line: str, following: str, *, deliberate: bool) -> bool:
    if marker := _HARD_MARKER.match(following):
        return _marker_opens(marker, following, line)
    is_dash_item = deliberate and following[0] in "–—"
    if is_dash_item or line[line.rfind(" ") + 1 :].lstrip("(") in LINKING:
        return is_dash_item
    if _SOFT_MARKER.match(following):
        in_list = line[-1] in ",;" or line[0] in _BULLETS
        if following[0] in "–—*+" and in_list:
            return True
        return deliberate or line.endswith(_FINISHED)
    is_heading = deliberate and len(line) <= _HEADING_MAX and line[-1] not in ",;-–—/&("
    if not is_heading or not _STARTS_UPPER.match(following):
        return False
    return line[-1] != "." or not _needs_more(line)


def _are_rows(line: str, following: str) -> bool:
    """Rows of one table („Kurs: Holz; Ort: Essen“) name a column that both have.

    Lines of a list („Höchstbetrag: 8.000 Euro“) say first what they tell.
    """
    if _LABEL.match(line) and _LABEL.match(following) and line[-1] not in ",-–/&(":
        return line[line.rfind(" ") + 1 :] not in LINKING
    named = frozenset(_COLUMN.findall(line))
    return bool(named) and not named.isdisjoint(_COLUMN.findall(following))


def _marker_opens(marker: re.Match[str], following: str, line: str) -> bool:
    if not marker[0][0].isdigit() and marker[0][0] not in "(abcdefghijklmnopqrstuvwxyz":
        return True
    # "(Qualifikationsgruppe" / "1) …": the line closes a bracket, it opens no item.
    if marker[0][0] != "(" and marker[0][-1] == ")" and line.count("(") > line.count(")"):
        return False
    words = line.rsplit(maxsplit=2)
    is_relative_pronoun = len(words) > 1 and words[-2][-1] == ","  # "…, der" / "1. …"
    if words[-1].lstrip("(") in MARKER_NEEDS_MORE and not is_relative_pronoun:
        return False
    noun = _NEXT.match(following, min(marker.end() + 1, len(following)))
    return not (marker[0][-1] == "." and noun is not None and noun[2] in MONTHS)


def _needs_more(line: str) -> bool:
    """Whether the full stop at the end of a line belongs to "Nr." or "1." and asks for more."""
    words = line[-_BACK:-1].split()
    if not words:
        return False
    if words[-1].isdigit() and len(words[-1]) < 3:
        return True
    return _abbreviation(words[-1].lstrip('(„"'), words) in {
        Dot.NEVER,
        Dot.NUMBER,
        Dot.FORMAL,
    }
