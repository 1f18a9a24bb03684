"""Makes kb/embedding/e5_token_projection.npz: principal components of the bundled model's tokens.

    auskunft ingest --public --data DATA DOCUMENTS…
    python -m tests.benchmarks.fit_token_projection DATA [OUT]

Unsupervised: no question and no label is read, only passages. Whoever makes another projection
changes CODEC_VERSION in kb/embedding/token_codec.py, because stored codes of two must never meet.
"""

import sys
from pathlib import Path

import numpy as np

from ingest.steps import embedding_text
from integrations.desk import open_desk
from integrations.settings import Settings
from kb.audience import STAFF, Viewer
from kb.embedding.model_folder import ensure_model_folder
from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.token_codec import WIDTH
from kb.index.port import Scope

_TOKENS = 200_000
_OUT = Path(__file__).parents[2] / "kb" / "embedding" / "e5_token_projection.npz"


def main(data: Path, out: Path = _OUT) -> None:
    """Read every passage of a data folder and write mean and basis."""
    with open_desk(Settings(), data) as desk:
        model = OnnxE5(ensure_model_folder(desk.folder.cache, print))
        scope = Scope(Viewer.member_of(STAFF))
        texts = [
            embedding_text(passage)
            for document_id in desk.knowledge.registry.live()
            for passage in desk.knowledge.index.document_passages(document_id, scope)
        ]
    rng = np.random.default_rng(0)
    sampled: list[np.ndarray] = []
    for begin in range(0, len(texts), 256):
        for tokens in model.token_vectors(texts[begin : begin + 256], query=False):
            share = rng.random(len(tokens.vectors)) < _TOKENS / (130 * len(texts))
            sampled.append(tokens.vectors[share])
    vectors = np.concatenate(sampled)
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    _, components = np.linalg.eigh(centred.T @ centred / len(centred))
    basis = components[:, ::-1][:, : WIDTH - 1]
    np.savez(out, mean=mean.astype(np.float16), basis=basis.astype(np.float16))
    print(f"{len(texts)} passages, {len(vectors)} tokens -> {out}")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
