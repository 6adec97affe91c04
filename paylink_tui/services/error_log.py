"""The log of failures nobody foresaw: their tracebacks, for whoever can mend them."""

from __future__ import annotations

from pathlib import Path


def keep(error: BaseException) -> Path | None:
    """Append a traceback to the user's own log; None when it cannot be written."""
    import os
    import traceback
    from datetime import UTC, datetime

    from platformdirs import user_state_path

    log = user_state_path("paylink", appauthor=False) / "errors.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
            file.write(f"{datetime.now(UTC).isoformat()}\n{''.join(traceback.format_exception(error))}\n")
    except OSError:
        return None
    return log
