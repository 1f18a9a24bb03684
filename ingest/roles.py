"""What a block does in its section: asks, answers, decides, lists, or ends the sentence before it.

Reads how a block begins and ends and what stands beside it. The grouping of blocks to passages goes by
these roles alone.
"""

import re
from collections.abc import Sequence
from enum import Enum, auto

from ingest.convert.blocks import Block, BlockKind


class Role(Enum):
    """See the module; TEXT is everything without a role of its own."""

    TEXT = auto()
    #: a paragraph of a law, „(2) …“
    LEGAL = auto()
    #: an item of a list
    ITEM = auto()
    #: goes on in the middle of the sentence before it, as a law does after a list
    TAIL = auto()
    ROW = auto()
    #: a question of its own, with its answer behind it
    QUESTION = auto()
    #: a question and its answer in one: a row, or one of several paragraphs or items
    ANSWERED = auto()
    #: „Beschluss: …“, „Zusage: …“
    DECISION = auto()
    #: „Verantwortlich: …“, „Frist: …“ behind a decision
    DETAIL = auto()


_LEGAL_PARAGRAPH = re.compile(r"^\(\d{1,2}[a-z]?\)\s")
_LIST_MARKER = re.compile(r"^(?:\d{1,3}[a-z]?\.|[a-z]{1,2}\)|[-–•*])\s")
_LONGEST_QUESTION = 300
_QUESTION = re.compile(r"\?[“”\"»)*]*$|^Frage(?: \d{1,3})?:")
_ANSWERED = re.compile(r"^[^.:;?!]{8,300}\?[“”\"»]?:? (?=[A-ZÄÖÜ„\"])")
_ANSWERED_ROW = re.compile(r"^(?:[^:;]{1,30}: [^:;]{1,30}; )?Frage: |^[^:;]{8,300}\?: .*[.!]$")
_DECISION = re.compile(
    r"^(?:Beschluss(?:vorschlag)?|Zusage|Vereinbart|Vereinbarung|Festlegung|(?:Arbeits)?[Aa]uftrag)"
    r"(?: (?:Nr\. ?)?[\w/.-]{1,12})?:\s"
)
_DETAIL = re.compile(
    r"^(?:Verantwortlich(?:e|er|keit)?|Zuständig(?:keit)?|Frist|Termin|Fällig(?: am| bis)?|Bis wann"
    r"|Erledigung(?: bis)?|Umsetzung(?: bis)?|Wer|Abstimmung(?:sergebnis)?|Ergebnis|Status"
    r"|Wiedervorlage)\s?:\s"
)
#: how a sentence ends, or a line that introduces what follows
_FINISHED = re.compile(r"[.!?:…][“”\"»)\]*]*$")
_LOWER_WORD = re.compile(r"^[a-zäöüß]+(?:[ ,;]|\.(?:\s|$))")


def roles(blocks: Sequence[Block]) -> list[Role]:
    """The role of each of a section's blocks, which hold no heading."""
    found: list[Role] = []
    for index, block in enumerate(blocks):
        before = blocks[index - 1] if index else None
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        if before and goes_on(before, block):
            found.append(Role.TAIL)
        elif _answers_itself(block, before, after):
            found.append(Role.ANSWERED)
        elif after and _asks(block) and not _asks(after) and not _is_one_of_many(before, block):
            found.append(Role.QUESTION)
        elif _DETAIL.match(block.text) and found and found[-1] in (Role.DECISION, Role.DETAIL):
            found.append(Role.DETAIL)
        else:
            found.append(_own_role(block))
    return found


def goes_on(before: Block, block: Block) -> bool:
    """Whether a paragraph begins in the middle of the sentence that the block before it left open."""
    return (
        block.kind is BlockKind.PARAGRAPH
        and before.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
        and bool(_LOWER_WORD.match(block.text))
        and not _FINISHED.search(before.text)
    )


def _own_role(block: Block) -> Role:
    if block.kind is BlockKind.TABLE_ROW:
        return Role.ROW
    if _DECISION.match(block.text):
        return Role.DECISION
    if block.kind is BlockKind.LIST_ITEM or _LIST_MARKER.match(block.text):
        return Role.ITEM
    return Role.LEGAL if _LEGAL_PARAGRAPH.match(block.text) else Role.TEXT


def _asks(block: Block) -> bool:
    return (
        block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
        and len(block.text) <= _LONGEST_QUESTION
        and bool(_QUESTION.search(block.text))
    )


def _answers_itself(block: Block, before: Block | None, after: Block | None) -> bool:
    """Fields („Wer?: Betriebe“) answer no sentence; a paragraph alone that asks is plain prose."""
    if block.kind is BlockKind.TABLE_ROW:
        return bool(_ANSWERED_ROW.match(block.text))
    beside = [other for other in (before, after) if other and other.kind is block.kind]
    return bool(_ANSWERED.match(block.text)) and any(_ANSWERED.match(o.text) for o in beside)


def _is_one_of_many(before: Block | None, block: Block) -> bool:
    """Whether a question ends a list of questions, which what follows does not answer."""
    return before is not None and before.kind is block.kind and _asks(before)
