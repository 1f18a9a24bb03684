"""A written answer as the Markdown document that it becomes once it is approved.

Its wordings are headings, one below the other, so that each of them leads to the same text.
"""

import re
from datetime import date

from kb.state.written_answers import WrittenAnswer

#: where the documents of written answers are, below the place of uploads
FOLDER = "auskunft-antworten"
_SPECIAL = re.compile(r"([\\`*_\[\]<>#&|~])")
#: what would begin a heading of its own, or make one of the line before
_HEADING = re.compile(r"(?m)^([ \t]{0,3})(#{1,6}(?=[ \t]|$)|=+[ \t]*$|-+[ \t]*$)")


def name_of(answer_id: str) -> str:
    """The name of the document's file."""
    return f"antwort-{answer_id}.md"


def place_of(answer_id: str) -> str:
    """The document's place in the registry: the same for all versions."""
    return f"upload:///{FOLDER}/{name_of(answer_id)}"


def markdown_of(answer: WrittenAnswer) -> str:
    """The whole file; what people wrote stays text, apart from lists, bold print and links."""
    content = answer.content
    heads = [
        f"{'#' * (number + 1)} {_plain(question)}"
        for number, question in enumerate(content.questions)
    ]
    text = _HEADING.sub(r"\1\\\2", content.text.replace("<", r"\<"))
    contact = [f"Ansprechstelle: {_plain(content.contact)}"] if content.contact else []
    return "\n\n".join([*heads, text, *contact]) + "\n"


def stated_of(answer: WrittenAnswer, publisher: str, approved: date) -> dict[str, str]:
    """What is said of the document besides its text."""
    content = answer.content
    first, last = content.validity.valid_from, content.validity.valid_until
    values = {
        "title": content.questions[0],
        "kind": content.kind,
        "audience": content.audience,
        "language": "de",
        "publisher": publisher,
        "date": approved.isoformat(),
        "valid_from": first.isoformat() if first else "",
        "valid_until": last.isoformat() if last else "",
    }
    return {name: value for name, value in values.items() if value}


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
