"""A synthetic corpus: documents with heads, passages, vectors and token codes, the same each time.

Documents hold passages as the wanted numbers say; three of five are public, the others for staff or
a group; seven of ten hold now, the others have expired, are to come or say nothing; one of thirty
supersedes the one before.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import numpy as np

from kb.bm25 import passage_vector
from kb.index.port import IndexedPassage
from kb.passages import DocumentHead, Kind, Passage, Place, document_id_of
from kb.state.registry import OutlineEntry, StoredDocument, StoredText
from kb.validity import Validity
from kb.vocabulary import vocabulary_of
from tests.benchmarks.scale.vectors import VectorPool
from tests.benchmarks.scale.words import Lengths, WordModel

TODAY = date(2026, 11, 22)
_AUDIENCES = ["public"] * 6 + ["staff"] * 3 + ["beratung"]
_SECTION = 5


@dataclass(frozen=True, slots=True)
class Size:
    """How many passages in how many documents; `tokens` says whether they have token codes."""

    passages: int
    documents: int
    tokens: bool = True


@dataclass(frozen=True, slots=True)
class SyntheticDocument:
    """A document as ingestion would hand it to the knowledge base."""

    document: StoredDocument
    text: StoredText
    passages: list[IndexedPassage]


class SyntheticCorpus:
    """Documents made of a word model, lengths and a pool of vectors."""

    def __init__(self, model: WordModel, lengths: Lengths, pool: VectorPool) -> None:
        self._model = model
        self._lengths = lengths
        self._pool = pool

    def documents(self, size: Size, seed: int = 1) -> Iterator[SyntheticDocument]:
        """All documents of a corpus of this size."""
        rng, numbers = Random(seed), np.random.default_rng(seed)
        cuts = sorted(rng.sample(range(1, size.passages), size.documents - 1))
        former = ""
        for begin, end in pairwise([0, *cuts, size.passages]):
            head = self._head(rng, begin, former)
            former = head.file
            yield self._document(rng, numbers, head, end - begin, size)

    def _head(self, rng: Random, number: int, former: str) -> DocumentHead:
        title = f"{self._model.noun(rng)} und {self._model.noun(rng)} in {self._model.noun(rng)}"
        file = f"dokument-{number:06d}.pdf"
        return DocumentHead(
            document_id=document_id_of(f"skala/{file}"),
            uri=f"skala/{file}",
            file=file,
            title=title,
            kind=rng.choice(list(Kind)),
            audience=rng.choice(_AUDIENCES),
            language="de",
            publisher=f"Kammer {self._model.noun(rng)}",
            dated=TODAY - timedelta(days=rng.randrange(3_000)),
            validity=_validity(rng),
            supersedes=former if rng.random() < 1 / 30 else "",
        )

    def _document(
        self,
        rng: Random,
        numbers: np.random.Generator,
        head: DocumentHead,
        count: int,
        size: Size,
    ) -> SyntheticDocument:
        sources = numbers.integers(len(self._pool.vectors), size=(count, 2))
        vectors = self._pool.mixed(numbers, sources)
        revision = hashlib.sha256(head.file.encode()).hexdigest()[:24]
        entries: list[IndexedPassage] = []
        outline: list[OutlineEntry] = []
        start, heading = 0, ""
        for ordinal, pair in enumerate(sources):
            if ordinal % _SECTION == 0:
                heading = f"{ordinal // _SECTION + 1} {self._model.noun(rng)}"
            locator = f"Nr. {ordinal // _SECTION + 1}.{ordinal % _SECTION + 1}"
            page = ordinal // 6 + 1
            pattern = (int(pair[0]), int(pair[1]))
            text = self._model.text(rng, pattern, self._lengths.draw(rng))
            passage = Passage(
                document=head,
                revision=revision,
                ordinal=ordinal,
                text=text,
                start=start,
                end=start + len(text),
                heading_path=(heading,),
                places=(Place(0, locator, page),),
            )
            sparse = passage_vector(text, passage.context)
            codes = self._pool.tokens(numbers, pair, len(text)) if size.tokens else None
            entries.append(IndexedPassage(passage, vectors[ordinal], sparse, codes))
            outline.append(OutlineEntry(start, start + len(text), "paragraph", 0, page))
            start += len(text) + 2
        stored = StoredDocument(
            head=head,
            content_hash=hashlib.sha256(revision.encode()).hexdigest(),
            processing="scale",
            revision=revision,
            passages=count,
            pages=count // 6 + 1,
        )
        text = "\n\n".join(entry.passage.text for entry in entries)
        return SyntheticDocument(
            stored, StoredText(text, tuple(outline), vocabulary_of(entries)), entries
        )


def _validity(rng: Random) -> Validity:
    chance = rng.random()
    begin = TODAY - timedelta(days=rng.randrange(400, 2_000))
    if chance < 0.4:
        return Validity(begin, TODAY + timedelta(days=rng.randrange(30, 1_500)))
    if chance < 0.7:
        return Validity()
    if chance < 0.9:
        return Validity(begin, TODAY - timedelta(days=rng.randrange(1, 390)))
    return Validity(TODAY + timedelta(days=rng.randrange(1, 300)), None)
