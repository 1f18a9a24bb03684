"""Accounts, invites, sessions; scopes of API tokens: those that exist keep all rights."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.String(20), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("issuer", "subject")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "email")),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("groups", sa.JSON, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("signed_in_at", sa.DateTime),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "invites",
        sa.Column("invite_id", sa.String(20), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("groups", sa.JSON, nullable=False),
        sa.Column("account_id", sa.String(20), nullable=False),
        *(sa.Column(name, sa.DateTime, nullable=False) for name in ("created_at", "expires_at")),
        *(sa.Column(name, sa.DateTime) for name in ("used_at", "revoked_at")),
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.String(20), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column(
            "account_id",
            sa.String(20),
            sa.ForeignKey("accounts.account_id", ondelete="CASCADE"),
            nullable=False,
        ),
        *(
            sa.Column(name, sa.DateTime, nullable=False)
            for name in ("created_at", "seen_at", "expires_at")
        ),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.add_column("tokens", sa.Column("scopes", sa.Text, nullable=False, server_default="admin"))
    op.drop_column("tokens", "role")


def downgrade() -> None:
    op.add_column(
        "tokens", sa.Column("role", sa.String(20), nullable=False, server_default="admin")
    )
    op.drop_column("tokens", "scopes")
    for table in ("sessions", "invites", "accounts"):
        op.drop_table(table)
