"""What the rules of a place ask of trust accounting; where a place is silent, the strictest known holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.months import first_day, next_month


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The rules of one place. Amounts in minor units."""

    code: str
    name: str
    retention_years: int
    """Years the trust books are kept."""
    keeps_current_year: bool
    """Whether the current year counts on top of them."""
    reconcile_by: int
    """Day of the following month by which a month is reconciled."""
    deposit_days: int
    """Banking days within which client money must be in trust."""
    firm_money_cap: int
    """Most of the firm's own money that may stand in trust."""
    notice_days: int
    """Days within which a client is told that money came in for it."""
    payout_days: int
    """Days after which money that is not paid out is presumed late."""
    receipt: str
    """What a receipt may say of the service: nothing (`notify-neutral`)."""

    def reconcile_until(self, month: str) -> date:
        """The last day for reconciling a month."""
        return first_day(next_month(month)).replace(day=self.reconcile_by)


_NEUTRAL: Final = "firm, amount, date, method, last four digits; never the nature of the service"

STRICTEST: Final = Jurisdiction(
    "strictest", "the strictest of all known", 10, True, 25, 1, 300_00, 14, 45, _NEUTRAL
)
_PLACES: Final = (
    replace(
        STRICTEST,
        code="US",
        name="United States (ABA model rules)",
        retention_years=5,
        keeps_current_year=False,
    ),
    replace(STRICTEST, code="US-CA", name="California", retention_years=5, keeps_current_year=False),
    replace(STRICTEST, code="US-IL", name="Illinois", retention_years=7, keeps_current_year=False),
    replace(STRICTEST, code="CA-ON", name="Ontario"),
    replace(STRICTEST, code="CA-AB", name="Alberta", deposit_days=2),
    replace(STRICTEST, code="CA-BC", name="British Columbia"),
)
JURISDICTIONS: Final[Mapping[str, Jurisdiction]] = {one.code: one for one in (STRICTEST, *_PLACES)}


def jurisdiction(code: str) -> Jurisdiction:
    """The rules of a place by its code; the strictest where none is named.

    Raises:
        BadInput: no such place.
    """
    found = JURISDICTIONS.get(code.strip().upper()) or JURISDICTIONS.get(code.strip() or STRICTEST.code)
    if found is None:
        raise BadInput(f"there is no jurisdiction {code[:20]!r}", f"Write one of {', '.join(JURISDICTIONS)}.")
    return found
