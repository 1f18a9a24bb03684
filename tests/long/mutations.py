"""Spoilt files through the real reading process: each ends as blocks or as a German error, in time.

Every case depends on its seed and number alone, so that one of them can be run again.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.convert import SUPPORTED_SUFFIXES
from ingest.convert.wording import tidy
from ingest.parsing.limits import Limits
from ingest.parsing.parser import Parser
from ingest.sources import SourceFile
from kb.errors import SourceError
from tests.long.mutators import mutated
from tests.long.originals import Original
from tests.long.own_processes import PeakMemory

LIMITS = Limits(silence=20, total=120)
_SCANNED_SHARE = 0.03
_NAMED = re.compile(r"lässt sich nicht lesen \((\w+)\)")
_GONE = re.compile(r"Leseprogramm abgestürzt \((.+?)\)")


@dataclass(frozen=True, slots=True)
class Case:
    """One spoilt file and how it ended: `blocks`, `error`, or one of the findings' kinds."""

    number: int
    original: str
    done: str
    size: int
    ending: str
    detail: str
    seconds: float
    megabytes: float


@dataclass
class Mutations:
    """The figures of a run."""

    seed: int
    cases: list[Case] = field(default_factory=list)

    @property
    def endings(self) -> Counter[str]:
        return Counter(case.ending for case in self.cases)

    @property
    def named(self) -> Counter[str]:
        """Foreign exceptions that a converter let out, by format."""
        found = (_NAMED.search(case.detail) for case in self.cases)
        return Counter(match[1] for match in found if match)

    def with_ending(self, *endings: str) -> list[Case]:
        return [case for case in self.cases if case.ending in endings]


#: what must never be
FINDINGS = ("foreign", "crash", "hang", "no German sentence", "untidy block")


def make_case(number: int, seed: int, files: list[Original]) -> tuple[Original, str, bytes, str]:
    """A spoilt file: what it was made from, suffix, bytes, what was done."""
    chance = random.Random(f"{seed}:{number}")
    scanned = [original for original in files if original.scanned]
    others = [original for original in files if not original.scanned]
    group = scanned if chance.random() < _SCANNED_SHARE else others
    suffix_of_it = chance.choice(sorted({original.suffix for original in group}))
    original = chance.choice([entry for entry in group if entry.suffix == suffix_of_it])
    return original, *mutated(chance, original, others, SUPPORTED_SUFFIXES)


def run(
    numbers: range,
    seed: int,
    files: list[Original],
    tell: Callable[[Case], None] = lambda case: None,
) -> Mutations:
    """Read the cases of these numbers, one after the other."""
    parser, figures = Parser(LIMITS), Mutations(seed)
    with TemporaryDirectory(prefix="auskunft-long-") as folder:
        for number in numbers:
            original, suffix, data, done = make_case(number, seed, files)
            path = Path(folder) / f"fall{number}{suffix}"
            path.write_bytes(data)
            begin = time.monotonic()
            with PeakMemory() as memory:
                ending, detail = _read(parser, SourceFile(path, path.parent))
            figures.cases.append(
                Case(
                    number,
                    original.name,
                    done,
                    len(data),
                    ending,
                    detail,
                    time.monotonic() - begin,
                    memory.megabytes,
                )
            )
            path.unlink()
            tell(figures.cases[-1])
    return figures


def _read(parser: Parser, source: SourceFile) -> tuple[str, str]:
    try:
        conversion = parser.convert(source)
    except SourceError as error:
        return _kind_of(str(error), source.name), str(error)
    except Exception as error:  # what a caller must never see
        return "foreign", repr(error)
    if any(block.text != tidy(block.text) or not block.text for block in conversion.blocks):
        return "untidy block", ""
    return "blocks", f"{len(conversion.blocks)} blocks"


def _kind_of(message: str, name: str) -> str:
    if _GONE.search(message):
        return "crash"
    if "AUSKUNFT_PARSE_SECONDS" in message:
        return "hang"
    is_sentence = message.startswith(f"{name}: ") and message.rstrip().endswith((".", ")"))
    return "error" if is_sentence and "Traceback" not in message else "no German sentence"
