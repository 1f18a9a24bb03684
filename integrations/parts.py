"""What all generations of the index share: the data folder and everything in it beside the index."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.chunk import CHUNKER_VERSION
from integrations.settings import BUNDLED, NO_RERANKER, Settings
from kb.datafolder import DataFolder
from kb.embedding.cache import CachedEmbedder
from kb.embedding.late import WithoutTokens, has_tokens
from kb.embedding.port import Embedder
from kb.errors import IndexMismatchError
from kb.index.fingerprint import Fingerprint
from kb.index.folders import FolderGenerations
from kb.index.generations import Generations
from kb.lexical import ANALYSER_VERSION
from kb.originals import Originals
from kb.state.database import Database
from kb.state.generations import Generation, GenerationLedger, GenerationState
from kb.state.registry import Registry

#: settings → the language model that they name
Loading = Callable[[Settings], Embedder]


@dataclass(frozen=True)
class Parts:
    """The opened parts; whoever has the right to work on the data folder may open them."""

    settings: Settings
    folder: DataFolder
    database: Database
    registry: Registry
    ledger: GenerationLedger
    generations: Generations
    originals: Originals
    load: Loading

    def embedder(self, choice: str) -> CachedEmbedder:
        """The language model of a choice (see `Settings.model_choice`), over the cache of vectors.

        Raises InputError, EmbeddingError.
        """
        model = self.load(self.settings.with_model(choice))
        return CachedEmbedder(model, self.folder.cache / "vectors.sqlite")

    @property
    def synonyms(self) -> Path:
        """The admin's file of synonyms, which may be missing."""
        chosen = self.settings.synonyms
        return Path(chosen) if chosen else self.folder.path / "synonyme.txt"

    def close(self) -> None:
        self.generations.close()
        self.database.close()


def open_parts(settings: Settings, folder: DataFolder, load: Loading) -> Parts:
    """Open what a data folder holds apart from an index."""
    database = Database(settings.database_url or f"sqlite:///{folder.database}")
    return Parts(
        settings=settings,
        folder=folder,
        database=database,
        registry=Registry(database),
        ledger=GenerationLedger(database),
        generations=_generations(settings, folder),
        originals=Originals(folder.originals),
        load=load,
    )


def fingerprint_of(embedder: Embedder) -> Fingerprint:
    """What an index made now, with this language model, is made with."""
    tokens = embedder.tokens_id if has_tokens(embedder) else ""
    return Fingerprint(
        embedder.model_id, embedder.dimension, ANALYSER_VERSION, CHUNKER_VERSION, tokens
    )


def wanted_of(settings: Settings, embedder: Embedder) -> Fingerprint:
    """What the index that the settings ask for is made with."""
    made = fingerprint_of(embedder)
    return replace(made, tokens="") if settings.reranker == NO_RERANKER else made


def embedder_for(stored: Fingerprint, embedder: Embedder) -> Embedder:
    """A language model as the passages of an index made so need it: tokens where it has them.

    So no passage stays without them while nobody asks for tokens (see `satisfies`).
    """
    return embedder if stored.tokens else WithoutTokens(embedder)


def stored_in(generation: Generation) -> Fingerprint:
    """What a generation was made with."""
    return Fingerprint.from_dict(dict(generation.fingerprint))


def answers_with(embedder: Embedder, stored: Fingerprint) -> bool:
    """Whether an index made so can be asked with this model and the present software.

    Passages cut by another chunker are as good as any; vectors of another model are not, nor are
    words that were analysed in another way. Token vectors may be missing on either side.
    """
    wanted = fingerprint_of(embedder)
    known_tokens = not wanted.tokens or not stored.tokens or wanted.tokens == stored.tokens
    return known_tokens and replace(wanted, chunker=stored.chunker, tokens=stored.tokens) == stored


def satisfies(stored: Fingerprint, wanted: Fingerprint) -> bool:
    """Whether an index made so needs no rebuild; token vectors that nobody wants do no harm."""
    return stored == wanted or (not wanted.tokens and replace(stored, tokens="") == wanted)


def current_generation(parts: Parts, wanted: Fingerprint) -> Generation:
    """The generation in use: the first one is made, one from before there was a ledger entered.

    Where there are no documents a fitting one takes its place at once.
    """
    ledger, generations = parts.ledger, parts.generations
    current = ledger.current()
    if (
        current is not None
        and not satisfies(stored_in(current), wanted)
        and not parts.registry.all()
    ):
        following = generations.next_name([one.name for one in ledger.all()])
        ledger.enter(following, wanted.as_dict(), parts.settings.model_choice)
        generations.create(following, wanted).close()
        ledger.switch(following, GenerationState.DROPPED)
        current = ledger.current()
    if current is not None:
        return current
    name = generations.marked()
    if name is None:
        name = generations.next_name([])
        generations.create(name, wanted).close()
        generations.mark(name)
    try:
        stored = generations.fingerprint(name)
    except IndexMismatchError:
        stored = Fingerprint.from_dict({})
    choice = parts.settings.model_choice if stored == wanted else _choice_of(stored.model)
    return ledger.enter(name, stored.as_dict(), choice, GenerationState.CURRENT)


def _choice_of(model_id: str) -> str:
    """The setting behind a model id, as far as the id says it; older generations kept no more."""
    bundled = model_id.startswith("multilingual-e5-small/")
    return json.dumps({"embedder": BUNDLED}) if bundled else ""


def _generations(settings: Settings, folder: DataFolder) -> Generations:
    """Where the generations of the index are: in the data folder, or on a server."""
    if not settings.qdrant_url:
        return FolderGenerations(folder.index)
    from kb.index.collections import CollectionGenerations  # noqa: PLC0415 (a second to import)
    from kb.index.server import connect  # noqa: PLC0415

    client = connect(settings.qdrant_url, settings.qdrant_api_key.get_secret_value())
    return CollectionGenerations(client, settings.qdrant_collection)
