"""The embedded engine: Qdrant Edge, a shard in a folder that exactly one process may open.

Edge's calls hold Python's interpreter lock, so they are short here: writes go in batches and no
HNSW is built in the serving process (exact search; see DESIGN for the measurements).

Edge maps its files into memory, where a full disk is no error but the end of the process (SIGBUS; what
was acknowledged survives). So room is asked for before each change, less of it for taking away.
"""

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

import qdrant_edge as edge

from kb.bm25 import SparseVector
from kb.embedding.token_codec import WIDTH, Codes, TokenCodes
from kb.errors import DataFolderError, StorageFullError
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
    holds,
    scope_of_document,
)
from kb.index.read_ahead import read_ahead
from kb.index.recent import Recent
from kb.passages import DocumentHead, Passage

_DENSE = "dense"
_SPARSE = "sparse"
_TOKENS = "tokens"
_WRITE_BATCH = 100
_SCROLL_BATCH = 1_000
_ROOM_TO_WRITE_MB = 32
_ROOM_TO_CHANGE_MB = 8
#: passages whose text, and whose tokens (some 17 KB each), are kept after reading
_RECENT_PASSAGES, _RECENT_TOKENS = 4_096, 1_024
#: how many neighbours of the graph a dense query follows; without a graph it compares with all
_SEARCHED = edge.SearchParams(hnsw_ef=256)
_SCHEMAS = {
    "keyword": edge.PayloadSchemaType.Keyword,
    "integer": edge.PayloadSchemaType.Integer,
}


_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class _Read(Generic[_Value]):
    """A value and the fields of its payload that decide who may see it."""

    fields: Mapping[str, Any]
    value: _Value


