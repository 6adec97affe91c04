"""Core statements compiled once, so that running one costs little more than the database takes for it.

SQLAlchemy's way from a statement to the driver (a cache key, a context, a result, a greenlet) takes longer
than SQLite takes for most rows. A `Prepared` statement goes that way once for each set of columns; from then
on its text and its values go straight to the connection that SQLAlchemy's transaction runs on.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from paylink_tui.store.postgresql_driver import PostgresqlDriver
from paylink_tui.store.sqlite_driver import driver_of

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Select, UpdateBase
    from sqlalchemy.ext.asyncio import AsyncConnection

    Statement = Select[*tuple[Any, ...]] | UpdateBase

Values = Mapping[str, Any]


class Prepared:
    """A statement that is made once and run often, with values for its parameters or its columns."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._texts: dict[tuple[str, ...], _Text] = {}

    def text(self, dialect: Dialect, given: Values) -> _Text:
        """What the driver runs when values of these names are given."""
        key = (dialect.name, *given)
        known = self._texts.get(key)
        if known is None:
            known = self._texts[key] = _Text(self.statement, dialect, list(given))
        return known


class _Text:
    """A statement as the driver takes it: its text, the order of its values, the name of each column."""

    def __init__(self, statement: Statement, dialect: Dialect, names: list[str]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=names)
        order = compiled.positiontup or []
        self.sql = str(compiled)
        self._row: Callable[[Sequence[Any]], Any] | None = None
        self._fixed = {name: value for name, value in compiled.params.items() if name not in names}
        self._pick = itemgetter(*order) if len(order) > 1 else partial(_few, order)
        checks = [compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order]
        self._checks = [(place, check) for place, check in enumerate(checks) if check is not None]

    def values(self, given: Values) -> Sequence[Any]:
        """Values in the order of the text, each as its column takes it.

        Raises:
            TypeError: another kind of value than the column's.
        """
        picked: Any = self._pick({**self._fixed, **given} if self._fixed else given)
        if not self._checks:
            return cast("Sequence[Any]", picked)
        values = list(picked)
        for place, check in self._checks:
            values[place] = check(values[place])
        return values

    def named(self, description: Any, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """Rows whose values answer to their columns' names."""
        if self._row is None:
            names = [column[0] for column in description]
            shape: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
            self._row = shape._make
        return [self._row(row) for row in rows]


def _few(order: Sequence[str], values: Values) -> tuple[Any, ...]:
    return tuple(values[name] for name in order)


class Runner:
    """Runs prepared statements inside one write transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._dialect = connection.dialect
        raw: Any = driver_of(connection)
        self._driver = raw if self._dialect.name == "sqlite" else PostgresqlDriver(raw)

    async def run(self, prepared: Prepared, values: Values) -> list[Any]:
        """Run a statement once; its rows, empty when it returns none."""
        text = prepared.text(self._dialect, values)
        description, rows = await self._driver.rows(text.sql, text.values(values))
        return text.named(description, rows) if rows else []

    async def run_each(self, prepared: Prepared, sets: Sequence[Values]) -> list[Any]:
        """Run a statement for each of some sets of values, all with the same names; all their rows."""
        text = prepared.text(self._dialect, sets[0])
        ready = [text.values(values) for values in sets]
        description, rows = await self._driver.rows_of_each(text.sql, ready)
        return text.named(description, rows) if rows else []
