"""Writing a file that is whole or not there, that nobody else may read, and that replaces nothing unasked."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from paylink_tui.domain.errors import PayLinkError


@contextmanager
def new_file(file: Path, *, force: bool = False) -> Iterator[IO[bytes]]:
    """A private file to fill, which takes its name once the block has ended well and it is on the disk.

    Args:
        file: Where it is to be; readable by its owner only.
        force: Replace what is there; otherwise that is refused, also when it came meanwhile.

    Raises:
        PayLinkError: the file exists, or cannot be written there.
    """
    if not force and os.path.lexists(file):
        raise _there(file)
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name[:40]}.", suffix=".part", dir=file.parent)
    except OSError as error:
        raise _cannot(file, error) from error
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _appear(part, file, force)
    except OSError as error:
        raise _cannot(file, error) from error
    finally:
        part.unlink(missing_ok=True)


def _appear(part: Path, file: Path, force: bool) -> None:
    """Give the file its name; a hard link never replaces what somebody put there meanwhile."""
    if force:
        os.replace(part, file)
        return
    try:
        os.link(part, file)
    except FileExistsError:
        raise _there(file) from None
    except OSError:
        # Some file systems have no hard links; there the moment between is as short as it can be.
        if os.path.lexists(file):
            raise _there(file) from None
        os.replace(part, file)


def _there(file: Path) -> PayLinkError:
    return PayLinkError(f"{file} exists already.", "Name another file, or replace it with --force.")


def _cannot(file: Path, error: OSError) -> PayLinkError:
    reason = (error.strerror or str(error)).lower()
    return PayLinkError(f"{file} cannot be written: {reason}.", "Check the folder and its permissions.")
