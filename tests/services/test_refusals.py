"""Every refusal names its rule, says what is wrong and what would mend it, word for word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.services.bundle import Services
from tests.databases import Fresh, FreshSqlite, Make
from tests.services import golden, refusals, refusals_firm, refusals_trust
from tests.services.desk import copied, desk_at, furnish
from tests.services.trust_desk import later

SCENES = {
    **{
        name: (refusals.desk_of_payments, asks)
        for name, asks in {
            "linking": refusals.LINKING,
            "refunds": refusals.REFUNDS,
            "records": refusals.RECORDS,
            "firm": refusals_firm.FIRM,
        }.items()
    },
    **refusals_trust.SCENES,
}
ASKS = [(scene, ask) for scene, (_, asks) in SCENES.items() for ask in asks]


def made(scene: Callable[[Services], Awaitable[None]]) -> Make:
    """The scene, in the database at an address."""

    async def make(url: str) -> None:
        async with desk_at(url) as desk:
            await scene(await furnish(desk))

    return make


MAKERS = {scene: made(scene) for scene, _ in SCENES.values()}


@pytest.fixture
def fresh(fresh_sqlite: FreshSqlite) -> Fresh:
    """One database is enough: what the databases refuse by themselves is asked in the store's tests."""
    return fresh_sqlite


@pytest.mark.parametrize(("scene", "ask"), ASKS)
async def test_what_is_refused_is_refused_in_these_words(
    fresh: Fresh, link_key: None, monkeypatch: pytest.MonkeyPatch, scene: str, ask: str
) -> None:
    make, asks = SCENES[scene]
    async with copied(fresh, MAKERS[make]) as desk:
        later(desk, days=refusals_trust.DAYS.get(scene, 0))
        with pytest.raises(PayLinkError) as no:
            await asks[ask](desk)
        golden.compare_part(f"refusals/{scene}", ask, golden.shown(no.value))
