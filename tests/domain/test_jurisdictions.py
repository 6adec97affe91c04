"""The rules of places: the strictest holds where nothing is said, and a month has its day."""

from __future__ import annotations

from datetime import date

import pytest

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.jurisdictions import JURISDICTIONS, STRICTEST, jurisdiction


def test_no_place_is_stricter_than_the_strictest() -> None:
    for one in JURISDICTIONS.values():
        assert one.retention_years <= STRICTEST.retention_years
        assert one.reconcile_by >= STRICTEST.reconcile_by
        assert one.deposit_days >= STRICTEST.deposit_days
        assert one.firm_money_cap >= STRICTEST.firm_money_cap
        assert jurisdiction(one.code.lower()) == one


def test_a_place_is_named_or_the_strictest_holds() -> None:
    assert jurisdiction("") is STRICTEST
    assert jurisdiction("CA-AB").deposit_days == 2
    assert jurisdiction("US-IL").retention_years == 7
    assert STRICTEST.reconcile_until("2026-12") == date(2027, 1, 25)
    with pytest.raises(BadInput, match="no jurisdiction"):
        jurisdiction("XX")