class EdgeIndex:
    """An index in a folder of its own; `dimension` is the length of dense vectors.

    With `tokens` the passages' token codes are stored, too.
    """

    def __init__(self, folder: Path, dimension: int, *, tokens: bool = False) -> None:
        self._folder = folder
        self._tokens = tokens
        self._recent_tokens: Recent[_Read[TokenCodes]] = Recent(_RECENT_TOKENS)
        self._recent_passages: Recent[_Read[Passage]] = Recent(_RECENT_PASSAGES)
        folder.mkdir(parents=True, exist_ok=True)
        self._require_room(_ROOM_TO_CHANGE_MB)
        existed = (folder / "edge_config.json").exists() or any(folder.glob("segments/*"))
        try:
            if existed:
                self._shard = edge.EdgeShard.load(str(folder))
            else:
                self._shard = edge.EdgeShard.create(str(folder), _config(dimension, tokens))
                for field, schema in FILTER_FIELDS.items():
                    self._update(edge.UpdateOperation.create_field_index(field, _SCHEMAS[schema]))
        except StorageFullError:
            raise
        except Exception as error:
            raise DataFolderError(
                f"Der Suchindex in {folder} lässt sich nicht öffnen ({error}). Falls kein anderer "
                "Auskunft-Prozess läuft: „auskunft rebuild“ baut ihn aus den Originalen neu auf."
            ) from error

    def write(self, passages: Sequence[IndexedPassage]) -> None:
        for begin in range(0, len(passages), _WRITE_BATCH):
            self._require_room(_ROOM_TO_WRITE_MB)
            batch = passages[begin : begin + _WRITE_BATCH]
            points = [_point(entry, self._tokens) for entry in batch]
            self._update(edge.UpdateOperation.upsert_points(points))

    def delete_document(self, document_id: str, *, keep_revision: str | None = None) -> None:
        kept: list[Any] = []
        if keep_revision is not None:
            kept.append(edge.FieldCondition("revision", match=edge.MatchValue(keep_revision)))
        of_document = edge.FieldCondition("document_id", match=edge.MatchValue(document_id))
        self._update(
            edge.UpdateOperation.delete_points_by_filter(
                edge.Filter(must=[of_document], must_not=kept)
            )
        )

    def update_head(self, head: DocumentHead) -> None:
        of_document = edge.FieldCondition("document_id", match=edge.MatchValue(head.document_id))
        self._update(
            edge.UpdateOperation.set_payload_by_filter(
                edge.Filter(must=[of_document]), head_payload_of(head)
            )
        )

    def dense(
        self, vector: Vector, scope: Scope, limit: int, *, among: Sequence[str] = ()
    ) -> list[Hit]:
        query = edge.Query.Nearest(vector.tolist(), using=_DENSE)
        return self._query(query, scope, limit, among)

    def sparse(
        self, vector: SparseVector, scope: Scope, limit: int, *, among: Sequence[str] = ()
    ) -> list[Hit]:
        if not vector.indices:
            return []
        terms = edge.SparseVector(list(vector.indices), list(vector.values))
        return self._query(edge.Query.Nearest(terms, using=_SPARSE), scope, limit, among)

    def late(self, query: Codes, scope: Scope, among: Sequence[str]) -> list[Hit]:
        if not self._tokens or not among or not len(query):
            return []
        nearest = edge.Query.Nearest(query.tolist(), using=_TOKENS)
        return self._query(nearest, scope, len(among), among)

    def token_codes(self, point_ids: Sequence[str], scope: Scope) -> dict[str, TokenCodes]:
        if not self._tokens or not point_ids:
            return {}
        return _in_scope(self._recent_tokens.get(point_ids, self._read_tokens), scope)

    def passages(self, point_ids: Sequence[str], scope: Scope) -> dict[str, Passage]:
        if not point_ids:
            return {}
        # reading by id and testing here takes a third of the time of a filtered reading
        return _in_scope(self._recent_passages.get(point_ids, self._read_passages), scope)

    def document_passages(self, document_id: str, scope: Scope) -> list[Passage]:
        wanted = scope_of_document(document_id, scope)
        if wanted is None:
            return []
        found: list[Passage] = []
        offset: object | None = None
        while True:
            records, offset = self._shard.scroll(
                edge.ScrollRequest(
                    offset=offset,  # type: ignore[arg-type]
                    limit=_SCROLL_BATCH,
                    filter=_filter(wanted),
                    with_payload=True,
                )
            )
            found.extend(passage_of(dict(record.payload or {})) for record in records)
            if offset is None:
                return sorted(found, key=lambda passage: passage.ordinal)

    def count(self, scope: Scope) -> int:
        return self._shard.count(edge.CountRequest(filter=_filter(scope), exact=True))

    def total(self) -> int:
        return self._shard.count(edge.CountRequest(exact=True))

    def inventory(self) -> Counter[Batch]:
        found: Counter[Batch] = Counter()
        offset: object | None = None
        while True:
            records, offset = self._shard.scroll(
                edge.ScrollRequest(
                    offset=offset,  # type: ignore[arg-type]
                    limit=_SCROLL_BATCH,
                    with_payload=edge.PayloadSelector.Include(list(BATCH_FIELDS)),
                )
            )
            found.update(batch_of(dict(record.payload or {})) for record in records)
            if offset is None:
                return found

    def flush(self) -> None:
        self._shard.flush()

    def optimise(self) -> None:
        self._shard.optimize()

    def warm(self) -> None:
        read_ahead(self._folder)

    def close(self) -> None:
        self._shard.flush()
        self._shard.close()

    def _read_tokens(self, point_ids: Sequence[str]) -> dict[str, _Read[TokenCodes]]:
        wanted = edge.PayloadSelector.Include([TOKEN_ENDS, *FILTER_FIELDS])
        ids: list[Any] = list(point_ids)
        found: dict[str, _Read[TokenCodes]] = {}
        for record in self._shard.retrieve(ids, wanted, [_TOKENS]):
            payload = dict(record.payload or {})
            vectors = record.vector  # makes Python lists of it, each time it is read
            rows = vectors.get(_TOKENS) if isinstance(vectors, dict) else None
            if rows is not None:
                found[str(record.id)] = _Read(_filtered_by(payload), token_codes_of(payload, rows))
        return found

    def _read_passages(self, point_ids: Sequence[str]) -> dict[str, _Read[Passage]]:
        found: dict[str, _Read[Passage]] = {}
        ids: list[Any] = list(point_ids)
        for record in self._shard.retrieve(ids, True, False):
            payload = dict(record.payload or {})
            found[str(record.id)] = _Read(_filtered_by(payload), passage_of(payload))
        return found

    def _query(
        self, query: "edge.Query", scope: Scope, limit: int, among: Sequence[str]
    ) -> list[Hit]:
        points = self._shard.query(
            edge.QueryRequest(
                limit=limit, query=query, filter=_filter(scope, among), params=_SEARCHED
            )
        )
        return [Hit(str(point.id), point.score) for point in points]

    def _update(self, operation: "edge.UpdateOperation") -> None:
        self._require_room(_ROOM_TO_CHANGE_MB)
        try:
            self._shard.update(operation)
        except Exception as error:
            if "No space left" in str(error) or "os error 28" in str(error):
                raise self._full() from error
            raise
        finally:
            self._recent_tokens.clear()
            self._recent_passages.clear()

    def _require_room(self, megabytes: int) -> None:
        if shutil.disk_usage(self._folder).free < megabytes * 1024 * 1024:
            raise self._full()

    def _full(self) -> StorageFullError:
        return StorageFullError(
            f"Kein Platz mehr auf dem Datenträger von {self._folder}. Was bereits gespeichert war, "
            "ist unverändert. Bitte Platz schaffen und erneut starten."
        )


