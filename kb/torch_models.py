"""Loading models of sentence-transformers (extra `transformers`): quietly, offline first, any size."""

from importlib import import_module
from pathlib import Path
from typing import Any


def load_torch_model(kind: str, name: str, threads: int) -> Any:
    """The model `name` (on a hub, or a folder) as the class `kind` of sentence_transformers.

    A folder never touches the network; what was downloaded once is taken as it was. It runs on a
    GPU when torch sees one. `threads` are torch's in this process, 0 leaves them as they are.
    Raises ImportError without the extra, anything at all for a model that cannot be loaded.
    """
    torch = import_module("torch")  # seconds to import, hence not above
    load = getattr(import_module("sentence_transformers"), kind)
    import_module("transformers.utils.logging").disable_progress_bar()
    if threads:
        torch.set_num_threads(threads)
    try:
        return load(name, local_files_only=True)
    except Exception:
        if Path(name).exists():
            raise
        return load(name)
