"""Refunds, disputes, trust by hand, bank statements, closed months and roles."""

from __future__ import annotations

from importlib.resources import files

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    connection = op.get_bind()
    scripts = files("paylink_tui.store.migrations").joinpath("sql")
    for part in ("tables", "triggers"):
        script = scripts.joinpath(f"0003_trust_{part}_{connection.dialect.name}.sql")
        for statement in script.read_text("utf-8").split("\n\n"):
            connection.exec_driver_sql(statement)
