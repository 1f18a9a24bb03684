"""The sign „§“ in recognised text: the German model takes it for „8“, „S“ or „5“, the English does not.

Lines in which such a character stands where a „§“ may stand are looked at once more, with the English
model; only where that one sees „§“ and a number at the same place, it is put right. A figure that
both read as a figure stays one.
"""

import re
from collections.abc import Sequence

from PIL import Image

from ingest.convert.tesseract import ENGLISH, Layout, Tesseract, Word

_ALONE = re.compile(r"[(„]?[8S$&9]{1,2}$")
_JOINED = re.compile(r"[(„]?[568S$&9]{1,2}[\dAlIS]{1,3}[a-z]?[.,;:)–-]?$")
_NUMBER = re.compile(r"[\dAlI]")
_SURE = 0.8
_SIGN = re.compile(r"([(„]?)(§§?)(\d{0,4}[a-z]?[.,;:)–-]{0,2})$")
_FIGURE = re.compile(r"\d{1,4}[a-z]?[.,;:)–-]{0,2}$")
_LIKE_FIGURE = re.compile(r"[AlIS][.,;:)]?$")
_PAD = 8
_GAP = 40
_WHITE = 255

Line = Sequence[Word]


def with_section_signs(
    lines: Sequence[Line], image: Image.Image, dpi: float, tesseract: Tesseract
) -> list[list[Word]]:
    """The same lines with „§“ where it was misread. Raises RecognitionError."""
    suspects = [at for at, line in enumerate(lines) if _is_suspect(line)]
    repaired = [list(line) for line in lines]
    if not suspects or ENGLISH not in tesseract.languages:
        return repaired
    again = _read_again([lines[at] for at in suspects], image, dpi, tesseract)
    for at, second in zip(suspects, again, strict=True):
        repaired[at] = _repaired(lines[at], second)
    return repaired


def _is_suspect(line: Line) -> bool:
    for at, word in enumerate(line):
        following = line[at + 1].text if at + 1 < len(line) else ""
        if _ALONE.match(word.text) and _NUMBER.match(following):
            return True
        unsure = word.confidence < _SURE or "$" in word.text or len(line) == 1
        if unsure and _JOINED.match(word.text):
            return True
    return False


def _read_again(
    lines: Sequence[Line], image: Image.Image, dpi: float, tesseract: Tesseract
) -> list[list[Word]]:
    """Strips with these lines, one below the other, in the other language; boxes as on the page."""
    tops = [max(min(word.box[1] for word in line) - _PAD, 0) for line in lines]
    ends = [min(max(word.box[3] for word in line) + _PAD, image.height) for line in lines]
    heights = [end - top for top, end in zip(tops, ends, strict=True)]
    sheet = Image.new("L", (image.width, sum(heights) + _GAP * (len(lines) + 1)), _WHITE)
    starts: list[int] = []
    at = _GAP
    for line, top, height in zip(lines, tops, heights, strict=True):
        left = max(min(word.box[0] for word in line) - _PAD, 0)
        right = min(max(word.box[2] for word in line) + _PAD, image.width)
        sheet.paste(image.crop((left, top, right, top + height)), (left, at))
        starts.append(at)
        at += height + _GAP
    found: list[list[Word]] = [[] for _ in lines]
    for word in tesseract.words(sheet, dpi, ENGLISH, Layout.LINES):
        for number, (start, top, height) in enumerate(zip(starts, tops, heights, strict=True)):
            if start <= word.middle <= start + height:
                left, upper, right, lower = word.box
                shift = top - start
                box = (left, upper + shift, right, lower + shift)
                found[number].append(Word(word.text, box, word.confidence, word.line))
    return found


def _repaired(line: Line, second: Sequence[Word]) -> list[Word]:
    """The line with what the second reading says of its „§“."""
    words = list(line)
    for at, sign in enumerate(second):
        seen = _SIGN.match(sign.text)
        number = seen[3] or _figure(second[at + 1 : at + 2]) if seen else ""
        place = _place(words, sign)
        if seen is None or not number or place is None:
            continue
        mark = Word(f"{seen[1]}{seen[2]}", sign.box, sign.confidence, words[place].line)
        figure = Word(number, sign.box, sign.confidence, words[place].line)
        following = words[place + 1 : place + 2]
        if seen[3]:
            inside = bool(following) and following[0].box[0] < sign.box[2]
            words[place : place + 1 + inside] = [mark, figure]
        elif _is_joined(words[place], sign):
            words[place] = mark
            words.insert(place + 1, figure)
        elif _figure(following):
            words[place] = mark
        elif following and _LIKE_FIGURE.match(following[0].text):
            words[place : place + 2] = [mark, figure]
    return words


def _figure(words: Sequence[Word]) -> str:
    """The first word when it is a figure; empty otherwise."""
    return words[0].text if words and _FIGURE.match(words[0].text) else ""


def _place(words: Sequence[Word], sign: Word) -> int | None:
    """Which of the words begins where the sign does and has none itself."""
    near = 0.4 * sign.height
    for at, word in enumerate(words):
        if abs(word.box[0] - sign.box[0]) <= near and "§" not in word.text:
            return at
    return None


def _is_joined(word: Word, sign: Word) -> bool:
    """Whether the word goes on behind the sign, with the number."""
    return word.box[2] - sign.box[2] > 0.5 * (sign.box[2] - sign.box[0])