def _filtered_by(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {name: payload.get(name) for name in FILTER_FIELDS}


def _in_scope(read: Mapping[str, _Read[_Value]], scope: Scope) -> dict[str, _Value]:
    conditions = conditions_of(scope)
    return {
        point: entry.value
        for point, entry in read.items()
        if all(holds(condition, entry.fields) for condition in conditions)
    }


def _config(dimension: int, tokens: bool) -> "edge.EdgeConfig":
    vectors = {_DENSE: edge.EdgeVectorParams(size=dimension, distance=edge.Distance.Cosine)}
    if tokens:
        # only ever scored for a few points by id: no graph, and on disk until it is asked for
        vectors[_TOKENS] = edge.EdgeVectorParams(
            size=WIDTH,
            distance=edge.Distance.Dot,
            multivector_config=edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim),
            datatype=edge.VectorStorageDatatype.Uint8,
            hnsw_config=edge.HnswIndexConfig(m=0, ef_construct=16, full_scan_threshold=10),
            memory=edge.Memory.Cold,
        )
    return edge.EdgeConfig(
        vectors=vectors,
        sparse_vectors={_SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
    )


def _point(entry: IndexedPassage, with_tokens: bool) -> "edge.Point":
    tokens = entry.tokens if with_tokens and entry.tokens and len(entry.tokens.codes) else None
    vectors: dict[str, Any] = {
        _DENSE: entry.dense.tolist(),
        _SPARSE: edge.SparseVector(list(entry.sparse.indices), list(entry.sparse.values)),
    }
    if tokens:
        vectors[_TOKENS] = tokens.codes.tolist()
    return edge.Point(UUID(entry.point_id), vectors, payload_of(entry.passage, tokens))


def _filter(scope: Scope, among: Sequence[str] = ()) -> "edge.Filter":
    must: list[object] = [_condition(condition) for condition in conditions_of(scope)]
    if among:
        points: set[Any] = set(among)  # it parses ids itself, in a tenth of Python's time
        must.append(edge.HasIdCondition(points))
    return edge.Filter(must=must)  # type: ignore[arg-type]


def _condition(condition: Condition) -> "edge.FieldCondition":
    if isinstance(condition, AnyOf):
        return edge.FieldCondition(condition.field, match=edge.MatchAny(list(condition.values)))
    return edge.FieldCondition(
        condition.field,
        range=edge.RangeFloat(gte=condition.at_least, lte=condition.at_most),
    )
