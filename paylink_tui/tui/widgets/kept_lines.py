"""Widgets that hand out the lines they painted last until they are refreshed."""

from __future__ import annotations

from typing import Self

from textual.containers import Container, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class KeptLines(Widget):
    """A widget that rarely changes, beside one that changes with every key.

    Textual asks every widget of the screen for its lines whenever any of them changes, and puts them
    together anew; with ten widgets that is half of what a key costs. Beside another base class this one
    comes second: Textual takes styles from the first.
    """

    _kept: tuple[Region, list[Strip]] | None = None

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Paint anew."""
        self._kept = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Paint anew in other styles."""
        self._kept = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines asked for: the same as before if nothing was refreshed since."""
        if self._kept is None or self._kept[0] != crop:
            self._kept = (crop, super().render_lines(crop))
        return self._kept[1]


class KeptContainer(Container, KeptLines):
    """A container whose own lines, a border or blanks, are kept."""


class KeptVertical(Vertical, KeptLines):
    """The same, one child below the other."""
