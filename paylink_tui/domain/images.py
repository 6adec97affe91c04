"""Pictures told by their first bytes, whatever their name says."""

from __future__ import annotations

from typing import Final

MOST_BYTES: Final = 512 * 1024
"""Size a logo may have: every payer's phone fetches it."""
_SVG_WITHIN: Final = 1024
"""Bytes in which an SVG file shows what it is, after its declaration and a comment."""


def image_type(data: bytes) -> str:
    """The media type of a PNG, JPEG, WebP or SVG picture; empty for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    head = data[:_SVG_WITHIN].removeprefix(b"\xef\xbb\xbf").lstrip()
    return "image/svg+xml" if head.startswith(b"<") and b"<svg" in head else ""


def logo_problem(data: bytes) -> str:
    """Why these bytes cannot be a logo; empty when they can."""
    if len(data) > MOST_BYTES:
        return f"is larger than {MOST_BYTES // 1024} KiB; save the picture smaller"
    return "" if image_type(data) else "is no PNG, JPEG, WebP or SVG picture"
