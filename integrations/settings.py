"""The only reader of the environment: settings `AUSKUNFT_…`, checked once at start."""

import json
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.answer import Contact
from ingest.parsing.limits import Limits
from ingest.run import IngestOptions
from kb.embedding.prompts import AUTO
from kb.errors import InputError

BUNDLED = "bundled"
NO_RERANKER, LATE_INTERACTION, CROSS_ENCODER = "none", "late-interaction", "cross-encoder:"


_OF_MODEL = ("embedder", "embedder_url", "embedder_query_prefix", "embedder_passage_prefix")


class Settings(BaseSettings):
    """All settings; each is documented in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="AUSKUNFT_", extra="ignore")

    data: Path | None = Field(default=None, description="Datenordner")
    host: str = Field(default="127.0.0.1", description="Adresse, an der der Dienst hört")
    port: int = Field(default=8000, ge=1, le=65535, description="Port des Dienstes")
    hosts: str = Field(
        default="", description="weitere erlaubte Hostnamen der Webseite, durch Komma getrennt"
    )
    display_name: str = Field(default="Auskunft", description="Name auf allen Seiten")
    contact_name: str = Field(default="", description="Stelle, an die verwiesen wird")
    contact_text: str = Field(default="", description="Sprechzeiten oder Anschrift dieser Stelle")
    contact_phone: str = Field(default="", description="Telefonnummer dieser Stelle")
    contact_email: str = Field(default="", description="E-Mail-Adresse dieser Stelle")
    originals: bool = Field(
        default=True,
        description="Originale und Seitenbilder öffentlicher Dokumente für alle, auch ohne Anmeldung",
    )
    texts: Path | None = Field(
        default=None,
        description="Ordner mit Impressum, Datenschutz und weiteren Texten (sonst „texte“ im "
        "Datenordner)",
    )
    embedder: str = Field(
        default=BUNDLED,
        description="Sprachmodell: „bundled“, „sentence-transformers:<Name oder Pfad>“ oder "
        "„openai:<Modell>“",
    )
    embedder_url: str = Field(
        default="", description="Adresse vor „/embeddings“ für „openai:<Modell>“"
    )
    embedder_api_key: SecretStr = Field(
        default=SecretStr(""), description="Schlüssel für diese Adresse"
    )
    embedder_batch: int = Field(default=32, ge=1, le=2048, description="Texte je Anfrage")
    embedder_per_minute: int = Field(
        default=0, ge=0, description="Anfragen je Minute, 0: unbegrenzt"
    )
    embedder_timeout_s: float = Field(default=30, gt=0, description="Sekunden bis zur Antwort")
    embedder_query_prefix: str = Field(
        default=AUTO, description="Text vor jeder Frage; „auto“: wie es das Modell erwartet"
    )
    embedder_passage_prefix: str = Field(
        default=AUTO, description="Text vor jeder Textstelle; „auto“: wie es das Modell erwartet"
    )
    reranker: str = Field(
        default=LATE_INTERACTION,
        pattern=rf"^(none|{LATE_INTERACTION}|{CROSS_ENCODER}.+)$",
        description="Nachordnen: „late-interaction“, „none“ oder „cross-encoder:<Name oder Pfad>“",
    )
    reranker_top: int = Field(
        default=30, ge=1, le=200, description="Textstellen, die ein CrossEncoder nachordnet"
    )
    reranker_budget_ms: int = Field(
        default=1500, ge=1, description="Millisekunden, die er dafür hat"
    )
    synonyms: str = Field(
        default="", description="Datei mit Synonymen (sonst „synonyme.txt“ im Datenordner)"
    )
    threads: int = Field(
        default=0, ge=0, description="Rechenfäden des Sprachmodells, 0: alle Kerne"
    )
    qdrant_url: str = Field(default="", description="Adresse eines Qdrant-Servers statt Edge")
    qdrant_api_key: str = Field(default="", description="Schlüssel für den Qdrant-Server")
    qdrant_collection: str = Field(default="auskunft", description="Alias der Sammlung in Qdrant")
    database_url: str = Field(
        default="", description="Zustandsdatenbank statt SQLite im Datenordner"
    )
    max_file_mb: int = Field(default=40, ge=1, description="größte erlaubte Datei in MB")
    web_allowed: str = Field(
        default="",
        description="Netze und Rechnernamen, von denen Quellen auch kommen dürfen, wenn sie nicht "
        "öffentlich sind, durch Komma getrennt",
    )
    web_contact: str = Field(
        default="",
        description="Web- oder E-Mail-Adresse, die beim Abrufen von Quellen genannt wird",
    )
    parse_seconds: int = Field(
        default=120, ge=1, description="Sekunden, die das Lesen einer Datei stillstehen darf"
    )
    parse_memory_mb: int = Field(
        default=2048,
        ge=256,
        description="Arbeitsspeicher in MB, den das Lesen einer Datei nutzen darf",
    )
    reserve_mb: int = Field(
        default=200, ge=0, description="freier Platz, unter dem nichts geschrieben wird"
    )

    @property
    def allowed_web(self) -> tuple[str, ...]:
        """Networks and host names that sources may be fetched from although they are not public."""
        return tuple(entry.strip() for entry in self.web_allowed.split(",") if entry.strip())

    @property
    def ingest_options(self) -> IngestOptions:
        """How runs treat their sources where nothing else is said."""
        return IngestOptions(max_bytes=self.max_file_mb * 1024 * 1024, reserve_mb=self.reserve_mb)

    @property
    def parse_limits(self) -> Limits:
        """What reading one file may take; altogether thirty times of what it may stand still."""
        return Limits(self.parse_seconds, 30.0 * self.parse_seconds, self.parse_memory_mb)

    @property
    def model_choice(self) -> str:
        """The settings that decide on the language model's vectors, as one line to be kept."""
        return json.dumps({name: getattr(self, name) for name in _OF_MODEL})

    def with_model(self, choice: str) -> "Settings":
        """These settings with another `model_choice`."""
        return self.model_copy(update=json.loads(choice))

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The operator's contact, none when no name is set."""
        if not self.contact_name:
            return ()
        return (
            Contact(self.contact_name, self.contact_text, self.contact_phone, self.contact_email),
        )

    @property
    def cross_encoder(self) -> str:
        """Name or folder of the CrossEncoder that reranks; empty when none is configured."""
        chosen = self.reranker.startswith(CROSS_ENCODER)
        return self.reranker.removeprefix(CROSS_ENCODER) if chosen else ""

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Host names under which pages and API may be called, lower case, without port."""
        more = {host.strip().lower() for host in self.hosts.split(",") if host.strip()}
        return frozenset({"localhost", "127.0.0.1", "[::1]", "::1", self.host.lower()} | more)


def read_settings() -> Settings:
    """Settings from the environment; raises InputError naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"AUSKUNFT_{str(first['loc'][0]).upper()}"
        raise InputError(
            f"Einstellung {name}={first.get('input')!r} ist ungültig: {first['msg']}. Siehe "
            "docs/settings.md."
        ) from error
