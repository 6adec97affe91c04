"""The first schema: every table, its constraints, and the triggers of the database's own rules."""

from __future__ import annotations

from importlib.resources import files

from alembic import op

from paylink_tui.store.migrations import COMMENT, MARK

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    for part in ("tables", "triggers"):
        script = files("paylink_tui.store.migrations").joinpath("sql", f"0001_{part}_{dialect}.sql")
        for statement in script.read_text("utf-8").split("\n\n"):
            connection.exec_driver_sql(statement)
    mark = {
        "sqlite": f"PRAGMA application_id = {MARK}",
        "postgresql": f"COMMENT ON TABLE alembic_version IS '{COMMENT}'",
    }
    connection.exec_driver_sql(mark[dialect])
