"""Real passages: what converters and chunker make of the documents that are there.

`../shared` when it is there (laws, PDFs, pages, seeds: about 8,000 passages), else the samples. They
are the pattern of everything synthetic: words, lengths, vectors, token codes, questions.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from ingest.chunk import chunk
from ingest.convert import convert
from ingest.sources import discover
from kb.errors import AuskunftError

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = REPOSITORY.parent / "shared"
_SHORTEST = 40


@dataclass(frozen=True, slots=True)
class RealPassage:
    """A passage's text and what stands above it."""

    title: str
    heading: str
    text: str


def real_passages() -> list[RealPassage]:
    """All passages of at least forty characters, in the order of files and reading."""
    folders = [SHARED / "corpus" / name for name in ("laws", "laws-2013", "pdf", "html")]
    there = [SHARED / "seeds", *folders] if SHARED.is_dir() else []
    found: list[RealPassage] = []
    for source in discover([*there, REPOSITORY / "samples" / "documents"]):
        try:
            chunked = chunk(convert(source).blocks)
        except AuskunftError:  # the corpus has files that nobody can read, on purpose
            continue
        for piece in chunked.pieces:
            text = chunked.text[piece.start : piece.end]
            if len(text) >= _SHORTEST:
                heading = piece.heading_path[-1] if piece.heading_path else ""
                found.append(RealPassage(source.stem, heading, text))
    return found


def real_questions(passages: list[RealPassage], wanted: int) -> list[str]:
    """Different questions: those of the question sets, then questions after real headings."""
    golden = SHARED / "eval" / "golden_dev.yaml"
    files = [REPOSITORY / "samples" / "questions.yaml", *([golden] if golden.exists() else [])]
    asked = [
        item["question"]
        for file in files
        for item in yaml.safe_load(file.read_text(encoding="utf-8"))
        if item.get("lang", "de") == "de"
    ]
    headings = [entry.heading for entry in passages if 20 <= len(entry.heading) <= 90]
    step = max(len(headings) // wanted, 1)
    asked += [f"Was gilt für „{heading}“ und wer hilft weiter?" for heading in headings[::step]]
    distinct = list(dict.fromkeys(asked))
    if len(distinct) < wanted:
        distinct += [f"Ich habe eine Frage: {question}" for question in distinct]
    return distinct[:wanted]
