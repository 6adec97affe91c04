"""Lines of a table go to the terminal as they are, without being cut up and put together with the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class OwnLines:
    """Marks a widget that fills its region with lines it keeps, so that asking for any of them is cheap."""


class DeskCompositor(Compositor):
    """Textual's compositor asks every widget of the screen for all its lines, cuts them where any widget
    begins or ends, and joins them again: with thirty lines scrolled, most of what a key costs.

    What changes with nearly every key is a table with nothing in front of it. Its lines are written as
    they are; whatever else has changed goes Textual's way.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: Mapping[Widget, tuple[Region, Region]] | None = None
        self._free: list[tuple[Widget, Region]] = []
        """Tables with nothing in front of them, of the layout that was seen last."""
        self._written: dict[int, Strip] = {}
        """What the terminal shows by lines, as far as it was written here and nothing else was since."""

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:
        """Everything anew."""
        self._written.clear()
        return super().render_full_update(simplify)

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed: lines of tables by the short way, the rest by the long one."""
        lines: list[tuple[int, int, Strip]] = []
        for widget, region in self._tables():
            own = {dirty for dirty in self._dirty_regions if region.contains_region(dirty)}
            self._dirty_regions -= own
            lines += self._lines(widget, region, own)
        if not self._dirty_regions:
            return LinesUpdate(lines, None) if lines else None
        if any(region.overlaps(dirty) for _, region in self._free for dirty in self._dirty_regions):
            self._written.clear()
        rest = super().render_partial_update()
        return LinesUpdate(lines, rest) if lines else rest

    def _tables(self) -> list[tuple[Widget, Region]]:
        visible = self.visible_widgets
        if visible is not self._seen:
            self._seen = visible
            self._free = list(_uncovered(visible))
            self._written.clear()
        return self._free

    def _lines(self, widget: Widget, region: Region, own: set[Region]) -> Iterable[tuple[int, int, Strip]]:
        """The changed lines of a table with their places, but not those the terminal shows already."""
        left, top, width, _ = region
        for y, start, end in self._regions_to_spans(own):
            (strip,) = widget.render_lines(Region(0, y - top, width, 1))
            if (start, end) != (left, left + width):
                self._written.pop(y, None)
                yield y, start, strip.crop(start - left, end - left)
            elif self._written.get(y) is not strip:
                self._written[y] = strip
                yield y, start, strip


class LinesUpdate(ChopsUpdate):
    """Whole lines at their places, and perhaps some other update."""

    def __init__(self, lines: list[tuple[int, int, Strip]], rest: ChopsUpdate | None) -> None:
        super().__init__([], [], [])
        self._lines = lines
        self._rest = rest

    def render_segments(self, console: Console) -> str:
        """What the terminal is sent."""
        parts = [f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for y, x, strip in self._lines]
        if self._rest is not None:
            parts.append(self._rest.render_segments(console))
        return "".join(parts)


def _uncovered(visible: Mapping[Widget, tuple[Region, Region]]) -> Iterable[tuple[Widget, Region]]:
    """Tables with their regions, unless they are cut off or something stands in front of them."""
    front: list[Region] = []
    for widget, (region, clip) in visible.items():
        if isinstance(widget, OwnLines) and clip.contains_region(region):
            lines = widget.scrollable_content_region.size
            inner = Region(region.x, region.y, lines.width, lines.height)
            if widget.content_region.offset == region.offset and not any(map(inner.overlaps, front)):
                yield widget, inner
        front.append(region.intersection(clip))
