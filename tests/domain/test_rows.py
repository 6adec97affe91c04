"""A line of the live table: what may still be done with it."""

from __future__ import annotations

from typing import Any

import pytest

from paylink_tui.domain.rows import PaymentRow

ROW = PaymentRow(
    17, 0, "Dana Ruiz", 5_000, "USD", 1, "operating", "completed", 0, "", "", "", None, "", None, 1
)


@pytest.mark.parametrize("status", ["pending", "authorized", "completed"])
def test_money_that_is_here_or_on_its_way_can_be_linked(status: str) -> None:
    assert ROW._replace(status=status).unlinkable == ""


@pytest.mark.parametrize("status", ["voided", "failed", "returned"])
def test_money_that_never_came_or_went_back_cannot(status: str) -> None:
    said = f"link-only-completed: T17 is {status}; there is no money to link."
    assert ROW._replace(status=status).unlinkable == said


def test_what_is_linked_says_to_whom() -> None:
    said = ROW._replace(linked=1, client_name="Lee\u202e Ng").unlinkable
    assert said.startswith("T17 is linked to Lee")
    assert "\u202e" not in said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"linked": 1}, "completed"),
        ({"linked": 1, "refunding": 10}, "refunding"),
        ({"linked": 1, "refunded": 10}, "part back"),
        ({"linked": 1, "refunded": 5_000}, "refunded"),
        ({"linked": 1, "refunded": 10, "dispute": "open"}, "disputed"),
        ({"linked": 1, "dispute": "won"}, "completed"),
        ({"refunded": 10}, "to link"),
        ({"refunded": 5_000}, "refunded"),
        ({"dispute": "open"}, "disputed"),
        ({"status": "returned", "linked": 1, "refunded": 10, "dispute": "lost"}, "returned"),
    ],
)
def test_money_that_goes_back_is_told_before_that_it_completed(change: dict[str, Any], told: str) -> None:
    assert ROW._replace(**change).told_state == told
