"""What kind of document this is, by its structure and its name.

The eight parts of a funding guideline, the agenda and decisions of minutes, the fields of action of a
plan and a table of who does what are told by their headings and columns; they say more than a name.
Where the structure is silent the name counts, unless the document is plainly a law or a collection
of questions: „Fragen zur Richtlinie“ is no guideline.
"""

import re
from collections.abc import Sequence

from ingest.convert.blocks import Block, BlockKind
from kb.passages import Kind

_NAMES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.MINUTES, re.compile(r"protokoll|niederschrift|kooperationsgespräch|vereinbarung", re.I)),
    (Kind.PLAN, re.compile(r"umsetzungskonzept|handlungsplan|regionalplan|aktionsplan", re.I)),
    (
        Kind.GUIDELINE,
        # „Richtlinie 2005/36/EG“ and „Richtlinie (EU) 2018/958“ are law of the Union
        re.compile(r"richtlinien?(?! (?:\(EU\) )?\d+/)|zuwendungen|verwaltungsvorschrift", re.I),
    ),
    (Kind.ROLE, re.compile(r"zuständigkeit|partnerrolle|ansprechpartner|aufgabenverteilung", re.I)),
)
_NUMBERING = re.compile(r"^(?:(?:§ ?|Nr\. ?)?[\dIVX]{1,4}(?:\.\d{1,2})*\.?|[A-H]\.)\s+")
_GUIDELINE_PARTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:zuwendungs|förder)?(?:zweck|ziel)\b|^rechtsgrundlage",
        r"^gegenstand der (?:förderung|zuwendung)|^was wird gefördert",
        r"^zuwendungsempfänger|^(?:antrags|förder)berechtigte?|^wer wird gefördert",
        r"^(?:besondere )?(?:zuwendungs|förder)voraussetzung|^voraussetzungen",
        r"^art,? (?:und )?(?:umfang|höhe)|^(?:umfang und )?höhe der (?:zuwendung|förderung)",
        r"^(?:sonstige|weitere) .{0,20}bestimmungen",
        r"^(?:antrags|bewilligungs|förder)?verfahren\b",
        r"^geltungsdauer|^(?:in|außer)-?kraft-?treten|^inkrafttreten|^laufzeit",
    )
)
_ENOUGH_PARTS = 5
_AGENDA = re.compile(r"^(?:TOP|Tagesordnungspunkt)\s*\d")
_MINUTES_SIGNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?:Teilnehm(?:er|ende)|Anwesend|Anwesenheit)",
        r"^(?:Beschluss|Zusage|Vereinbart|Festlegung)\b[^.]{0,20}:",
        r"^(?:Protokoll(?:führung|ant(?:in)?)?|Schriftführung|Sitzungsleitung)\s?:",
        r"^(?:Sitzungsdaten|Tagesordnung)\b",
    )
)
_FIELD_OF_ACTION = re.compile(r"\bHandlungsfeld")
_PLAN_SIGNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?:Leit|Oberste |Strategische |Unsere )?Ziele?\b",
        r"^(?:Maßnahmen?|Projekte|Umsetzung|Förderlinien?)\b",
        r"^(?:Ausgangslage|Analyse|Bestandsaufnahme|Die Region|Anlass)\b",
        r"^(?:Steuerung|Monitoring|Evaluation|Zeitplan|Budget|Finanz)",
    )
)
_TASK_COLUMN = re.compile(
    r"^(?:Aufgaben?|Zuständigkeit(?:en)?|Zuständig für|Thema|Anliegen)$", re.I
)
_WHO_COLUMN = re.compile(
    r"^(?:Organisation|Stelle|Träger|Partner|Zuständig|Ansprech\w+|Kontakt|Wer)\b", re.I
)
_WHO_DOES_WHAT = re.compile(r"wer macht was|übernimmt (?:der|die|das)\b|^zuständigkeiten$", re.I)
_FEW = 3


def kind_of(blocks: Sequence[Block], naming: str) -> Kind:
    """The document's kind; `naming` is its file name and title."""
    headings = [
        _NUMBERING.sub("", block.text) for block in blocks if block.kind is BlockKind.HEADING
    ]
    is_law = sum(_is_section(block) for block in blocks) >= _FEW
    if _is_guideline(headings) and not is_law:
        return Kind.GUIDELINE
    if _is_minutes(blocks):
        return Kind.MINUTES
    if _is_plan(headings):
        return Kind.PLAN
    if _is_table_of_roles(blocks):
        return Kind.ROLE
    named = next((kind for kind, pattern in _NAMES if pattern.search(naming)), None)
    asks = sum(heading.endswith("?") for heading in headings) >= _FEW
    if named is Kind.GUIDELINE and asks:
        named = None
    if named is None and not is_law and any(_WHO_DOES_WHAT.search(text) for text in headings):
        return Kind.ROLE
    return named or Kind.REFERENCE


def _is_section(block: Block) -> bool:
    return block.kind is BlockKind.HEADING and block.text.startswith("§")


def _is_guideline(headings: Sequence[str]) -> bool:
    found = [part for part in _GUIDELINE_PARTS if any(part.search(text) for text in headings)]
    return len(found) >= _ENOUGH_PARTS


def _is_minutes(blocks: Sequence[Block]) -> bool:
    """At least two agenda items or a decision, and two more signs of minutes."""
    items = {block.text for block in blocks if _AGENDA.match(block.text)}
    signs = [sign for sign in _MINUTES_SIGNS if any(sign.match(block.text) for block in blocks)]
    return (len(items) >= 2 and bool(signs)) or len(signs) >= _FEW


def _is_plan(headings: Sequence[str]) -> bool:
    signs = [sign for sign in _PLAN_SIGNS if any(sign.match(text) for text in headings)]
    return any(_FIELD_OF_ACTION.search(text) for text in headings) and len(signs) >= 2


def _is_table_of_roles(blocks: Sequence[Block]) -> bool:
    """Mostly rows, with a column for the task and one for who does it."""
    rows = [block for block in blocks if block.kind is BlockKind.TABLE_ROW]
    telling = [row for row in rows if _says_who_does_what([name for name, _ in row.cells])]
    return len(telling) >= max(_FEW, len(blocks) / 2)


def _says_who_does_what(columns: Sequence[str]) -> bool:
    return any(map(_TASK_COLUMN.match, columns)) and any(map(_WHO_COLUMN.match, columns))
