"""Who in the firm is told, where the settings say so and where they say nothing."""

from __future__ import annotations

import pytest

from paylink_tui.domain.settings import Branding, Notify, Occasion, Settings

BOOKS, DESK = "books@firm.example", "desk@firm.example"


@pytest.mark.parametrize(
    ("email", "firm", "occasion", "told"),
    [
        (DESK, {}, Occasion.COMPLETED, (DESK,)),
        (DESK, {}, Occasion.RETURNED, (DESK,)),
        (DESK, {}, Occasion.SUBMITTED, ()),
        ("", {}, Occasion.COMPLETED, ()),
        (DESK, {Occasion.COMPLETED: (BOOKS,)}, Occasion.COMPLETED, (BOOKS,)),
        (DESK, {Occasion.COMPLETED: (BOOKS,)}, Occasion.RETURNED, ()),
        (DESK, {Occasion.COMPLETED: ()}, Occasion.COMPLETED, ()),
    ],
)
def test_the_firms_own_address_hears_where_nobody_is_named(
    email: str, firm: dict[Occasion, tuple[str, ...]], occasion: Occasion, told: tuple[str, ...]
) -> None:
    settings = Settings(branding=Branding(email=email), notify=Notify(firm=firm))
    assert settings.told_in_firm(occasion) == told
