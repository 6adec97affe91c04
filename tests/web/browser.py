"""A real headless Chromium: started for the tests, watched so that nothing leaves the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--disable-domain-reliability"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}
HERE = frozenset({"127.0.0.1", "localhost", ""})


def executable() -> str | None:
    """Chromium's program: named by `PLAYWRIGHT` or `CHROMIUM`, else found on the PATH."""
    for variable in ("PLAYWRIGHT", "CHROMIUM"):
        if named := os.environ.get(variable, ""):
            return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None)


def executable_or_skip() -> str:
    """Chromium's program; without it the test is skipped, but in CI it fails."""
    found = executable()
    if found is None:
        reason = f"no browser is here: none of {', '.join(NAMES)} is on the PATH (or name it in CHROMIUM)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@asynccontextmanager
async def chromium(home: Path) -> AsyncIterator[Browser]:
    """A browser whose profile, and everything else it writes, is thrown away."""
    program = executable_or_skip()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=FLAGS, env={**os.environ, "HOME": str(home)}
        )
        try:
            yield browser
        finally:
            await browser.close()


class Visit:
    """One person's browser window, with everything it asked for and complained of."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        wrong = message.type in ("error", "warning")
        if wrong and "Failed to load resource" not in message.text:
            self.complaints.append(f"{message.text} ({message.location})")

    def assert_nothing_left(self) -> None:
        """Every request stayed on this machine, and the browser had nothing to complain of."""
        away = [url for url in self.requests if urlsplit(url).hostname not in (*HERE, None)]
        assert not away, away
        assert not self.complaints, self.complaints

    async def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(await self.page.evaluate(script))


@asynccontextmanager
async def visit(browser: Browser, **options: Any) -> AsyncIterator[Visit]:
    """A new window without cookies; what it asked for is looked at when it is closed."""
    options.setdefault("viewport", DESKTOP)
    options.setdefault("locale", "en-US")
    context = await browser.new_context(**options)
    context.set_default_timeout(15_000)
    seen = Visit(context, await context.new_page())
    try:
        yield seen
        seen.assert_nothing_left()
    finally:
        await context.close()
