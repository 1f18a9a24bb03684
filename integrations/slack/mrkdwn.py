"""Text of any origin as Slack's mrkdwn: nothing in it mentions, links or formats by accident.

What grows in a stream is written in Markdown instead, which Slack escapes otherwise.
"""

import re

_MARKS = re.compile(r"([*_~`])")
#: a word joiner before a mark keeps Slack from reading it as formatting, and is not seen
_JOINER = "\u2060"
#: what Slack would show as a small picture, as `:warning:`
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
#: a character that would end a link, or begin something else in it
_IN_ADDRESS = {"&": "&amp;", "<": "%3C", ">": "%3E", "|": "%7C", " ": "%20"}
#: what Markdown reads as formatting anywhere, or as a link, and what at a paragraph's beginning
_MARKDOWN = re.compile(r"([\\`*_~|]|(?<=\])\()")
_MARKDOWN_START = re.compile(r"^(\d{0,9})([#+.)-]+(?=\s|$)|\[)")
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: str) -> str:
    """The text as it is to be read; `<!channel>` stays these ten characters."""
    shown = "".join(_ESCAPED.get(character, character) for character in text)
    return _EMOJI.sub(f":{_JOINER}", _MARKS.sub(rf"{_JOINER}\1{_JOINER}", shown))


def link(address: str, label: str) -> str:
    """A link; the label's own bars and brackets do not end it."""
    target = "".join(_IN_ADDRESS.get(character, character) for character in address)
    words = " ".join(label.replace("|", "¦").split())
    return f"<{target}|{escaped(words or '–')}>"


def pieces(text: str, longest: int) -> list[str]:
    """The text escaped, in pieces of at most `longest` characters, divided between words.

    A word that is longer by itself is divided within; never in the middle of an escaped character.
    """
    found, current = [], ""
    for word in re.findall(r"\S+\s*|\s+", text):
        for part in _fitting(word, longest):
            if current and len(current) + len(part.rstrip()) > longest:
                found.append(current.rstrip())
                current = ""
            current += part
    return [*found, current.rstrip()] if current.strip() else found


def in_markdown(text: str) -> str:
    """The text as one paragraph of Markdown, as `chat.appendStream` takes it."""
    shown = "".join(_ESCAPED.get(character, character) for character in " ".join(text.split()))
    marked = _MARKDOWN_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", shown))
    return _EMOJI.sub(f":{_JOINER}", marked)


def first_piece(text: str, longest: int) -> str:
    """As much of the text as fits, escaped; a dash where there is nothing to be seen."""
    return next(iter(pieces(text, longest)), "–")


def _fitting(word: str, longest: int) -> list[str]:
    whole = escaped(word)
    if len(whole.rstrip()) <= longest:
        return [whole]
    parts, current = [], ""
    for character in word:
        shown = escaped(character)
        if len(current) + len(shown) > longest:
            parts.append(current)
            current = ""
        current += shown
    return [*parts, current]
