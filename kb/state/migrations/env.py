"""Alembic's entry point; the connection is handed over by `kb.state.database`."""

from alembic import context

from kb.state import question_tables, slack_tables  # noqa: F401 - tables of the metadata
from kb.state.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
