"""Instants as the database keeps them: whole milliseconds since the epoch, UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(at: datetime) -> int:
    """UTC epoch milliseconds of an aware datetime, cut to the millisecond."""
    return (at - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """The aware UTC datetime of epoch milliseconds."""
    return _EPOCH + ms * _MILLISECOND


def maybe_ms(at: datetime | None) -> int | None:
    """`to_ms`, passing None through."""
    return None if at is None else to_ms(at)


def maybe_from_ms(ms: int | None) -> datetime | None:
    """`from_ms`, passing None through."""
    return None if ms is None else from_ms(ms)


def iso(at: datetime | None) -> str | None:
    """ISO 8601 UTC with a `Z`, whole seconds, as JSON shows it."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_day(day: date) -> str:
    """A day as the database and JSON write it."""
    return day.isoformat()
