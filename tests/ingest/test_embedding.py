"""The embedding step: which text a passage's vectors stand for, and where its tokens end."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest.chunk import Chunked
from ingest.classify import Classified
from ingest.convert.blocks import Conversion
from ingest.grouping import Piece
from ingest.progress import Watch
from ingest.sources import SourceFile
from ingest.steps import PassageEmbedder, embedding_text
from kb.embedding.port import Embedder
from kb.index.port import IndexedPassage
from kb.passages import Place
from tests.kb.scripted import ScriptedEmbedder, head
from tests.kb.scripted_tokens import ScriptedLate

TEXT = "Der Zuschuss beträgt 500 Euro."
ALONE = "Wer ist für die Förderung zuständig?"


def embedded(
    embedder: Embedder, texts: Sequence[str], lead_in: str = "Gefördert werden:"
) -> list[IndexedPassage]:
    """Passages of one document under the heading `5 Höhe`, as the step gives them."""
    pieces, stored, start = [], "\n\n".join(texts), 0
    for text in texts:
        path, end = ("Richtlinie", "5 Höhe"), start + len(text)
        pieces.append(Piece(start, end, path, lead_in, (Place(0, "Nr. 5"),)))
        start = end + 2
    source = SourceFile(Path(__file__), Path(__file__))
    classified = Classified(head("Förderrichtlinie.md"), {})
    found: list[IndexedPassage] = PassageEmbedder(embedder, Watch()).run(
        source, Conversion(()), classified, Chunked(stored, (), tuple(pieces))
    )["passages"]
    return found


def test_vectors_stand_for_the_passage_in_its_context() -> None:
    model = ScriptedLate()
    [entry] = embedded(model, [TEXT])
    context = "Förderrichtlinie › 5 Höhe › Gefördert werden:\n"
    assert embedding_text(entry.passage) == context + TEXT
    assert model.asked == [context + TEXT]
    assert np.array_equal(entry.dense, ScriptedEmbedder().embed_query(context + TEXT))


def test_tokens_end_by_the_characters_of_the_passage_itself() -> None:
    [entry] = embedded(ScriptedLate(), [TEXT])
    assert entry.tokens is not None
    context, own = 5, [3, 12, 20, 24, 29]
    assert entry.tokens.ends.tolist() == [0] * context + own
    assert len(entry.tokens.codes) == context + len(own)
    assert [TEXT[:end].rsplit(maxsplit=1)[-1].strip(".") for end in own] == TEXT.strip(".").split()


def test_a_passage_that_is_only_a_question_stands_for_itself() -> None:
    model = ScriptedLate()
    [entry] = embedded(model, [ALONE])
    assert model.asked == [ALONE]
    assert entry.tokens is not None and entry.tokens.ends[0] == 3 and 0 not in entry.tokens.ends


@pytest.mark.parametrize("text", [f"{ALONE} Die Kammer.", "Wer? Wann? Wo?", f"{TEXT} Wirklich?"])
def test_a_question_with_anything_else_stands_in_its_context(text: str) -> None:
    model = ScriptedLate()
    embedded(model, [text])
    assert model.asked[0].endswith(f"\n{text}") and model.asked[0].startswith("Förderrichtlinie")


def test_each_passage_gets_its_own() -> None:
    texts = [f"Absatz {number} regelt Fall {number}." for number in range(150)]
    found = embedded(ScriptedLate(), [*texts, ALONE])
    for entry in found:
        _, [codes] = ScriptedLate().embed_passages_with_codes([entry.passage.text])
        assert entry.tokens is not None
        own = entry.tokens.ends > 0
        assert np.array_equal(entry.tokens.codes[own], codes.codes)
        assert entry.tokens.ends[own].tolist() == codes.ends.tolist()


def test_a_model_without_tokens_gives_passages_without() -> None:
    with_tokens, without = embedded(ScriptedLate(), [TEXT]), embedded(ScriptedEmbedder(), [TEXT])
    assert without[0].tokens is None
    assert np.array_equal(with_tokens[0].dense, without[0].dense)
    assert with_tokens[0].sparse == without[0].sparse


def test_a_document_without_passages_has_nothing_to_embed() -> None:
    assert embedded(ScriptedLate(), []) == []
    assert embedded(ScriptedEmbedder(), []) == []
