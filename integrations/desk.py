"""Wiring: settings and a data folder become a working information desk.

Everything is made here and handed on by argument; closing the desk releases the data folder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from assistant.assistant import Assistant
from ingest.chunk import CHUNKER_VERSION
from ingest.rebuild import rebuild
from ingest.report import RunReport
from ingest.run import Ingestion, IngestOptions, Progress
from integrations.settings import BUNDLED, Settings
from kb.datafolder import DataFolder
from kb.embedding.cache import CachedEmbedder
from kb.embedding.endpoint import EndpointEmbedder
from kb.embedding.endpoint_api import Endpoint
from kb.embedding.model_folder import ensure_model_folder
from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.port import Embedder
from kb.embedding.prompts import choose
from kb.embedding.transformers import SentenceTransformersEmbedder
from kb.errors import IndexMismatchError, InputError
from kb.index.fingerprint import Fingerprint
from kb.index.folders import FolderGenerations
from kb.index.generations import Generations
from kb.index.port import Index
from kb.lexical import ANALYSER_VERSION
from kb.originals import Originals
from kb.search import Search
from kb.state.database import Database
from kb.state.registry import Registry
from kb.state.tokens import Tokens
from kb.store import KnowledgeBase
from kb.vocabulary import Vocabulary

_TRANSFORMERS, _OPENAI = "sentence-transformers:", "openai:"


@dataclass
class Desk:
    """An opened data folder with all that works on it."""

    settings: Settings
    folder: DataFolder
    database: Database
    embedder: CachedEmbedder
    knowledge: KnowledgeBase
    search: Search
    vocabulary: Vocabulary
    assistant: Assistant
    ingestion: Ingestion
    tokens: Tokens
    switch: Callable[[], None]

    def rebuild(self, progress: Progress) -> RunReport:
        """Fill this desk's new generation from the originals and switch to it."""
        return rebuild(self.knowledge, self.ingestion, self.switch, progress)

    @property
    def ingest_options(self) -> IngestOptions:
        return IngestOptions(
            max_bytes=self.settings.max_file_mb * 1024 * 1024, reserve_mb=self.settings.reserve_mb
        )

    def close(self) -> None:
        self.knowledge.index.close()
        self.embedder.close()
        self.database.close()
        self.folder.release()

    def __enter__(self) -> "Desk":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_desk(
    settings: Settings,
    path: Path,
    *,
    new_generation: bool = False,
    tell: Callable[[str], None] = lambda line: None,
) -> Desk:
    """Take ownership of a data folder and open everything in it; repairs what a crash left.

    Raises DataFolderInUseError, IndexMismatchError (unless `new_generation`), EmbeddingError.
    """
    folder = DataFolder(path).acquire()
    try:
        database = Database(settings.database_url or f"sqlite:///{folder.database}")
        model = make_embedder(settings, folder.cache, tell)
        embedder = CachedEmbedder(model, folder.cache / "vectors.sqlite")
        registry = Registry(database)
        index, switch = _open_index(settings, folder, _fingerprint(embedder), new_generation)
        if not new_generation:
            _require_passages(registry, index)
    except BaseException:
        folder.release()
        raise
    knowledge = KnowledgeBase(registry, index, Originals(folder.originals))
    knowledge.repair()
    search = Search(index, registry, embedder)
    vocabulary = Vocabulary(registry)
    return Desk(
        settings=settings,
        folder=folder,
        database=database,
        embedder=embedder,
        knowledge=knowledge,
        search=search,
        vocabulary=vocabulary,
        assistant=Assistant(search, vocabulary, settings.contacts, folder.demo),
        ingestion=Ingestion(knowledge, embedder, folder.require_room),
        tokens=Tokens(database),
        switch=switch,
    )


def make_embedder(settings: Settings, cache: Path, tell: Callable[[str], None]) -> Embedder:
    """The embedder a setting names; the bundled one is unpacked into `cache` once.

    Raises InputError for an unknown name, EmbeddingError when the model cannot be loaded.
    """
    name = settings.embedder
    prefixes = settings.embedder_query_prefix, settings.embedder_passage_prefix
    if name == BUNDLED:
        return OnnxE5(ensure_model_folder(cache, tell), settings.threads)
    if name.startswith(_TRANSFORMERS):
        return SentenceTransformersEmbedder(
            name.removeprefix(_TRANSFORMERS), settings.threads, *prefixes
        )
    if name.startswith(_OPENAI):
        model = name.removeprefix(_OPENAI)
        endpoint = Endpoint(
            settings.embedder_url,
            model,
            settings.embedder_api_key.get_secret_value(),
            settings.embedder_per_minute,
            settings.embedder_timeout_s,
        )
        prompts, lengths = choose(model, *prefixes), cache / "vector-lengths.json"
        return EndpointEmbedder(endpoint, prompts, settings.embedder_batch, lengths)
    raise InputError(
        f"AUSKUNFT_EMBEDDER={name!r} gibt es nicht. Erlaubt sind „{BUNDLED}“, "
        f"„{_TRANSFORMERS}<Name oder Pfad>“ und „{_OPENAI}<Modell>“."
    )


def _fingerprint(embedder: Embedder) -> Fingerprint:
    return Fingerprint(embedder.model_id, embedder.dimension, ANALYSER_VERSION, CHUNKER_VERSION)


def _require_passages(registry: Registry, index: Index) -> None:
    """Refuse to serve an empty index where the registry knows documents: it would deny everything."""
    if index.total() == 0 and any(document.passages for document in registry.all()):
        index.close()
        raise IndexMismatchError(
            "Der Suchindex ist leer, obwohl Dokumente eingelesen sind; vermutlich wurde er gelöscht. "
            "Bitte mit „auskunft rebuild“ aus den Originalen neu aufbauen."
        )


def _open_index(
    settings: Settings, folder: DataFolder, wanted: Fingerprint, new_generation: bool
) -> tuple[Index, Callable[[], None]]:
    """The index and what puts it into use (nothing to do unless it is a new generation)."""
    generations = _generations(settings, folder)
    name = generations.marked()
    if name is None or new_generation:
        former, name = name, generations.next_name([])
        index = generations.create(name, wanted)
        if former is None:
            generations.mark(name)
    else:
        wanted.require(generations.fingerprint(name), name)
        index = generations.open(name, wanted)
    chosen = name

    def switch() -> None:
        generations.mark(chosen)
        for other in generations.names():
            if other != chosen:
                generations.drop(other)

    return index, switch


def _generations(settings: Settings, folder: DataFolder) -> Generations:
    """Where the generations of the index are: in the data folder, or on a server."""
    if not settings.qdrant_url:
        return FolderGenerations(folder.index)
    from kb.index.collections import CollectionGenerations  # noqa: PLC0415 (a second to import)
    from kb.index.server import connect  # noqa: PLC0415

    client = connect(settings.qdrant_url, settings.qdrant_api_key)
    return CollectionGenerations(client, settings.qdrant_collection)
