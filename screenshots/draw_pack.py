"""Draw the pictures of the monthly pack for the README, from a year of a firm played by dice.

Run from the top of the checkout: `python screenshots/draw_pack.py`. Needs `pdftoppm` and the test extra.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

SEED, MONTHS = 7, 6
PICTURES = {
    "pack-cover": "In this pack",
    "pack-reconciliation": "The three numbers",
    "pack-ledger-card": "Brought forward",
}
"""Each picture, and words of the page it shows."""


async def played(folder: Path) -> Path:
    """Play half a year and tell its last pack."""
    from tests.e2e import year

    os.environ["PAYLINK_LINK_KEY"] = year.KEY
    desk = await year.open_desk(str(folder / "year.db"))
    try:
        rows = await year.Year(desk, folder, SEED, MONTHS).play()
    finally:
        await desk.close()
    return rows[-1].pack[0]


def pages_of(file: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return done.stdout.decode().split("\f")


def main() -> None:
    """Draw the pages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pack = asyncio.run(played(folder))
        texts = pages_of(pack)
        for picture, words in PICTURES.items():
            page = str(next(number for number, text in enumerate(texts, 1) if words in text))
            to = str(HERE / picture)
            command = ["pdftoppm", "-r", "80", "-png", "-singlefile", "-f", page, "-l", page, str(pack), to]
            subprocess.run(command, check=True)
            print(f"{to}.png")


if __name__ == "__main__":
    main()
