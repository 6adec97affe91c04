"""What `serve` says while it runs: one line for each failure, its details in a file, nothing of visitors."""

from __future__ import annotations

import logging
import sys

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.text import visible
from paylink_tui.services.error_log import keep

_LONGEST = 400


class _OneLine(logging.Formatter):
    """A record as one line; the traceback of a failure nobody foresaw goes to the log of errors."""

    def format(self, record: logging.LogRecord) -> str:
        said = visible(record.getMessage().strip(), _LONGEST)
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, PayLinkError):
            said = f"{said}: {visible(error.message, _LONGEST)}"
        elif error is not None:
            log = keep(error)
            where = f" (details are in {log})" if log else ""
            said = f"{said}: {type(error).__name__}{where}"
        return f"paylink: {said}"


def speak_in_lines() -> None:
    """Send what goes wrong to standard error; requests are never told of."""
    logging.raiseExceptions = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in ("asyncio", "httpx", "aiosmtplib", "mail.log"):
        logging.getLogger(name).setLevel(logging.ERROR)
