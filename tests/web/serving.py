"""`paylink serve` as a process of its own, on a free port, with settings of its own, watched for leaks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from tests.ports import free_port

OPEN = "1000000"
"""A limit no test reaches."""
PATIENCE = 40.0
"""Seconds a server may take to answer its first request, on a machine that does other things too."""
NUMBERS = (
    *("4242424242424242", "4242 4242 4242 4242", "4012888888881881", "5105105105105100"),
    *("378282246310005", "6011111111111117", "4000000000000002", "4111111111111111", "4111 1111 1111 1111"),
)
"""Card numbers that tests type, and that are kept nowhere: published test numbers, and one that is none."""


class Server:
    """A server that is started, stopped, killed and started again at one address over one database."""

    def __init__(
        self, url: str, folder: Path, *, workers: int = 1, limits: str = OPEN, more: str = "", page: str = ""
    ) -> None:
        """Prepare it.

        Args:
            url: The database.
            folder: Where its settings file and its log are kept.
            workers: Processes that answer.
            limits: What every limit of the settings file is; empty leaves the ones it has by default.
            more: Further tables of the settings file.
            page: Further lines of its table `[page]`.
        """
        self.url = url
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings = folder / "settings.toml"
        self.log = folder / "server.log"
        self._workers = workers
        self._process: subprocess.Popen[bytes] | None = None
        self.settings.write_text(self._text(limits, page, more), "utf-8")

    def _text(self, limits: str, page: str, more: str) -> str:
        lines = ["[page]", f'address = "{self.address}"', f"port = {self.port}", page]
        if limits:
            names = ("link_attempts", "address_attempts", "total_attempts", "page_views", "unknown_links")
            lines += ["[limits]", *(f"{name} = {limits}" for name in names), "declines_to_freeze = 1000"]
        return "\n".join([*lines, more, ""])

    @property
    def pid(self) -> int:
        """Its process, which leads a group of its own."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> Server:
        """Start it, and come back when it answers.

        Raises:
            AssertionError: it ended, or never answered; the message is its log.
        """
        command = [sys.executable, "-m", "paylink_tui", "--db", self.url, "serve"]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        if self._workers > 1:
            command += ["--workers", str(self._workers)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={
                    **os.environ,
                    "PAYLINK_CONFIG": str(self.settings),
                    "XDG_STATE_HOME": str(self.settings.parent),
                },
                start_new_session=True,
            )
        self._wait()
        return self

    def _wait(self) -> None:
        assert self._process is not None
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self._process.poll() is None, self.told()
            if self._answers():
                return
            time.sleep(0.03)
        raise AssertionError(f"nothing answers at {self.address}\n{self.told()}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    def kill(self) -> None:
        """Kill it and all its workers, without a word (`kill -9`).

        Raises:
            AssertionError: it had ended by itself.
        """
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        assert self._process.wait(20) == -signal.SIGKILL, self.told()

    def stop(self) -> int:
        """Ask it to stop, and insist after a while; its exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.terminate()
            try:
                return self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        return int(self._process.returncode)

    def cpu(self) -> float:
        """Seconds of processor time that it and its workers have used (Linux)."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rsplit(")", 1)[1].split()
                if int(fields[2]) == self.pid:
                    ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Resident memory of its first process in KiB (Linux)."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def told(self) -> str:
        """What it said and what it logged, as far as it is written."""
        logs = [self.log, *self.settings.parent.glob("paylink/*.log")]
        return "\n".join(log.read_text("utf-8", "replace") for log in logs if log.exists())

    def assert_quiet(self) -> None:
        """It told of no failure and of no card number."""
        told = self.told()
        assert "Traceback" not in told, told[-6000:]
        assert not [number for number in NUMBERS if number in told]

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it; what it told is looked at, or shown when the test failed already."""
        self.stop()
        if kind is None:
            self.assert_quiet()
        else:
            print(self.told()[-8000:])
