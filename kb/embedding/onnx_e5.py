"""multilingual-e5-small in onnxruntime: the graph that is written once, and the engine running it.

`write_graph` turns the packed weights into ONNX (float32, or int8 for the matrix products);
`OnnxE5` gives passage, query and token vectors from a folder of `model_folder.ensure_model_folder`.
Each text is one forward pass of its own and each thread runs one text: without padding no vector
depends on its neighbours in a batch, and this was the fastest arrangement measured.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort  # type: ignore[import-untyped]
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

from kb.embedding.packed_e5 import Floats, PackedE5
from kb.embedding.port import TokenVectors, Vector, Vectors
from kb.errors import EmbeddingError

#: changes whenever the graph, its rounding or the tokenizer does, and with it every vector
RECIPE = "1"
INT8_FILE, FLOAT_FILE = "onnx/model_int8.onnx", "onnx/model.onnx"
MAX_TOKENS = 512

_QUERY, _PASSAGE = "query: ", "passage: "
_READING = "2"  # changes with the rule of `_prefix_of` and with what a session does otherwise
_LONGEST_QUESTION = 300
_GELU_DEPTH = 0.17  # GELU's minimum is -0.16997
_INT8_TOP = 64  # 7 bits: the sums of two products fit 16 bits on processors without VNNI, too


class OnnxE5:
    """The Embedder on onnxruntime. Safe to use from several threads at once.

    Texts are cut after 512 tokens. `threads` is the number of texts embedded at the same time; 0
    means one for each processor this process may use.
    """

    dimension = 384

    def __init__(self, folder: Path, threads: int = 0, *, int8: bool = True) -> None:
        """Raises EmbeddingError if the folder cannot be loaded."""
        self.model_id = (
            f"multilingual-e5-small/onnx-{'int8' if int8 else 'fp32'}/{RECIPE}.{_READING}"
        )
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.enable_truncation(MAX_TOKENS)
            self._session = _session(folder / (INT8_FILE if int8 else FLOAT_FILE))
        except Exception as error:  # both libraries raise bare Exceptions
            raise EmbeddingError(
                f"Das Sprachmodell in {str(folder)!r} kann nicht geladen werden: {error}. "
                "Bitte den Ordner löschen; er wird beim nächsten Start neu angelegt."
            ) from error
        processors = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))
        self._threads = threads or len(processors(0))
        self._pool = ThreadPoolExecutor(self._threads, "embedding")

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 384)."""
        rows = [vector for vector, _ in self._each(texts)]
        return np.array(rows, np.float32).reshape(-1, self.dimension)

    def embed_query(self, text: str) -> Vector:
        """Shape (384,)."""
        return self._read(_QUERY, text)[0]

    def embed_query_with_tokens(self, text: str) -> tuple[Vector, TokenVectors]:
        """The vector of `embed_query` and the question's tokens out of the same pass."""
        return self._read(_QUERY, text)

    def token_vectors(self, texts: Sequence[str], *, query: bool) -> list[TokenVectors]:
        """One entry a text; about 1.5 KB a token, so the caller chooses how many texts at once."""
        return [tokens for _, tokens in self._each(texts, query=query)]

    def embed_passages_with_tokens(
        self, texts: Sequence[str]
    ) -> tuple[Vectors, list[TokenVectors]]:
        """`embed_passages` and `token_vectors` out of the same forward passes."""
        pairs = list(self._each(texts))
        rows = np.array([vector for vector, _ in pairs], np.float32).reshape(-1, self.dimension)
        return rows, [tokens for _, tokens in pairs]

    def _each(
        self, texts: Sequence[str], *, query: bool = False
    ) -> Iterator[tuple[Vector, TokenVectors]]:
        """In order. One text stays in the caller's thread; few results wait at any time."""
        run = map if len(texts) == 1 else self._pool.map
        step = 16 * self._threads
        for begin in range(0, len(texts), step):
            part = texts[begin : begin + step]
            yield from run(lambda t: self._read(_QUERY if query else _prefix_of(t), t), part)

    def _read(self, prefix: str, text: str) -> tuple[Vector, TokenVectors]:
        # half a surrogate pair, as broken files contain it, is no text for the tokenizer
        clean = text if text.isascii() else text.encode("utf-8", "replace").decode()
        encoding = self._tokenizer.encode(prefix + clean)
        ids = np.asarray([encoding.ids], np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        hidden: Floats = self._session.run(["token_vectors"], inputs)[0][0]
        # e5 pools over everything it read, prefix and special tokens included
        mean: Vector = hidden.mean(axis=0)
        offsets = np.asarray(encoding.offsets, np.int32) - len(prefix)
        of_text = (offsets[:, 0] >= 0) & (np.asarray(encoding.special_tokens_mask) == 0)
        tokens = hidden[of_text]
        tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
        return mean / np.linalg.norm(mean), TokenVectors(tokens, offsets[of_text])


def _prefix_of(text: str) -> str:
    """The prefix of a passage: one that is a question itself is compared as one.

    The model's card asks for `query: ` on both sides where the two sides are alike.
    """
    alone = "\n" not in text.strip() and len(text) <= _LONGEST_QUESTION
    return _QUERY if alone and text.rstrip().endswith("?") else _PASSAGE


def _session(path: Path) -> ort.InferenceSession:
    ort.disable_telemetry_events()
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # the arena would keep the longest text's memory for ever (215 MB instead of 100 MB)
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 3
    # sum and normalisation fused take twice the time of the two apart: a sixth of a question's
    slower = ["SkipLayerNormFusion"]
    return ort.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=slower
    )


