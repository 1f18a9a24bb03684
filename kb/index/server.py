"""Qdrant as a server or cluster, through its client; also `QdrantClient(":memory:")` in tests.

One index is one collection, a generation of its own; see `kb.index.collections` for the others.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from kb.bm25 import SparseVector
from kb.embedding.token_codec import WIDTH, Codes, TokenCodes
from kb.errors import ServiceError, StorageFullError
from kb.index.fingerprint import Fingerprint
from kb.index.payload import (
    BATCH_FIELDS,
    FILTER_FIELDS,
    TOKEN_ENDS,
    batch_of,
    head_payload_of,
    passage_of,
    payload_of,
    token_codes_of,
)
from kb.index.port import (
    AnyOf,
    Batch,
    Condition,
    Hit,
    IndexedPassage,
    Scope,
    Vector,
    conditions_of,
    scope_of_document,
)
from kb.passages import DocumentHead, Passage

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_DENSE = "dense"
_SPARSE = "sparse"
_TOKENS = "tokens"
_WRITE_BATCH = 50  # at most 19 MB with 512 tokens each; a server refuses requests above 32 MB
_SCROLL_BATCH = 1_000
#: how many neighbours of the graph a dense query follows (see docs/scaling.md)
_SEARCHED = models.SearchParams(hnsw_ef=256)
_SCHEMAS = {
    "keyword": models.PayloadSchemaType.KEYWORD,
    "integer": models.PayloadSchemaType.INTEGER,
}


def connect(url: str, api_key: str = "") -> QdrantClient:
    """A client for a server's address; nothing is asked of the server yet."""
    return QdrantClient(url=url, api_key=api_key or None, timeout=30, check_compatibility=False)


