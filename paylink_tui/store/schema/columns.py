"""The kinds of columns every table is made of, and the names of constraints."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, text
from sqlalchemy.dialects.sqlite import INTEGER
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

NUMBER_TAIL = "substr(number, length(number) - 2)"
"""The last three characters of a number, by which a payer's shortened reference finds it."""


class Whole(TypeDecorator[int]):
    """A 64-bit whole number; anything but an `int` is refused in Python, before a driver rounds it."""

    impl = BigInteger().with_variant(INTEGER(), "sqlite")
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> int | None:
        """Pass whole numbers, refuse floats, decimals, booleans and text."""
        if value is not None and type(value) is not int:
            raise TypeError(f"a whole number was expected, not {type(value).__name__} {value!r}")
        return value


def table(name: str, *columns: Any) -> Table:
    """A table, STRICT on SQLite, with ids that are never given out twice."""
    return Table(name, metadata, *columns, sqlite_strict=True, sqlite_autoincrement=True)


def key(name: str = "id") -> Column[int]:
    """The primary key."""
    return Column(name, Whole, primary_key=True, autoincrement=True)


def words(name: str, *args: Any, **options: Any) -> Column[str]:
    """A text column that is never null unless asked."""
    return Column(name, Text, *args, nullable=options.pop("nullable", False), **options)


def name_words(name: str, **options: Any) -> Column[str]:
    """A name people sort by: upper and lower case sort together on SQLite, as PostgreSQL's locales do."""
    kind = Text().with_variant(Text(collation="NOCASE"), "sqlite")
    return Column(name, kind, nullable=False, **options)


def whole(name: str, *args: Any, **options: Any) -> Column[int]:
    """A whole-number column that is never null unless asked."""
    return Column(name, Whole, *args, nullable=options.pop("nullable", False), **options)


def zero(name: str) -> Column[int]:
    """A whole-number column that starts at zero."""
    return whole(name, server_default=text("0"))
