"""The page's limits by link and address, and the words a link freezes with."""

from __future__ import annotations

import pytest

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.forms import Typed
from paylink_tui.domain.page import GoTo, PayPage, Posted, TooMany
from paylink_tui.domain.settings import Limits, Settings
from paylink_tui.services.bundle import Services
from paylink_tui.services.links import NewLink
from tests.services.desk import completed, freeze


async def submit(desk: Services, token: str, address: str) -> object:
    page = await desk.page.open(token)
    assert isinstance(page, PayPage)
    return await desk.page.submit(
        token, Posted(page.form_token, Typed("5.00", "Dana", "d@r.example"), "en", address)
    )


async def test_a_link_that_was_tried_too_often_closes_no_other(desk: Services) -> None:
    desk.settings = Settings(limits=Limits(link_attempts=1, address_attempts=2))
    first, second = [(await desk.links.create(NewLink("Operating"))).url.rsplit("/", 1)[1] for _ in range(2)]
    assert isinstance(await submit(desk, first, "198.51.100.7"), GoTo)
    assert isinstance(await submit(desk, first, "198.51.100.8"), TooMany)
    assert isinstance(await submit(desk, second, "198.51.100.7"), GoTo)
    assert isinstance(await submit(desk, second, "198.51.100.7"), TooMany)


@pytest.mark.parametrize(
    ("window", "words"),
    [(3600, "1 hour"), (7200, "2 hours"), (60, "1 minute"), (5400, "90 minutes"), (61, "61 seconds")],
)
async def test_a_link_says_in_what_time_it_was_declined(desk: Services, window: int, words: str) -> None:
    desk.settings = Settings(limits=Limits(window=window, declines_to_freeze=2))
    link = await desk.links.create(NewLink("Operating"))
    await freeze(desk, link.id)
    (frozen,) = await desk.news.frozen()
    assert (frozen.id, frozen.reason) == (link.id, f"2 declined cards in {words}")


@pytest.mark.parametrize(
    ("state", "words"),
    [("sending", "N1 is being sent by another process; it is not sent twice."), ("sent", "N1 was sent;")],
)
async def test_a_message_that_is_away_is_not_sent_again(desk: Services, state: str, words: str) -> None:
    await completed(desk)
    async with desk.database.write() as connection:
        await connection.exec_driver_sql(f"UPDATE message SET state = '{state}' WHERE id = 1")
    with pytest.raises(PayLinkError) as no:
        await desk.messages.retry(1)
    assert words in no.value.message
