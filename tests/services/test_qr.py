"""The code on screen and in the file is the code of the URL, module by module."""

from __future__ import annotations

import os
import re
import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from paylink_tui.domain.errors import BadInput, PayLinkError
from paylink_tui.services.qr import QUIET_ZONE, for_terminal, half_blocks, save_png, save_svg

URL = "https://pay.hartwell-ng.example/l/" + "A" * 43
UPPER, LOWER, BOTH = "\u2580", "\u2584", "\u2588"


def modules(lines: list[str]) -> list[list[int]]:
    """Read half blocks back as rows of modules."""
    rows: list[list[int]] = []
    for line in lines:
        rows.append([int(char in (UPPER, BOTH)) for char in line])
        rows.append([int(char in (LOWER, BOTH)) for char in line])
    return rows


def expected(url: str, border: int) -> list[list[int]]:
    return [list(row) for row in segno.make(url, error="l", micro=False).matrix_iter(border=border)]


@given(st.text("abcXYZ019-_/:.?=", min_size=1, max_size=200), st.integers(0, 4))
def test_the_blocks_are_the_dark_modules(url: str, border: int) -> None:
    right = expected(url, border)
    read = modules(half_blocks(url, border=border))
    assert read[: len(right)] == right
    assert not any(map(any, read[len(right) :]))


def test_light_blocks_are_the_negative() -> None:
    dark, light = modules(half_blocks(URL)), modules(half_blocks(URL, light_blocks=True))
    assert [[1 - module for module in row] for row in dark] == light


def test_a_quiet_zone_lies_around_it() -> None:
    rows = modules(half_blocks(URL))
    assert not any(map(any, rows[:QUIET_ZONE]))
    assert not any(row[index] for row in rows for index in range(QUIET_ZONE))


def test_a_link_fits_a_small_screen() -> None:
    lines = half_blocks(URL, border=2)
    assert len(lines) <= 22
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(lines[0]) <= 80


def test_every_printed_line_carries_its_own_colours() -> None:
    lines = for_terminal(URL).split("\n")
    assert all(line.startswith("\x1b[38;5;16;48;5;231m") and line.endswith("\x1b[0m") for line in lines)
    assert "\x1b" not in for_terminal(URL, colour=False)


def test_the_svg_is_a_picture_with_a_light_ground(tmp_path: Path) -> None:
    file = tmp_path / "link.svg"
    save_svg(URL, file)
    root = ET.fromstring(file.read_text())
    side = (len(expected(URL, QUIET_ZONE))) * 8
    assert (root.get("width"), root.get("height")) == (str(side), str(side))
    assert "#fff" in file.read_text()


def test_the_png_has_the_modules_of_the_code(tmp_path: Path) -> None:
    file = tmp_path / "link.png"
    save_png(URL, file)
    right = expected(URL, QUIET_ZONE)
    data = file.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (width, height, depth, kind) == (len(right) * 16, len(right) * 16, 1, 0)
    body = b"".join(
        data[at + 8 : at + 8 + int.from_bytes(data[at : at + 4], "big")]
        for at in [match.start() - 4 for match in re.finditer(b"IDAT", data)]
    )
    lines = zlib.decompress(body)
    row = -(-width // 8) + 1
    read = [
        [1 - (lines[y * 16 * row + 1 + x * 2] >> 7) for x in range(len(right))] for y in range(len(right))
    ]
    assert read == right


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PayLinkError, match="No such file") as caught:
        save_svg(URL, tmp_path / "missing" / "link.svg")
    assert caught.value.fix
    assert os.listdir(tmp_path) == []


def test_too_long_a_url_is_a_sentence() -> None:
    with pytest.raises(BadInput, match="longer than a QR code holds"):
        half_blocks("x" * 5000)
