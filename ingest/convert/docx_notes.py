"""Foot- and endnotes of a Word document, which Word keeps in parts of their own."""

from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml

from ingest.convert.docx_text import W, paragraph_text
from ingest.convert.wording import tidy

_KINDS = ("footnote", "endnote")


class Notes:
    """The texts of a document's notes; each is given out once."""

    def __init__(self, document: Any) -> None:
        self._texts: dict[tuple[str, str], str] = {}
        for relation in document.part.rels.values():
            kind = relation.reltype.rpartition("/")[2].removesuffix("s")
            if kind in _KINDS:
                for note in parse_xml(relation.target_part.blob):
                    if note.tag == f"{W}{kind}" and note.get(f"{W}type") is None:
                        paragraphs = (tidy(paragraph_text(p)) for p in note.iter(f"{W}p"))
                        key = (kind, str(note.get(f"{W}id")))
                        self._texts[key] = " ".join(filter(None, paragraphs))

    def referred_in(self, element: Any) -> Iterator[str]:
        """The notes that an element refers to, in order. Those of deleted text are dropped."""
        for reference in element.iter(*(f"{W}{kind}Reference" for kind in _KINDS)):
            kind = str(reference.tag).removeprefix(W).removesuffix("Reference")
            text = self._texts.pop((kind, str(reference.get(f"{W}id"))), "")
            if text and not any(_is_deleted(parent) for parent in reference.iterancestors()):
                yield text

    def others(self) -> Iterator[str]:
        """The notes that nothing referred to."""
        yield from self._texts.values()


def _is_deleted(element: Any) -> bool:
    return element.tag in (f"{W}del", f"{W}moveFrom")
