"""Revisions of the schema, in the wheel; no ini file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

KNOWN = ("0001", "0002", "0003")
"""Every revision this program knows, oldest first."""

HEAD = KNOWN[-1]
"""The revision this program reads and writes."""

MARK = 0x5061794C
"""`PayL`: the application id of our SQLite files, and the key of our advisory lock on PostgreSQL."""

COMMENT = "PayLink"
"""The comment on PostgreSQL's `alembic_version` that tells our database from another program's."""


def migrate(connection: Connection) -> None:
    """Bring a database to `HEAD` inside the caller's transaction, which holds the writer's lock.

    A database that is there already is left alone, so two first starts at once are safe.
    """
    from alembic import command
    from alembic.config import Config

    if not connection.in_transaction():
        connection.begin()  # what alembic finds begun it leaves to the caller to end
    config = Config()
    config.set_main_option("script_location", "paylink_tui:store/migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
