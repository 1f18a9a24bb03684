"""The state database (SQLite or PostgreSQL through SQLAlchemy): registry of documents, API tokens."""
