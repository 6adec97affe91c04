"""The payment page's tables: submissions, attempts, freezes, messages, the sandbox's own page."""

from __future__ import annotations

from importlib.resources import files

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    connection = op.get_bind()
    name = f"0002_page_{connection.dialect.name}.sql"
    script = files("paylink_tui.store.migrations").joinpath("sql", name)
    for statement in script.read_text("utf-8").split("\n\n"):
        connection.exec_driver_sql(statement)
