"""Late interaction: an embedder whose tokens come as codes that an index can store and compare."""

from collections.abc import Sequence
from typing import Protocol, TypeGuard, runtime_checkable

import numpy as np

from kb.embedding.port import Embedder, TokenReader, Vector, Vectors
from kb.embedding.token_codec import MAX_QUERY_TOKENS, Codes, TokenCodec, TokenCodes

#: a token's vector is twelve times as long as its code: those of a whole law would not fit
_AT_ONCE = 64


@runtime_checkable
class LateEmbedder(Protocol):
    """An Embedder that also gives token codes. `tokens_id` names them; "" means there are none."""

    @property
    def tokens_id(self) -> str:
        """Names the codec; part of the index's fingerprint."""

    def embed_passages_with_codes(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        """Shape (len(texts), dimension) and each text's token codes. Raises EmbeddingError."""

    def embed_query_with_codes(self, text: str) -> tuple[Vector, Codes]:
        """Shape (dimension,) and (q, WIDTH), at most MAX_QUERY_TOKENS. Raises EmbeddingError."""


def has_tokens(embedder: object) -> TypeGuard[LateEmbedder]:
    """Whether this embedder gives token codes."""
    return isinstance(embedder, LateEmbedder) and bool(embedder.tokens_id)


class LateInteraction:
    """An Embedder over one that reads tokens: the same vectors, and the tokens as codes."""

    def __init__(self, model: TokenReader, codec: TokenCodec) -> None:
        self._model = model
        self._codec = codec
        self.model_id = model.model_id
        self.dimension = model.dimension
        self.tokens_id = codec.version

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._model.embed_passages(texts)

    def embed_query(self, text: str) -> Vector:
        return self._model.embed_query(text)

    def embed_passages_with_codes(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        rows: list[Vectors] = []
        codes: list[TokenCodes] = []
        for begin in range(0, max(len(texts), 1), _AT_ONCE):
            part = texts[begin : begin + _AT_ONCE]
            vectors, tokens = self._model.embed_passages_with_tokens(part)
            rows.append(vectors)
            codes += [self._codec.encode_text(entry) for entry in tokens]
        return np.concatenate(rows), codes

    def embed_query_with_codes(self, text: str) -> tuple[Vector, Codes]:
        vector, tokens = self._model.embed_query_with_tokens(text)
        return vector, self._codec.encode(tokens.vectors[:MAX_QUERY_TOKENS])


class WithoutTokens:
    """An Embedder over another, whose tokens it keeps to itself."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_passages(texts)

    def embed_query(self, text: str) -> Vector:
        return self._embedder.embed_query(text)


def query_of(embedder: Embedder, text: str) -> tuple[Vector, Codes | None]:
    """A question's vector and, where the embedder has them, its token codes."""
    if has_tokens(embedder):
        return embedder.embed_query_with_codes(text)
    return embedder.embed_query(text), None
