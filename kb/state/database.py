"""Opening the state database: engine, SQLite settings, migrations, and errors in our own words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, Executable, create_engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from kb.errors import DataFolderError, StorageFullError

_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """The state database behind a URL; SQLite is durable per transaction (synchronous=FULL)."""

    def __init__(self, url: str, *, migrate: bool = True) -> None:
        self.engine = _engine(url)
        try:
            if migrate:
                self._migrate()
        except DatabaseError as error:
            raise translated(error) from error
        except CommandError as error:
            raise DataFolderError(
                "Die Datenbank wurde von einer neueren Version von Auskunft angelegt "
                f"({error}). Bitte Auskunft aktualisieren."
            ) from error

    @classmethod
    def in_file(cls, file: Path) -> "Database":
        file.parent.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{file}")

    @classmethod
    def existing(cls, url: str) -> "Database":
        """The database as its service has set it up, for other processes than that.

        Raises DataFolderError where its tables are not those of this version.
        """
        database = cls(url, migrate=False)
        try:
            found = database.schema
        except DatabaseError as error:
            raise translated(error) from error
        if found != ScriptDirectory(str(_MIGRATIONS)).get_current_head():
            database.close()
            raise DataFolderError(
                "Die Datenbank gehört zu einer anderen Version von Auskunft (Stand "
                f"{found or 'leer'}). Bitte überall dieselbe Version benutzen und zuerst den Dienst "
                "starten: Er bringt die Datenbank auf den neuen Stand."
            )
        return database

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back on any error."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except DatabaseError as error:
            raise translated(error) from error

    def scalar(self, query: Executable) -> Any:
        """One value in a transaction of its own; a quarter of what a session costs."""
        try:
            with self.engine.connect() as connection:
                return connection.execute(query).scalar()
        except DatabaseError as error:
            raise translated(error) from error

    @property
    def schema(self) -> str:
        """The migration that the tables are at."""
        with self.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        return found or ""

    def clean_up(self) -> None:
        """Let what was deleted not stay readable in SQLite's log; as far as nobody reads from it."""
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.engine.dispose()

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def translated(error: DatabaseError) -> Exception:
    """The database's error as one of ours where the user can do something about it."""
    reason = str(error.orig)
    if isinstance(error, IntegrityError):
        return error
    if "disk is full" in reason or "No space left on device" in reason:
        return StorageFullError(
            "Kein Platz mehr auf dem Datenträger der Datenbank. Was bereits gespeichert war, ist "
            "unverändert. Bitte Platz schaffen und erneut starten."
        )
    unreadable = type(error) is DatabaseError  # not a database, damaged
    if unreadable or (isinstance(error, OperationalError) and "locked" not in reason):
        return DataFolderError(
            f"Die Datenbank lässt sich nicht benutzen: {reason}. Bitte Ort und Rechte prüfen."
        )
    return error


def _engine(url: str) -> Engine:
    # what is stored must not get into logs by way of an error's text
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def configure(connection: Any, _: Any) -> None:
            cursor = connection.cursor()
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "foreign_keys=ON",
                "busy_timeout=10000",
                "secure_delete=ON",  # what is deleted does not stay readable in the file
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()
            # SQLite's own knows ASCII only
            connection.create_function("lower", 1, _lower, deterministic=True)

    return engine


def _lower(text: str | None) -> str | None:
    return None if text is None else str(text).lower()
