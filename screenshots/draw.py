"""Draw the pictures of the README: the demonstration firm at one fixed moment, key by key.

Run from the top of the checkout: `python screenshots/draw.py`. Needs rsvg-convert (Debian: librsvg2-bin).
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

STILL = 10
"""Looks, a quarter of a second apart, at a screen that no longer changes."""
MOMENT = datetime(2026, 11, 20, 17, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the terminal's size, the keys that lead to it; `wait` lets answers come."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    theme: str = ""


PICTURES = (
    Picture("transactions", (160, 44), ("down",) * 6),
    Picture("small", (80, 24), ("down",) * 6),
    Picture("link", (120, 40), (*("down",) * 10, "l", "wait")),
    Picture("new-link", (100, 32), ("n",)),
    Picture("share", (120, 40), (*("down",) * 6, "Y")),
    Picture("qr", (120, 40), (*("down",) * 6, "Q")),
    Picture("why", (120, 40), (*("down",) * 6, "w")),
    Picture("record", (120, 40), ("r", "wait", *"dana", "wait")),
    Picture("links", (120, 30), ("L",)),
    Picture("invoices", (140, 40), ("I",)),
    Picture("clients", (140, 40), ("C",)),
    Picture("split", (120, 40), (*("down",) * 9, "l", "f3", *"500", "wait", "enter", "wait", *"dana")),
    Picture(
        "refund",
        (120, 40),
        (
            "slash",
            *"linked:yes account:operating",
            "enter",
            "wait",
            *("down",) * 4,
            "R",
            "wait",
            *"paid twice",
        ),
    ),
    Picture("trust", (160, 40), ("T", "wait", "down")),
    Picture("light", (120, 40), ("down",) * 6, "ledger-light"),
    Picture("help", (120, 40), ("?",)),
)


async def main(wanted: list[str]) -> None:
    """Draw every picture, or only the named ones."""
    folder = Path(tempfile.mkdtemp(prefix="paylink-pictures-"))
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        os.environ[variable] = str(folder)
    os.environ.update(TEXTUAL_ANIMATIONS="none", COLORTERM="truecolor", PAYLINK_CLIPBOARD="off", TZ="UTC")
    os.environ["PAYLINK_USER"] = "mia"
    os.environ["PAYLINK_BASE_URL"] = "https://pay.hartwell-ng.example/p/"
    os.environ.pop("NO_COLOR", None)
    try:
        await _draw_all(folder / "pictures.db", wanted)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _draw_all(database: Path, wanted: list[str]) -> None:
    from paylink_tui.services.clock import FixedClock
    from paylink_tui.services.demo.opening import open_demo
    from paylink_tui.tui.app import PayLinkApp

    demo = await open_demo(str(database), clock=FixedClock(MOMENT))
    await _mint(demo.services)
    await demo.keep_books()
    await demo.close()
    for picture in PICTURES:
        if wanted and picture.name not in wanted:
            continue
        app = PayLinkApp(str(database), clock=FixedClock(MOMENT))
        if picture.theme:
            app.theme = picture.theme
        _to_png(await _draw(app, picture), HERE / f"{picture.name}.png")
        print(picture.name)


async def _draw(app: Any, picture: Picture) -> str:
    """The picture as SVG."""
    async with app.run_test(size=picture.size) as pilot:
        await _until(pilot, lambda: _rows_are_there(app))
        for key in picture.keys:
            await (_still(pilot) if key == "wait" else pilot.press("space" if key == " " else key))
        await _still(pilot)
        svg: str = app.export_screenshot()
    return svg


async def _mint(services: Any) -> None:
    """Links of every kind and state, for the Links screen."""
    from paylink_tui.services.links import NewLink

    month, once = timedelta(days=30), 1
    for new in (
        NewLink(
            "IOLTA ..4411", 250_000, "Retainer, estate plan", client="Dana Ruiz", expires=month, max_uses=once
        ),
        NewLink("Operating ..9020", 141_50, "Filing fee", client="Lee Ng", expires=month),
        NewLink("Real Estate Trust ..7730", reference="Closing deposit", expires=month, max_uses=3),
        NewLink("Operating ..9020", 60_000, "Consultation", max_uses=once),
    ):
        await services.links.create(new)
    await services.links.disable("L4")
    await services.sandbox.pay("L6", amount=None, name="Owen Gallagher", email="owen.gallagher@mail.example")


def _rows_are_there(app: Any) -> bool:
    from paylink_tui.tui.widgets.live_table import LiveTable

    return app.home.query_one(LiveTable).row is not None


async def _until(pilot: Any, met: Callable[[], bool]) -> None:
    for _ in range(200):
        if met():
            return
        await pilot.pause(0.05)
    raise SystemExit("the desk never showed its rows")


async def _still(pilot: Any) -> None:
    """Wait until the screen has not changed for a while, however slow the machine."""
    before, same = "", 0
    for _ in range(120):
        lines = pilot.app.screen._compositor.render_strips(pilot.app.size)
        now = "\n".join(line.text for line in lines)
        before, same = now, same + 1 if now == before else 0
        if same >= STILL:
            return
        await pilot.pause(0.25)


TEXT = re.compile(r'(<text [^>]*?)x="([0-9.]+)"([^>]*?) textLength="([0-9.]+)"([^>]*>)([^<]*)</text>')
WORD = re.compile(r"[!-~]+|\S")


def _word_by_word(match: re.Match[str]) -> str:
    """Give each word and each line glyph its own place: rsvg-convert knows no textLength."""
    before, x, between, length, after, content = match.groups()
    letters = html.unescape(content)
    step = float(length) / max(1, len(letters))
    return "".join(
        f'{before}x="{float(x) + word.start() * step:.1f}"{between}{after}{html.escape(word[0])}</text>'
        for word in WORD.finditer(letters)
    )


def _to_png(svg: str, file: Path) -> None:
    svg = TEXT.sub(_word_by_word, svg)
    command = ["rsvg-convert", "--zoom", "1.0", "--output", str(file)]
    subprocess.run(command, input=svg.encode(), check=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