def write_graph(packed: PackedE5, path: Path, *, int8: bool) -> None:
    """The encoder: input_ids and attention_mask (b, t), int64 -> token_vectors (b, t, 384), float.

    The word table stays in its 4 bits (exact). With `int8` the matrices are rounded per output
    channel, and the activations while running.
    """
    graph = _Graph(packed, int8=int8)
    hidden = graph.embeddings()
    for layer in range(packed.shape.layers):
        hidden = graph.layer(f"encoder.layer.{layer}.", hidden)
    graph.add("Identity", hidden, name="token_vectors")
    described = helper.make_tensor_value_info
    inputs = [described(x, TensorProto.INT64, ["b", "t"]) for x in ("input_ids", "attention_mask")]
    shape = ("b", "t", packed.shape.hidden)
    last = described("token_vectors", TensorProto.FLOAT, shape)
    # with this shape onnxruntime infers the others and fuses what it can
    first = described("embeddings.LayerNorm", TensorProto.FLOAT, shape)
    body = helper.make_graph(graph.nodes, "e5", inputs, [last], graph.constants, value_info=[first])
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.save(model, str(path))


class _Graph:
    """Nodes and constants of a BERT encoder (post-layer-norm, exact GELU), in reading order."""

    def __init__(self, packed: PackedE5, *, int8: bool) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._shape, self._words, self._int8 = packed.shape, packed.word_table(), int8
        self._weights = packed.layer_weights()

    def add(self, operator: str, *inputs: Any, name: str, outputs: Any = (), **rest: Any) -> str:
        """One node, called like its output; arrays among the inputs become constants."""
        names = []
        for place, value in enumerate(inputs):
            names.append(value if isinstance(value, str) else f"{name}.{place}")
            if not isinstance(value, str):
                array = np.asarray(value, order="C")
                self.constants.append(numpy_helper.from_array(array, names[-1]))
        self.nodes.append(helper.make_node(operator, names, outputs or [name], name, **rest))
        return name

    def embeddings(self) -> str:
        """Words, unpacked from their 4 bits, plus positions and token type 0; also the mask."""
        add, hidden = self.add, self._shape.hidden
        packed = add("Gather", self._words.halves, "input_ids", name="words.packed")
        low = add("BitwiseAnd", packed, np.uint8(15), name="words.low")
        high = add("BitShift", packed, np.uint8(4), name="words.high", direction="RIGHT")
        values = add("Concat", low, high, name="words.values", axis=-1)
        values = add("Cast", values, name="words.floats", to=TensorProto.FLOAT)
        values = add("Sub", values, np.float32(8), name="words.centred")
        scales = add("Gather", self._words.scales[..., None], "input_ids", name="words.scales")
        scales = add("Cast", scales, name="words.steps", to=TensorProto.FLOAT)
        words = add("Mul", values, scales, name="words.scaled")
        words = add("Reshape", words, np.array([0, 0, hidden]), name="words")
        table = self._weights["embeddings.position_embeddings.weight"]
        table = table + self._weights["embeddings.token_type_embeddings.weight"][0]
        length = add("Shape", "input_ids", name="length", start=1, end=2)
        positions = add("Slice", table, np.array([0]), length, np.array([0]), name="positions")
        read = add("Cast", "attention_mask", name="mask.read", to=TensorProto.BOOL)
        mask = add("Where", read, np.float32(0), np.float32(-1e9), name="mask.scores")
        add("Unsqueeze", mask, np.array([1, 2]), name="mask")
        return self._norm("embeddings.LayerNorm", add("Add", words, positions, name="summed"))

    def layer(self, at: str, hidden: str) -> str:
        add = self.add
        context = self._attention(at + "attention.self.", hidden)
        attended = self._dense([at + "attention.output.dense"], context)
        attended = add("Add", attended, hidden, name=at + "attention.sum")
        attended = self._norm(at + "attention.output.LayerNorm", attended)
        inner = add("Gelu", self._dense([at + "intermediate.dense"], attended), name=at + "gelu")
        outer = self._dense([at + "output.dense"], inner, after_gelu=True)
        return self._norm(at + "output.LayerNorm", add("Add", outer, attended, name=at + "sum"))

    def _attention(self, at: str, hidden: str) -> str:
        """Softmax(QK^T / sqrt(d) + mask) V; one product makes query, key and value."""
        add, heads, width = self.add, self._shape.heads, self._shape.hidden // self._shape.heads
        joint = self._dense([at + "query", at + "key", at + "value"], hidden)
        made = at + "q", at + "k", at + "v"
        add("Split", joint, name=at + "split", outputs=made, axis=-1, num_outputs=3)
        for part, order in (("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])):
            split = add("Reshape", at + part, np.array([0, 0, heads, width]), name=at + part + ".r")
            add("Transpose", split, name=f"{at}{part}.t", perm=order)
        scores = add("MatMul", at + "q.t", at + "k.t", name=at + "products")
        scores = add("Mul", scores, np.float32(width**-0.5), name=at + "scores")
        shares = add("Softmax", add("Add", scores, "mask", name=at + "masked"), name=at + "shares")
        mixed = add("MatMul", shares, at + "v.t", name=at + "mixed")
        mixed = add("Transpose", mixed, name=at + "mixed.t", perm=[0, 2, 1, 3])
        return add("Reshape", mixed, np.array([0, 0, heads * width]), name=at + "context")

    def _norm(self, at: str, hidden: str) -> str:
        inputs = hidden, self._weights[at + ".weight"], self._weights[at + ".bias"]
        return self.add("LayerNormalization", *inputs, name=at, epsilon=self._shape.epsilon)

    def _dense(self, names: list[str], hidden: str, *, after_gelu: bool = False) -> str:
        """hidden x weights^T + bias, for one or several weights side by side."""
        weight = np.concatenate([self._weights[name + ".weight"] for name in names])
        bias = np.concatenate([self._weights[name + ".bias"] for name in names])
        if not self._int8:
            product = self.add("MatMul", hidden, weight.T, name=names[0] + ".product")
        elif after_gelu:
            # each token by its own maximum: a few tokens reach 50 where the others reach 2
            top = self.add("ReduceMax", hidden, np.array([-1]), name=names[0] + ".max")
            top = self.add("Max", top, np.float32(_GELU_DEPTH), name=names[0] + ".top")
            hidden = self.add("Div", hidden, top, name=names[0] + ".levelled")
            product = self._int8_product(names[0], hidden, weight)
            product = self.add("Mul", product, top, name=names[0] + ".raised")
        else:
            product = self._int8_product(names[0], hidden, weight)
        return self.add("Add", product, bias, name=names[0])

    def _int8_product(self, at: str, hidden: str, weight: Floats) -> str:
        """The node sequence of onnxruntime's `quantize_dynamic`, which its optimiser fuses."""
        steps = np.abs(weight).max(axis=1) / np.float32(_INT8_TOP)
        rounded = np.rint(weight / steps[:, None]).astype(np.int8).T
        integers, step, zero = made = f"{at}.integers", f"{at}.step", f"{at}.zero"
        self.add("DynamicQuantizeLinear", hidden, name=at + ".round", outputs=made)
        product = self.add("MatMulInteger", integers, rounded, zero, name=at + ".product")
        product = self.add("Cast", product, name=at + ".float", to=TensorProto.FLOAT)
        scale = self.add("Mul", step, steps, name=at + ".scale")
        return self.add("Mul", product, scale, name=at + ".scaled")
