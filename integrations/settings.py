"""The only reader of the environment: settings `AUSKUNFT_…`, checked once at start."""

import json
import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.answer import Contact
from ingest.options import IngestOptions
from ingest.parsing.limits import Limits
from integrations.remembering.mail import MailOptions
from integrations.remembering.notice_options import NoticeOptions
from integrations.sign_in import (
    OidcOptions,
    group_mapping,
    issuer_address,
    public_address,
    role_mapping,
)
from integrations.slack.options import (
    SLACK_API,
    Noticing,
    SlackOptions,
    fixed_mappings,
    slack_options,
)
from integrations.web.widget.origins import read_origins
from kb.embedding.prompts import AUTO
from kb.errors import InputError
from kb.state.slack_mapping import SlackMapping

BUNDLED = "bundled"
NO_RERANKER, LATE_INTERACTION, CROSS_ENCODER = "none", "late-interaction", "cross-encoder:"


Network = IPv4Network | IPv6Network
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
    widget_origins: str = Field(
        default="", description="Websites, die das Widget einbinden dürfen, durch Komma getrennt"
    )
    public_url: str = Field(
        default="", description="Adresse, unter der die Webseite von außen erreichbar ist"
    )
    oidc_issuer: str = Field(default="", description="Adresse des OpenID-Anmeldedienstes")
    oidc_client_id: str = Field(default="", description="Kennung dieses Dienstes dort")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Geheimnis dieses Dienstes dort"
    )
    oidc_scopes: str = Field(
        default="openid profile email", description="was vom Anmeldedienst erbeten wird"
    )
    oidc_groups_claim: str = Field(
        default="groups", description="Angabe des Anmeldedienstes, in der die Gruppen stehen"
    )
    oidc_roles: str = Field(
        default="",
        description="Rollen nach Gruppen des Anmeldedienstes, zum Beispiel "
        "„admins=admin,redaktion=editor“",
    )
    oidc_groups: str = Field(
        default="", description="Gruppen nach Gruppen des Anmeldedienstes, ebenso"
    )
    session_hours: int = Field(
        default=12, ge=1, le=8760, description="Stunden, nach denen eine Anmeldung endet"
    )
    session_idle_minutes: int = Field(
        default=120, ge=1, description="Minuten ohne Nutzung, nach denen eine Anmeldung endet"
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
    qdrant_api_key: SecretStr = Field(
        default=SecretStr(""), description="Schlüssel für den Qdrant-Server"
    )
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
    questions_days: int = Field(
        default=90, ge=0, le=3650, description="Tage, die Fragen bleiben, 0: nur zählen"
    )
    callbacks_days: int = Field(
        default=30, ge=1, le=365, description="Tage, die Rückrufbitten bleiben"
    )
    audit_days: int = Field(
        default=365, ge=1, le=3650, description="Tage, die das Änderungsprotokoll bleibt"
    )
    trusted_proxies: str = Field(
        default="",
        description="Adressen und Netze, deren Angabe „X-Forwarded-For“ zählt, durch Komma getrennt",
    )
    limit_visitor_minute: int = Field(
        default=60, ge=0, description="Fragen je Besucher und Minute, 0: unbegrenzt"
    )
    limit_visitor_day: int = Field(
        default=1000, ge=0, description="Fragen je Besucher und Tag, 0: unbegrenzt"
    )
    limit_site_minute: int = Field(
        default=300, ge=0, description="Fragen je fremde Website und Minute, 0: unbegrenzt"
    )
    limit_site_day: int = Field(
        default=10_000, ge=0, description="Fragen je fremde Website und Tag, 0: unbegrenzt"
    )
    limit_all_day: int = Field(
        default=50_000, ge=0, description="Fragen aller zusammen am Tag, 0: unbegrenzt"
    )
    limit_attempts_hour: int = Field(
        default=600,
        ge=0,
        description="Rückmeldungen, Rückrufbitten und Anmeldungen je Besucher und Stunde, jeweils, "
        "0: unbegrenzt",
    )
    limit_callbacks_day: int = Field(
        default=200, ge=0, description="Rückrufbitten aller zusammen am Tag, 0: unbegrenzt"
    )
    smtp_host: str = Field(
        default="", description="Mailserver; ohne ihn wird keine Mail verschickt"
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port des Mailservers")
    smtp_tls: str = Field(
        default="starttls",
        pattern="^(starttls|tls|none)$",
        description="Verschlüsselung: „starttls“, „tls“ oder „none“",
    )
    smtp_user: str = Field(default="", description="Benutzername am Mailserver")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Kennwort am Mailserver")
    smtp_from: str = Field(default="", description="Absender der Mails, sonst der Empfänger")
    smtp_to: str = Field(
        default="", description="Empfänger der Mails, sonst die E-Mail-Adresse der Stelle"
    )
    notices_to: str = Field(
        default="",
        description="Empfänger der Hinweise auf Quellen und Dokumente, sonst der der anderen Mails",
    )
    notices_every_days: int = Field(
        default=7,
        ge=0,
        le=90,
        description="Tage zwischen zwei Sammelmails mit Hinweisen auf Dokumente, 0: keine",
    )
    notices_ahead_days: int = Field(
        default=30,
        ge=0,
        le=365,
        description="Tage vor dem Ablauf eines Dokuments, von denen an darauf hingewiesen wird",
    )

    slack_bot_token: SecretStr = Field(
        default=SecretStr(""), description="Token des Slack-Bots („xoxb-…“)"
    )
    slack_app_token: SecretStr = Field(
        default=SecretStr(""), description="Token der Slack-App für Socket Mode („xapp-…“)"
    )
    slack_signing_secret: SecretStr = Field(
        default=SecretStr(""), description="Geheimnis, mit dem Slack unterschreibt, für HTTP"
    )
    slack_api: str = Field(default=SLACK_API, description="Adresse der Web-API von Slack")
    slack_notices_channel: str = Field(
        default="",
        description="Kanal in Slack („C…“) für Hinweise auf Quellen und Dokumente, ohne ihn keine",
    )

    slack_mappings: str = Field(
        default="",
        description="Kanäle („C…“) und Nutzergruppen („S…“) mit ihrer Zielgruppe, als Paare "
        "Kennung=Zielgruppe, durch Komma getrennt",
    )
    slack_admins: str = Field(
        default="",
        description="Personen („U…“) und Nutzergruppen („S…“), die in Slack Dokumente pflegen dürfen, "
        "durch Komma getrennt",
    )
    slack_service: str = Field(
        default="", description="Adresse des Dienstes, den der Bot als eigener Prozess fragt"
    )
    slack_service_token: SecretStr = Field(
        default=SecretStr(""), description="Token des Bots dafür, mit dem Umfang „ask:staff“"
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        networks_in(value)
        return value

    @field_validator("widget_origins")
    @classmethod
    def _origins_are_readable(cls, text: str) -> str:
        read_origins(text)
        return text

    @property
    def widget_sites(self) -> frozenset[str]:
        """Origins of the websites that may include the widget."""
        return read_origins(self.widget_origins)

    @property
    def allowed_web(self) -> tuple[str, ...]:
        """Networks and host names that sources may be fetched from although they are not public."""
        return tuple(entry.strip() for entry in self.web_allowed.split(",") if entry.strip())

    @property
    def ingest_options(self) -> IngestOptions:
        """How runs treat their sources where nothing else is said."""
        return IngestOptions(max_bytes=self.max_file_mb * 1024 * 1024, reserve_mb=self.reserve_mb)

    @property
    def proxies(self) -> tuple[Network, ...]:
        """The networks of proxies that are believed when they say whom a request is from."""
        return networks_in(self.trusted_proxies)

    @property
    def mail_options(self) -> MailOptions:
        """How mail to the operator is sent."""
        recipient = self.smtp_to or self.contact_email
        return MailOptions(
            host=self.smtp_host,
            port=self.smtp_port,
            user=self.smtp_user,
            password=self.smtp_password.get_secret_value(),
            tls=self.smtp_tls,
            sender=self.smtp_from or recipient or self.notices_to,
            recipient=recipient,
        )

    @property
    def notice_options(self) -> NoticeOptions:
        """Which notices the operator gets by mail, and where links in them lead."""
        return NoticeOptions(
            recipient=self.notices_to,
            every_days=self.notices_every_days,
            ahead_days=self.notices_ahead_days,
            address=self.address,
        )

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
    def public_address(self) -> str:
        """Scheme and host under which the world finds the service; empty when nobody said so."""
        return public_address(self.public_url)

    @property
    def local_address(self) -> str:
        """Where a browser on this machine finds the service."""
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://{shown}:{self.port}"

    @property
    def address(self) -> str:
        """Where links lead to that are given to people, without a slash at the end."""
        return self.public_address or self.local_address

    @property
    def oidc(self) -> OidcOptions | None:
        """The OpenID provider, None when none is configured."""
        if not self.oidc_issuer:
            return None
        if not self.oidc_client_id:
            raise InputError(
                "AUSKUNFT_OIDC_CLIENT_ID fehlt: Ohne die Kennung dieses Dienstes ist eine Anmeldung "
                f"bei {self.oidc_issuer} nicht möglich."
            )
        return OidcOptions(
            issuer=issuer_address(self.oidc_issuer),
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret.get_secret_value(),
            scopes=" ".join(dict.fromkeys(["openid", *self.oidc_scopes.split()])),
            groups_claim=self.oidc_groups_claim,
            roles=role_mapping(self.oidc_roles),
            groups=group_mapping(self.oidc_groups),
        )

    @property
    def slack(self) -> SlackOptions | None:
        """How the bot reaches Slack, None when no token is given."""
        return slack_options(
            self.slack_bot_token.get_secret_value(),
            self.slack_app_token.get_secret_value(),
            self.slack_signing_secret.get_secret_value(),
            self.slack_api,
            Noticing(self.slack_notices_channel, self.notices_ahead_days),
            self.slack_rights,
        )

    @property
    def slack_rights(self) -> tuple[SlackMapping, ...]:
        """Who in Slack sees and may do what, as far as the settings say."""
        return fixed_mappings(self.slack_mappings, self.slack_admins)

    def require_usable(self) -> None:
        """Raise InputError for values whose form alone does not show that they are wrong."""
        _ = self.public_address, self.oidc, self.slack, self.slack_rights

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
        own = urlsplit(self.public_address).netloc.lower()
        public = own.split("]")[0] + "]" if own.startswith("[") else own.split(":")[0]
        always = {"localhost", "127.0.0.1", "[::1]", "::1", self.host.lower(), public}
        return frozenset((always | more) - {""})


def networks_in(text: str) -> tuple[Network, ...]:
    """Addresses and networks divided by commas; raises ValueError for anything else."""
    return tuple(ip_network(entry.strip()) for entry in text.split(",") if entry.strip())


def in_environment() -> frozenset[str]:
    """Names of the settings that the environment gives, as `Settings` calls them."""
    given = {name.upper() for name in os.environ}
    return frozenset(name for name in Settings.model_fields if f"AUSKUNFT_{name.upper()}" in given)


def read_settings() -> Settings:
    """Settings from the environment; raises InputError naming the variable that is wrong."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"AUSKUNFT_{str(first['loc'][0]).upper()}"
        raise InputError(
            f"Einstellung {name}={first.get('input')!r} ist ungültig: {first['msg']}. Siehe "
            "docs/settings.md."
        ) from error
    settings.require_usable()
    return settings
