"""Payment links: states, the secret in the URL, and who may mint one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from paylink_tui.domain.errors import BadInput, Refused
from paylink_tui.domain.parties import AccountKind, BankAccount, Firm, Plan

COUNTRIES = ("US", "CA")
"""Countries whose firms may mint links."""
PAYING_PLANS = (Plan.BOUTIQUE, Plan.ELITE)
"""Plans that include payments."""

_LIFETIME = re.compile(r"0*([1-9][0-9]{0,8})([hdw]?)")
_HOURS = {"h": 1, "d": 24, "w": 168}
_LONGEST_HOURS = 3660 * 24


class LinkState(StrEnum):
    """What a link is good for right now (`link-state`)."""

    ACTIVE = "active"
    DISABLED = "disabled"
    EXPIRED = "expired"
    USED_UP = "used up"
    FROZEN = "frozen"
    """Stopped by the desk itself because someone was trying cards on it; a person releases it."""


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """The URL of a payment page for one bank account. Amounts in minor units, times in UTC."""

    id: int
    nonce: bytes
    """Random salt of the token; the token itself is never stored (`link-token`)."""
    account_id: int
    currency: str
    amount: int | None
    """Fixed amount, or None when the payer types it."""
    reference: str
    client_id: int | None
    matter_id: int | None
    invoice_id: int | None
    expires_at: datetime | None
    max_uses: int | None
    uses: int
    disabled_at: datetime | None
    created_at: datetime
    created_by: str
    frozen: str = ""
    """Why the link froze itself; empty when it did not, or was released."""

    @property
    def standing(self) -> bool:
        """Reusable, open-amount and alive until disabled."""
        return self.amount is None and self.max_uses is None and self.expires_at is None

    def state(self, now: datetime) -> LinkState:
        """The link's state at `now`; disabled wins over frozen, frozen over used up, used up over expired."""
        if self.disabled_at is not None:
            return LinkState.DISABLED
        if self.frozen:
            return LinkState.FROZEN
        if self.max_uses is not None and self.uses >= self.max_uses:
            return LinkState.USED_UP
        if self.expires_at is not None and now >= self.expires_at:
            return LinkState.EXPIRED
        return LinkState.ACTIVE


def derive_token(key: bytes, nonce: bytes) -> str:
    """The URL's secret: a keyed hash of the link's nonce, 256 bits, URL-safe (`link-token`)."""
    digest = hmac.new(key, b"paylink link token 1\0" + nonce, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """What the database keeps of a token, to look a visitor's link up by."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def check_may_mint(firm: Firm, account: BankAccount) -> None:
    """Refuse unless the firm and the account may have links (`access-plan`, `access-account`).

    Raises:
        Refused: naming what is missing and how to get it.
    """
    if firm.plan not in PAYING_PLANS:
        raise Refused(
            "access-plan",
            f"The {firm.plan.value.title()} plan does not include payments.",
            "Move the firm to the Boutique or the Elite plan: paylink init --plan boutique",
        )
    if firm.country not in COUNTRIES:
        raise Refused(
            "access-plan",
            f"Payment links are for firms in the US and Canada; this firm's country is {firm.country}.",
            "Set the firm's country to US or CA if it is registered there: paylink init --country US",
        )
    if not firm.payments_enabled:
        raise Refused("access-plan", "Payments are not enabled for this firm.", "Enable payments first.")
    if not account.connected:
        raise Refused(
            "access-account",
            f"The account {account.name} is not connected to a processor, so it cannot have links.",
            f'Connect it: paylink accounts add "{account.name}" --type {account.kind.value}'
            " --processor sandbox",
        )


def needs_second_confirmation(
    account: BankAccount, amount: int | None, expires: timedelta | None, max_uses: int | None
) -> bool:
    """Whether the link is open-amount, unlimited, never-expiring and on trust (`link-lint`)."""
    return account.kind is AccountKind.TRUST and amount is None and expires is None and max_uses is None


def parse_expiry(text: str) -> timedelta | None:
    """Read `30d`, `12h`, `2w` or `never` as a lifetime.

    Raises:
        BadInput: not a whole number of hours, days or weeks, or more than ten years.
    """
    word = text.strip().lower()
    if word in ("", "never", "none"):
        return None
    match = _LIFETIME.fullmatch(word)
    if match is None:
        raise BadInput(f"expiry {text[:20]!r} is not a lifetime; write it like 30d, 12h, 2w or never")
    hours = int(match[1]) * _HOURS[match[2] or "d"]
    if hours > _LONGEST_HOURS:
        raise BadInput(f"expiry {text[:20]!r} is more than ten years; write never for a link without an end")
    return timedelta(hours=hours)
