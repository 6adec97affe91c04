"""The list of planted bugs stays true: each can still be planted, in exactly one place."""

from __future__ import annotations

import pytest

from tests.planted.bugs import BUGS, Bug
from tests.planted.plant import ROOT


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_bug_can_be_planted(bug: Bug) -> None:
    text = (ROOT / bug.file).read_text("utf-8")
    assert text.count(bug.sound) == 1
    assert bug.broken != bug.sound
    assert bug.tests
    assert all((ROOT / name).is_file() for name in bug.tests)


def test_names_are_unique() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS)
