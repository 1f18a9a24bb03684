"""What a document's text says about the document: kind, publisher, date, validity.

In: a conversion. Out: statements, each with its origin („Text, Nr. 8.1 (S. 4)“), which rules, front
matter and corrections overrule. Only typical places and wordings are read; where two contradict,
neither counts. A value that is missing can be added; a wrong one misleads.
"""

from ingest.convert.blocks import Conversion
from ingest.from_text import dates, kinds, publishers, validity
from ingest.from_text.beginning import beginning_of
from ingest.rules import Statement
from kb.passages import Kind


def statements(conversion: Conversion, naming: str) -> list[Statement]:
    """What the text says besides title and language; `naming` is the document's name and title."""
    beginning = beginning_of(conversion.blocks)
    kind = kinds.kind_of(conversion.blocks, naming)
    found = [
        Statement({"kind": kind.value}, "Text"),
        publishers.statement(conversion.blocks, beginning),
        dates.statement(conversion.blocks, beginning, is_minutes=kind is Kind.MINUTES),
    ]
    if kind is not Kind.REFERENCE:  # a law in force was amended often since its last section
        found.extend(validity.statements(conversion.blocks))
    return [statement for statement in found if statement.values]