def translated(method: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """A method whose client errors come out as ours."""

    @wraps(method)
    def guarded(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        try:
            return method(*args, **kwargs)
        except (ResponseHandlingException, UnexpectedResponse) as error:
            reason = str(error)
            if "No space left" in reason or "disk is full" in reason.lower():
                raise StorageFullError(
                    "Auf dem Qdrant-Server ist kein Platz mehr. Was bereits gespeichert war, ist "
                    "unverändert. Bitte dort Platz schaffen und erneut starten."
                ) from error
            raise ServiceError(
                f"Der Qdrant-Server ist nicht erreichbar oder lehnt ab ({reason[:200]}). Bitte "
                "AUSKUNFT_QDRANT_URL und AUSKUNFT_QDRANT_API_KEY prüfen."
            ) from error

    return guarded


class ServerIndex:
    """An index in a collection of this name on a Qdrant server, which is made if there is none.

    Closing it leaves the client alone: whoever connected closes that.
    """

    @translated
    def __init__(self, client: QdrantClient, collection: str, wanted: Fingerprint) -> None:
        self._client = client
        self._collection = collection
        self._tokens = bool(wanted.tokens)
        if client.collection_exists(collection):
            stored = Fingerprint.from_dict(client.get_collection(collection).config.metadata or {})
            wanted.require(stored, f"der Qdrant-Sammlung {collection!r}")
        else:
            self._create(wanted)

    def _create(self, wanted: Fingerprint) -> None:
        vectors = {
            _DENSE: models.VectorParams(size=wanted.dimension, distance=models.Distance.COSINE)
        }
        if self._tokens:
            # only ever scored for a few points by id: no graph, and on disk until it is asked for
            vectors[_TOKENS] = models.VectorParams(
                size=WIDTH,
                distance=models.Distance.DOT,
                multivector_config=models.MultiVectorConfig(
                    comparator=models.MultiVectorComparator.MAX_SIM
                ),
                datatype=models.Datatype.UINT8,
                hnsw_config=models.HnswConfigDiff(m=0),
                on_disk=True,
            )
        self._client.create_collection(
            self._collection,
            vectors_config=vectors,
            sparse_vectors_config={
                _SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)
            },
            metadata=wanted.as_dict(),
        )
        for field, schema in FILTER_FIELDS.items():
            self._client.create_payload_index(self._collection, field, _SCHEMAS[schema])

    @translated
    def write(self, passages: Sequence[IndexedPassage]) -> None:
        for begin in range(0, len(passages), _WRITE_BATCH):
            part = passages[begin : begin + _WRITE_BATCH]
            batch = [_point(entry, self._tokens) for entry in part]
            self._client.upsert(self._collection, batch, wait=True)

    @translated
    def delete_document(self, document_id: str, *, keep_revision: str | None = None) -> None:
        kept: list[models.Condition] = []
        if keep_revision is not None:
            kept.append(
                models.FieldCondition(key="revision", match=models.MatchValue(value=keep_revision))
            )
        of_document = models.FieldCondition(
            key="document_id", match=models.MatchValue(value=document_id)
        )
        selector = models.FilterSelector(filter=models.Filter(must=[of_document], must_not=kept))
        self._client.delete(self._collection, selector, wait=True)

    @translated
    def update_head(self, head: DocumentHead) -> None:
        of_document = models.FieldCondition(
            key="document_id", match=models.MatchValue(value=head.document_id)
        )
        self._client.set_payload(
            self._collection,
            head_payload_of(head),
            points=models.Filter(must=[of_document]),
            wait=True,
        )

    @translated
    def dense(
        self, vector: Vector, scope: Scope, limit: int, *, among: Sequence[str] = ()
    ) -> list[Hit]:
        return self._query(vector.tolist(), _DENSE, scope, limit, among)

    @translated
    def sparse(
        self, vector: SparseVector, scope: Scope, limit: int, *, among: Sequence[str] = ()
    ) -> list[Hit]:
        if not vector.indices:
            return []
        return self._query(_sparse(vector), _SPARSE, scope, limit, among)

    @translated
    def late(self, query: Codes, scope: Scope, among: Sequence[str]) -> list[Hit]:
        if not self._tokens or not among or not len(query):
            return []
        return self._query(query.tolist(), _TOKENS, scope, len(among), among)

    @translated
    def token_codes(self, point_ids: Sequence[str], scope: Scope) -> dict[str, TokenCodes]:
        if not self._tokens or not point_ids:
            return {}
        records, _ = self._client.scroll(
            self._collection,
            scroll_filter=_filter(scope, point_ids),
            limit=len(point_ids),
            with_payload=[TOKEN_ENDS],
            with_vectors=[_TOKENS],
        )
        found: dict[str, TokenCodes] = {}
        for record in records:
            rows = record.vector.get(_TOKENS) if isinstance(record.vector, dict) else None
            if rows is not None:
                found[str(record.id)] = token_codes_of(dict(record.payload or {}), rows)
        return found

    @translated
    def passages(self, point_ids: Sequence[str], scope: Scope) -> dict[str, Passage]:
        if not point_ids:
            return {}
        records, _ = self._client.scroll(
            self._collection, scroll_filter=_filter(scope, point_ids), limit=len(point_ids)
        )
        return {str(record.id): passage_of(dict(record.payload or {})) for record in records}

    @translated
    def document_passages(self, document_id: str, scope: Scope) -> list[Passage]:
        wanted = scope_of_document(document_id, scope)
        if wanted is None:
            return []
        found: list[Passage] = []
        offset = None
        while True:
            records, offset = self._client.scroll(
                self._collection, scroll_filter=_filter(wanted), limit=_SCROLL_BATCH, offset=offset
            )
            found.extend(passage_of(dict(record.payload or {})) for record in records)
            if offset is None:
                return sorted(found, key=lambda passage: passage.ordinal)

    @translated
    def count(self, scope: Scope) -> int:
        return self._client.count(self._collection, count_filter=_filter(scope), exact=True).count

    @translated
    def total(self) -> int:
        return self._client.count(self._collection, exact=True).count

    @translated
    def inventory(self) -> Counter[Batch]:
        found: Counter[Batch] = Counter()
        offset = None
        while True:
            records, offset = self._client.scroll(
                self._collection,
                limit=_SCROLL_BATCH,
                offset=offset,
                with_payload=list(BATCH_FIELDS),
            )
            found.update(batch_of(dict(record.payload or {})) for record in records)
            if offset is None:
                return found

    def flush(self) -> None:
        """Nothing to do: every write waited for the server's acknowledgement."""

    def optimise(self) -> None:
        """Nothing to do: the server does it by itself, beside its other work."""

    def warm(self) -> None:
        """Nothing to do: what the server has ready is the server's."""

    def close(self) -> None:
        """Nothing to do: the client is not this index's own."""

    def _query(
        self,
        query: list[float] | list[list[float]] | models.SparseVector,
        using: str,
        scope: Scope,
        limit: int,
        among: Sequence[str],
    ) -> list[Hit]:
        points = self._client.query_points(
            self._collection,
            query=query,
            using=using,
            query_filter=_filter(scope, among),
            limit=limit,
            search_params=_SEARCHED,
            with_payload=False,
        ).points
        return [Hit(str(point.id), point.score) for point in points]


def _sparse(vector: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=list(vector.indices), values=list(vector.values))


def _point(entry: IndexedPassage, with_tokens: bool) -> models.PointStruct:
    tokens = entry.tokens if with_tokens and entry.tokens and len(entry.tokens.codes) else None
    vectors: dict[str, Any] = {_DENSE: entry.dense.tolist(), _SPARSE: _sparse(entry.sparse)}
    if tokens:
        vectors[_TOKENS] = tokens.codes.tolist()
    return models.PointStruct(
        id=entry.point_id, vector=vectors, payload=payload_of(entry.passage, tokens)
    )


def _filter(scope: Scope, among: Sequence[str] = ()) -> models.Filter:
    must: list[models.Condition] = [_condition(condition) for condition in conditions_of(scope)]
    if among:
        must.append(models.HasIdCondition(has_id=list(among)))
    return models.Filter(must=must)


def _condition(condition: Condition) -> models.FieldCondition:
    if isinstance(condition, AnyOf):
        return models.FieldCondition(
            key=condition.field, match=models.MatchAny(any=list(condition.values))
        )
    return models.FieldCondition(
        key=condition.field,
        range=models.Range(gte=condition.at_least, lte=condition.at_most),
    )
