"""The same index in another configuration: graph, quantization, memory placement, token vectors.

`python -m tests.benchmarks.scale.variants FOLDER NAME [NAME …]` makes a data folder `FOLDER-NAME`
for each, by loading a copy of the shard with another configuration and optimising it. The share of
the exact nearest neighbours that a configuration still finds is measured as well.
"""

import argparse
import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import qdrant_edge as edge

from kb.embedding.port import Vector, Vectors
from kb.embedding.token_codec import WIDTH
from kb.index.edge import EdgeIndex, _filter
from kb.index.port import Scope
from tests.benchmarks.scale.build import shard_of
from tests.benchmarks.scale.memory import allocated

_DIMENSION = 384
_NEAREST = 100
_LINKS = 16


@dataclass(frozen=True, slots=True)
class Variant:
    """A configuration of the dense vectors: links of the graph (0: none, exact search), further ones for
    each value of a filter's field (None: as many), and storage."""

    links: int
    quantization: object = None
    memory: "edge.Memory | None" = None
    datatype: "edge.VectorStorageDatatype | None" = None
    payload_links: int | None = None


def variants() -> dict[str, Variant]:
    """All configurations by name."""
    scalar = edge.ScalarQuantizationConfig(edge.ScalarType.Int8, 0.99)
    pinned = edge.ScalarQuantizationConfig(edge.ScalarType.Int8, 0.99, memory=edge.Memory.Pinned)
    binary = edge.BinaryQuantizationConfig(memory=edge.Memory.Pinned)
    turbo = edge.TurboQuantQuantizationConfig(
        bits=edge.TurboQuantBitSize.Bits4, memory=edge.Memory.Pinned
    )
    return {
        "flat": Variant(0),
        "hnsw": Variant(_LINKS),
        "hnsw-plain": Variant(_LINKS, payload_links=0),
        "hnsw-cold": Variant(_LINKS, memory=edge.Memory.Cold),
        "hnsw-pinned": Variant(_LINKS, memory=edge.Memory.Pinned),
        "hnsw-half": Variant(_LINKS, datatype=edge.VectorStorageDatatype.Float16),
        "flat-int8": Variant(0, scalar),
        "hnsw-int8": Variant(_LINKS, scalar),
        "hnsw-int8-cold": Variant(_LINKS, pinned, edge.Memory.Cold),
        "hnsw-binary-cold": Variant(_LINKS, binary, edge.Memory.Cold),
        "hnsw-turbo4-cold": Variant(_LINKS, turbo, edge.Memory.Cold),
    }


def make(folder: Path, name: str, *, tokens: bool) -> dict[str, float]:
    """Make the data folder of a variant; seconds it took and MiB of its index."""
    target = folder.with_name(f"{folder.name}-{name}")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target, symlinks=True)
    shard = shard_of(target)
    begin, used = time.perf_counter(), time.process_time()
    opened = edge.EdgeShard.load(str(shard), _config(variants()[name], tokens))
    opened.optimize()
    opened.flush()
    opened.close()
    return {
        "optimise": round(time.perf_counter() - begin, 1),
        "optimise cpu": round(time.process_time() - used, 1),
        "MiB": allocated(shard),
    }


def recall(shard: Path, questions: Vectors, scope: Scope) -> dict[str, float]:
    """Shares of the exact ten and hundred nearest in the scope among the hundred that we find."""
    index = EdgeIndex(shard, _DIMENSION)

    def exactly(vector: Vector) -> list[str]:
        request = edge.QueryRequest(
            limit=_NEAREST,
            query=edge.Query.Nearest(vector.tolist(), using="dense"),
            filter=_filter(scope),
            params=edge.SearchParams(exact=True),
        )
        return [str(point.id) for point in index._shard.query(request)]

    def found(vector: Vector) -> set[str]:
        return {hit.point_id for hit in index.dense(vector, scope, _NEAREST)}

    pairs = [(exactly(vector), found(vector)) for vector in questions]
    index.close()
    return {
        f"of {depth}": round(
            sum(len(ours.intersection(exact[:depth])) for exact, ours in pairs)
            / max(sum(len(exact[:depth]) for exact, _ in pairs), 1),
            4,
        )
        for depth in (10, _NEAREST)
    }


def _config(variant: Variant, tokens: bool) -> "edge.EdgeConfig":
    graph = edge.HnswIndexConfig(
        m=variant.links,
        ef_construct=100,
        full_scan_threshold=10_000,
        payload_m=variant.payload_links,
    )
    vectors = {
        "dense": edge.EdgeVectorParams(
            size=_DIMENSION,
            distance=edge.Distance.Cosine,
            hnsw_config=graph,
            quantization_config=variant.quantization,  # type: ignore[arg-type]
            memory=variant.memory,
            datatype=variant.datatype,
        )
    }
    if tokens:
        vectors["tokens"] = edge.EdgeVectorParams(
            size=WIDTH,
            distance=edge.Distance.Dot,
            multivector_config=edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim),
            datatype=edge.VectorStorageDatatype.Uint8,
            hnsw_config=edge.HnswIndexConfig(m=0, ef_construct=16, full_scan_threshold=10),
            memory=edge.Memory.Cold,
        )
    return edge.EdgeConfig(
        vectors=vectors,
        sparse_vectors={"sparse": edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
    )


def main() -> None:
    """Make the variants named and print a JSON object for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="+", choices=sorted(variants()))
    parser.add_argument("--no-tokens", action="store_true")
    given = parser.parse_args()
    for name in given.names:
        print(json.dumps({name: make(given.folder, name, tokens=not given.no_tokens)}), flush=True)


if __name__ == "__main__":
    main()
