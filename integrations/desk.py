"""Wiring: settings and a data folder become a working information desk.

Everything is made here and handed on by argument; closing the desk releases the data folder.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType

from assistant.assistant import Assistant
from ingest.options import IngestOptions
from ingest.run import Ingestion
from integrations.building import Building
from integrations.failed_files import FailedFiles
from integrations.inbox import Inbox
from integrations.jobs import JobDesk
from integrations.parts import Parts, open_parts
from integrations.probing import Probing
from integrations.remembering.news import Item, items_of
from integrations.remembering.remembered import Remembered
from integrations.remembering.telling import Telling
from integrations.settings import BUNDLED, Settings
from integrations.sources import SourceDesk
from integrations.switchboard import Switchboard
from integrations.tasks import SOURCE, Tasks
from kb.datafolder import DataFolder
from kb.embedding.cache import CachedEmbedder
from kb.embedding.endpoint import EndpointEmbedder
from kb.embedding.endpoint_api import Endpoint
from kb.embedding.late import LateInteraction
from kb.embedding.model_folder import ensure_model_folder
from kb.embedding.onnx_e5 import OnnxE5
from kb.embedding.port import Embedder
from kb.embedding.prompts import choose
from kb.embedding.token_codec import TokenCodec
from kb.embedding.transformers import SentenceTransformersEmbedder
from kb.errors import InputError
from kb.search import Search
from kb.state.accounts import Accounts
from kb.state.invites import Invites
from kb.state.jobs import Job, Jobs
from kb.state.notices import Notices
from kb.state.probes import Probes
from kb.state.reviews import Reviews
from kb.state.sessions import Sessions
from kb.state.tokens import Tokens
from kb.state.written_answers import WrittenAnswers
from kb.store import KnowledgeBase
from kb.vocabulary import Vocabulary

_TRANSFORMERS, _OPENAI = "sentence-transformers:", "openai:"


class Desk:
    """An opened data folder with all that works on it.

    What depends on the generation of the index in use (search, vocabulary, assistant, embedder) is
    read anew for each question, because a rebuild puts another one in its place.
    """

    def __init__(self, parts: Parts, board: Switchboard) -> None:
        self.parts = parts
        self.board = board
        self.building = Building(board)
        self.tokens = Tokens(parts.database)
        self.remembered = Remembered(parts.settings, parts.database, lambda: self.embedder)
        self.answers = WrittenAnswers(parts.database)
        self.accounts = Accounts(parts.database)
        self.invites = Invites(parts.database)
        self.reviews = Reviews(parts.database)
        self.sessions = Sessions(
            parts.database,
            timedelta(hours=parts.settings.session_hours),
            timedelta(minutes=parts.settings.session_idle_minutes),
        )
        self.jobs = JobDesk(
            parts.database,
            parts.settings.database_url,
            parts.folder.path / "jobs.sqlite",
            Tasks(parts, board),
            Inbox(parts.folder.inbox),
            self._job_over,
        )
        self.sources = SourceDesk(parts.database, self.jobs)
        self.failed_files = FailedFiles(Jobs(parts.database))
        self.telling = Telling(
            parts.settings.notice_options,
            Notices(parts.database),
            self.remembered.mailer,
            self._things_to_tell,
        )
        self.probes = Probes(parts.database)
        self.probing = Probing(board, self.probes, lambda: bool(self.jobs.unfinished()))
        self._before_closing: list[Callable[[], None]] = []

    @property
    def settings(self) -> Settings:
        return self.parts.settings

    @property
    def folder(self) -> DataFolder:
        return self.parts.folder

    @property
    def knowledge(self) -> KnowledgeBase:
        return self.board.knowledge

    @property
    def ingestion(self) -> Ingestion:
        return self.board.ingestion

    @property
    def embedder(self) -> CachedEmbedder:
        return self.board.lane.embedder

    @property
    def search(self) -> Search:
        return self.board.lane.search

    @property
    def vocabulary(self) -> Vocabulary:
        return self.board.lane.vocabulary

    @property
    def assistant(self) -> Assistant:
        return self.board.lane.assistant

    @property
    def ingest_options(self) -> IngestOptions:
        return self.settings.ingest_options

    def require_serving(self) -> None:
        """Raise RebuildingError or IndexMismatchError when no generation can answer."""
        self.board.require_serving()

    def _job_over(self, job: Job) -> None:
        """People see at once what came of files that they hand in; of a source nobody would hear."""
        if job.kind == SOURCE:
            self.telling.of_job(job)
        self.probing.catch_up()

    def _things_to_tell(self, today: date) -> list[Item]:
        live = self.knowledge.registry.live().values()
        return items_of(
            self.failed_files.all(),
            [entry.head for entry in live],
            self.reviews.all(),
            today,
            self.settings.notice_options,
        )

    def tick(self) -> None:
        """What is due by the clock; a service calls it every minute."""
        self.sources.tick()
        self.remembered.tick()
        self.telling.tick()
        self.probing.catch_up()

    def before_closing(self, step: Callable[[], None]) -> None:
        """Have something ended first when the desk is closed."""
        self._before_closing.append(step)

    def close(self) -> None:
        for step in self._before_closing:
            step()
        self.sources.close()
        self.jobs.close()
        self.probing.close()
        self.remembered.close()
        self.building.stop()
        self.board.close()
        self.parts.close()
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
    answering: bool = True,
    tell: Callable[[str], None] = lambda line: None,
) -> Desk:
    """Take ownership of a data folder and open everything in it; repairs what a crash left.

    An index made with another language model answers with that one; an index that cannot answer at
    all is opened, too, and every question refused. With `answering=False` no other model is loaded.
    Raises DataFolderInUseError, InputError, EmbeddingError.
    """
    folder = DataFolder(path).acquire()
    try:
        parts = open_parts(
            settings, folder, lambda chosen: make_embedder(chosen, folder.cache, tell)
        )
        board = Switchboard(parts, answering=answering)
        board.knowledge.repair()
    except BaseException:
        folder.release()
        raise
    return Desk(parts, board)


def make_embedder(settings: Settings, cache: Path, tell: Callable[[str], None]) -> Embedder:
    """The embedder a setting names; the bundled one is unpacked into `cache` once.

    Raises InputError for an unknown name, EmbeddingError when the model cannot be loaded.
    """
    name = settings.embedder
    prefixes = settings.embedder_query_prefix, settings.embedder_passage_prefix
    if name == BUNDLED:
        model = OnnxE5(ensure_model_folder(cache, tell), settings.threads)
        return LateInteraction(model, TokenCodec())
    if name.startswith(_TRANSFORMERS):
        return SentenceTransformersEmbedder(
            name.removeprefix(_TRANSFORMERS), settings.threads, *prefixes
        )
    if name.startswith(_OPENAI):
        remote = name.removeprefix(_OPENAI)
        endpoint = Endpoint(
            settings.embedder_url,
            remote,
            settings.embedder_api_key.get_secret_value(),
            settings.embedder_per_minute,
            settings.embedder_timeout_s,
        )
        prompts, lengths = choose(remote, *prefixes), cache / "vector-lengths.json"
        return EndpointEmbedder(endpoint, prompts, settings.embedder_batch, lengths)
    raise InputError(
        f"AUSKUNFT_EMBEDDER={name!r} gibt es nicht. Erlaubt sind „{BUNDLED}“, "
        f"„{_TRANSFORMERS}<Name oder Pfad>“ und „{_OPENAI}<Modell>“."
    )
