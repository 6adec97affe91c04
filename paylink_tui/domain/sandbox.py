"""What the sandbox processor keeps: charges, what happened to them, and the pages they are paid on."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Charge(NamedTuple):
    """One charge as the sandbox keeps it. Amount in minor units, times UTC."""

    ref: str
    idempotency_key: str
    state: str
    method: str
    amount: int
    currency: str
    authorized_at: datetime
    completes_at: datetime
    outcome: str


class Event(NamedTuple):
    """One event as the sandbox tells it."""

    id: int
    charge_ref: str
    kind: str
    amount: int
    currency: str
    occurred_at: datetime
    detail: str


class Page(NamedTuple):
    """The page of one charge."""

    charge_ref: str
    secret: str
    return_url: str
    description: str
    firm: str
    language: str
    expires_at: datetime
