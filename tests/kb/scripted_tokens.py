"""A scripted embedder with a token for each word, under the real codec; passages with its codes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256

import numpy as np

from kb.embedding.late import LateInteraction
from kb.embedding.port import TokenVectors, Vector, Vectors
from kb.embedding.token_codec import Codes, TokenCodec, similarities
from kb.index.port import IndexedPassage
from kb.passages import DocumentHead
from tests.kb.scripted import ScriptedEmbedder, entries

_CODEC = TokenCodec()


class WordReader(ScriptedEmbedder):
    """Each word is a token; the same word has the same vector of length 1 wherever it stands."""

    def embed_passages_with_tokens(
        self, texts: Sequence[str]
    ) -> tuple[Vectors, list[TokenVectors]]:
        return self.embed_passages(texts), [self._tokens(text) for text in texts]

    def embed_query_with_tokens(self, text: str) -> tuple[Vector, TokenVectors]:
        return self.embed_query(text), self._tokens(text)

    def _tokens(self, text: str) -> TokenVectors:
        words = list(re.finditer(r"\w+", text))
        vectors = np.array([_vector(word.group().lower()) for word in words], np.float32)
        offsets = np.array([word.span() for word in words], np.int32)
        return TokenVectors(vectors.reshape(-1, 384), offsets.reshape(-1, 2))


class ScriptedLate(LateInteraction):
    """The scripted embedder with token codes; `asked` are the passages it has read."""

    def __init__(self, model_id: str = "scripted/1", tokens_id: str = "") -> None:
        self.reader = WordReader(model_id)
        super().__init__(self.reader, _CODEC)
        self.tokens_id = tokens_id or self.tokens_id

    @property
    def asked(self) -> list[str]:
        return self.reader.asked


def codes_of(text: str) -> Codes:
    """A question's token codes."""
    return ScriptedLate().embed_query_with_codes(text)[1]


def coded(of: DocumentHead, revision: str, texts: Sequence[str]) -> list[IndexedPassage]:
    """One passage per text, with vectors and token codes."""
    _, tokens = ScriptedLate().embed_passages_with_codes(texts)
    plain = entries(of, revision, texts)
    return [replace(entry, tokens=codes) for entry, codes in zip(plain, tokens, strict=True)]


def max_sim(query: Codes, passage: Codes) -> float:
    """Mean over the question's tokens of the best cosine with a passage's token, by numpy."""
    return float(similarities(query, passage).max(axis=1).mean())


@cache
def _vector(word: str) -> Vector:
    seed = int.from_bytes(sha256(word.encode()).digest()[:8], "little")
    row = np.random.default_rng(seed).normal(size=384)
    return (row / np.linalg.norm(row)).astype(np.float32)
