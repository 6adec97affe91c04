"""Every command leaves exactly the rows it should: journals, transfers, audit, mail, changes, all of them."""

from __future__ import annotations

import pytest

from paylink_tui.services.bundle import Services
from tests.services import golden, stories, stories_trust
from tests.services.desk import assert_sound

STORIES = stories.STORIES | stories_trust.STORIES


@pytest.mark.parametrize("name", STORIES)
async def test_a_story_leaves_exactly_these_rows(desk: Services, name: str) -> None:
    before = await golden.book(desk)
    await STORIES[name](desk)
    await assert_sound(desk)
    golden.compare(f"stories/{name}", golden.since(before, await golden.book(desk)))
