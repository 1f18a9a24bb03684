"""The state database (SQLite or PostgreSQL through SQLAlchemy): documents, jobs, accounts, tokens."""
