"""Every table of the schema says what its past is."""

from __future__ import annotations

from paylink_tui.store.past.cuts import CUTS
from paylink_tui.store.schema import metadata


def test_every_table_says_which_of_its_rows_were_known_at_a_moment() -> None:
    unsaid = set(metadata.tables) - set(CUTS)
    assert not unsaid, f"say in paylink_tui/store/past/cuts.py how these are cut at a moment: {unsaid}"
    assert set(CUTS) == set(metadata.tables)


def test_what_is_said_of_a_table_is_about_its_own_columns() -> None:
    for name, cut in CUTS.items():
        columns = set(metadata.tables[name].columns.keys())
        assert {cut.key, *cut.rewound, *cut.later} <= columns, name
        assert next(one.name for one in metadata.tables[name].primary_key) == cut.key, name
