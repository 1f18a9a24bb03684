"""The model folder: the bundled weights, written once in the forms that other libraries read.

`ensure_model_folder` returns a folder in the layout of Hugging Face and sentence-transformers that
carries the int8 graph for `OnnxE5`. A manifest names the SHA-256 of every file and of the weights
they were made from; whatever is missing, damaged or made from other weights is written anew. One
process writes at a time, beside the final place, and renames; so nobody meets half a folder.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers.processors import TemplateProcessing

from kb.embedding.onnx_e5 import FLOAT_FILE, INT8_FILE, MAX_TOKENS, RECIPE, write_graph
from kb.embedding.packed_e5 import (
    WEIGHTS_SHA256,
    Floats,
    PackedE5,
    Shape,
    Vocabulary,
    bundled_weights,
)
from kb.errors import EmbeddingError, StorageFullError

Progress = Callable[[str], None]

_FOLDER, _MANIFEST, _BUILDING = "multilingual-e5-small", "manifest.json", ".building-"
_TORCH_FILE = "model.safetensors"
_FLOAT_FILES = (_TORCH_FILE, FLOAT_FILE)
_STEPS = 4
_MEGABYTES, _MEGABYTES_FP32 = 100, 750

_SPECIAL_TOKENS = {
    "bos_token": "<s>",
    "cls_token": "<s>",
    "eos_token": "</s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}
_MODULES = [
    {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
    for i, (path, kind) in enumerate(
        [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    )
]
_PROMPTS = {"query": "query: ", "document": "passage: "}


def ensure_model_folder(
    cache: Path, progress: Progress | None = None, *, fp32: bool = False
) -> Path:
    """The folder inside `cache`, written if need be (85 MB, some seconds).

    `fp32` adds what `OnnxE5` does not read: `model.safetensors` for sentence-transformers (470 MB)
    and `onnx/model.onnx` (140 MB). `progress` receives German lines while something is written.
    Raises EmbeddingError, or StorageFullError when the disk is full.
    """
    tell = progress or (lambda line: None)
    folder = cache / _FOLDER
    try:
        if _is_whole(folder, fp32=fp32):
            return folder
        cache.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(cache, tell):
            # another process may have written it while this one waited
            if not _is_whole(folder, fp32=fp32):
                _rebuild(folder, tell, fp32=fp32 or (folder / _TORCH_FILE).exists())
    except OSError as error:
        raise EmbeddingError(
            f"Das Sprachmodell kann in {str(cache)!r} nicht angelegt werden ({error.strerror}). "
            "Bitte Platz und Schreibrechte prüfen oder einen anderen Ordner wählen."
        ) from error
    return folder


def _is_whole(folder: Path, *, fp32: bool) -> bool:
    """Whether every file needed has the checksum noted when it was written."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        files: dict[str, str] = manifest["files"]
        needed = {name for name in files if fp32 or name not in _FLOAT_FILES}
        expected = {INT8_FILE, *(_FLOAT_FILES if fp32 else ())}
        return (
            manifest["recipe"] == RECIPE
            and expected <= needed
            and manifest["source"] == WEIGHTS_SHA256
            and all(_sha256(folder / name) == files[name] for name in needed)
        )
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _rebuild(folder: Path, tell: Progress, *, fp32: bool) -> None:
    """Writes beside `folder` and renames. Called by one process at a time, so all leftovers go."""
    for leftover in folder.parent.glob(_BUILDING + "*"):
        shutil.rmtree(leftover)
    needed = _MEGABYTES_FP32 if fp32 else _MEGABYTES
    if shutil.disk_usage(folder.parent).free < needed * 10**6:
        raise StorageFullError(
            f"Für das Sprachmodell fehlt Platz in {str(folder.parent)!r}: {needed} MB werden "
            "gebraucht. Bitte Platz schaffen oder einen anderen Ordner wählen."
        )
    building = Path(mkdtemp(prefix=_BUILDING, dir=folder.parent))
    try:
        _write(building, tell, fp32=fp32)
        if folder.exists():
            folder.rename(building / "replaced")
        (building / "new").rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _write(building: Path, tell: Progress, *, fp32: bool) -> None:
    _announce(tell, 1, "Gewichte lesen")
    packed = PackedE5(bundled_weights())
    new = building / "new"
    (new / INT8_FILE).parent.mkdir(parents=True)
    _announce(tell, 2, "Wortschatz schreiben")
    (new / "tokenizer.json").write_text(_tokenizer(packed.vocabulary).to_str(), "utf-8")
    for name, content in _settings(packed.shape, packed.vocabulary.pad).items():
        path = new / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    _announce(tell, 3, "Rechenweg schreiben")
    write_graph(packed, new / INT8_FILE, int8=True)
    if fp32:
        write_graph(packed, new / FLOAT_FILE, int8=False)
        save_file(_torch_weights(packed), str(new / _TORCH_FILE), metadata={"format": "pt"})
        (new / _TORCH_FILE).chmod(0o644)  # the library leaves it to the owner alone
    _announce(tell, 4, "Prüfsummen bilden")
    files = {
        path.relative_to(new).as_posix(): _sha256(path)
        for path in sorted(new.rglob("*"))
        if path.is_file()
    }
    manifest = {"recipe": RECIPE, "source": WEIGHTS_SHA256, "files": files}
    (new / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def _torch_weights(packed: PackedE5) -> dict[str, Floats]:
    """With a pooler of zeros: mean pooling does not use it, but transformers would draw one."""
    width = packed.shape.hidden
    pooler = {
        "pooler.dense.weight": np.zeros((width, width), np.float32),
        "pooler.dense.bias": np.zeros(width, np.float32),
    }
    return packed.weights() | pooler


def _announce(tell: Progress, step: int, what: str) -> None:
    tell(f"Sprachmodell wird einmalig vorbereitet (Schritt {step} von {_STEPS}: {what})")


def _tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """XLM-R's: SentencePiece unigram; nmt_nfkc is `Nmt`, then `NFKC`."""
    pieces = [piece for piece, _ in vocabulary.pieces]
    bos, eos, pad, unk = (
        pieces[i] for i in (vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unk)
    )
    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, vocabulary.unk, False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    tokenizer.add_special_tokens([AddedToken(p, special=True) for p in (bos, pad, eos, unk)])
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    return tokenizer


def _settings(shape: Shape, pad: int) -> dict[str, Any]:
    """The small JSON files by name, as the original model's repository has them."""
    bert = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
        "pad_token_id": pad,
        "torch_dtype": "float32",
    }
    tokenizer = {
        **_SPECIAL_TOKENS,
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": MAX_TOKENS,
        "clean_up_tokenization_spaces": False,
    }
    pooling = {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True}
    return {
        "config.json": bert,
        "tokenizer_config.json": tokenizer,
        "special_tokens_map.json": _SPECIAL_TOKENS,
        "modules.json": _MODULES,
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": _PROMPTS, "similarity_fn_name": "cosine"},
        "1_Pooling/config.json": pooling,
    }


@contextmanager
def _one_at_a_time(cache: Path, tell: Progress) -> Iterator[None]:
    """Holds the cache's lock; the system frees it when its process ends, however it ends."""
    with (cache / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Ein anderer Prozess bereitet das Sprachmodell gerade vor; bitte warten …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
