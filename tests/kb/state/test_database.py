"""Migrations and errors of the state database, on SQLite and PostgreSQL."""

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from kb.errors import DataFolderError, StorageFullError
from kb.state.database import _MIGRATIONS, Database, translated
from kb.state.registry import Registry
from kb.state.tables import Base, CounterRow, IntentRow
from tests.kb.scripted import head, revision


def test_migrations_make_exactly_the_tables_that_the_code_uses(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert context.get_current_revision() is not None
        assert compare_metadata(context, Base.metadata) == []


def test_opening_again_changes_nothing(database: Database, database_url: str) -> None:
    registry = Registry(database)
    made = revision(head("a.md"), ["Zuschuss"])
    registry.commit(made.document, made.text)
    before = _schema(database)
    with closing(Database(database_url)) as again:
        assert _schema(again) == before
        assert Registry(again).changes() == registry.changes()
        assert Registry(again).all() == registry.all()


def test_documents_of_the_version_before_have_no_recognised_pages(database_url: str) -> None:
    made = revision(head("a.md"), ["Zuschuss"])
    with closing(Database(database_url)) as new:
        Registry(new).commit(made.document, made.text)
        expected = Registry(new).all()
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with new.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, "0002")
        columns = sa.inspect(new.engine).get_columns("documents")
        assert "ocr_pages" not in [column["name"] for column in columns]
    with closing(Database(database_url)) as upgraded:
        assert Registry(upgraded).all() == expected
        assert [document.ocr_pages for document in Registry(upgraded).all()] == [0]


def _schema(database: Database) -> object:
    inspector = sa.inspect(database.engine)
    with database.engine.connect() as connection:
        version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).all()
    columns = {
        table: [(column["name"], str(column["type"])) for column in inspector.get_columns(table)]
        for table in sorted(inspector.get_table_names())
    }
    return version, columns


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.session() as session:
        session.add(CounterRow(name="halb", value=1))
        session.flush()
        raise RuntimeError
    with database.session() as session:
        assert session.get(CounterRow, "halb") is None


def test_a_database_of_a_newer_version_is_refused_in_german(
    database: Database, database_url: str
) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DataFolderError, match="neueren Version"):
        Database(database_url)


def test_a_name_with_the_word_full_does_not_look_like_a_full_disk(database: Database) -> None:
    registry = Registry(database)
    first = revision(head("a.md", uri="file:///full.md"), ["eins"])
    second = revision(head("b.md", uri="file:///full.md"), ["zwei"])
    registry.commit(first.document, first.text)
    with pytest.raises(sa.exc.IntegrityError):
        registry.commit(second.document, second.text)


def test_a_full_database_is_an_error_in_our_own_words(tmp_path: Path) -> None:
    with closing(Database.in_file(tmp_path / "klein.sqlite")) as database:

        @sa.event.listens_for(database.engine, "checkout")
        def small(connection: object, *_: object) -> None:
            connection.execute("PRAGMA max_page_count=90")  # type: ignore[attr-defined]

        registry = Registry(database)
        with pytest.raises(StorageFullError, match="Platz schaffen"):
            for number in range(50):
                made = revision(head(f"{number}.md"), ["Zuschuss " * 500], f"r{number}")
                registry.commit(made.document, made.text)
        assert registry.changes() == len(registry.all()) > 0


@pytest.mark.parametrize("content", [b"Das ist keine Datenbank. " * 400, b"SQLite format 3\0" * 90])
def test_a_file_that_is_no_database_is_an_error_in_our_own_words(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "auskunft.sqlite"
    file.write_bytes(content)
    with pytest.raises(DataFolderError, match="Datenbank"):
        Database.in_file(file)
    assert file.read_bytes() == content


def test_a_server_that_is_not_there_is_an_error_in_our_own_words() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(DataFolderError, match="Datenbank lässt sich nicht benutzen"):
        Database("postgresql+psycopg://nobody@127.0.0.1:9/nichts?connect_timeout=2")


def test_a_full_disk_of_postgresql_is_recognised() -> None:
    reason = Exception("could not extend file: No space left on device")
    assert isinstance(translated(sa.exc.OperationalError("", {}, reason)), StorageFullError)


def test_many_threads_write_without_losing_a_change(database: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    registry = Registry(database)
    registry.remove("erste")

    def write(number: int) -> None:
        made = revision(head(f"{number}.md"), [f"Zuschuss {number}"], "r1")
        registry.begin(made.document_id, "r1")
        registry.commit(made.document, made.text)
        registry.settle(made.document_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(24)))
    assert registry.changes() == 25
    assert len(registry.live()) == len(registry.all()) == 24
    with database.session() as session:
        assert [row.document_id for row in session.scalars(sa.select(IntentRow))] == ["erste"]


def test_the_first_changes_of_an_empty_database_may_come_at_once(database: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    registry = Registry(database)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(registry.remove, ["a", "b", "c", "d"]))
    assert registry.changes() == 4
