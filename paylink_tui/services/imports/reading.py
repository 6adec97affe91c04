"""A CSV file as rows of text: encoding, separator, header and quoting, each refused by its line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from paylink_tui.domain.csv_records import records
from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.file_problems import MAX_SHOWN, Problems
from paylink_tui.domain.text import visible

MAX_BYTES: Final = 256 * 1024 * 1024
"""A larger file is no list of clients, matters or invoices."""

_SEPARATORS: Final = (",", ";")
_HEADER: Final = 4096
"""Characters among which the first row is looked for."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_OTHER_ENCODINGS: Final = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class Record(NamedTuple):
    """One row: the line it starts on, and its fields in the order asked for, without outer spaces."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole file."""

    records: list[Record]
    digest: str
    """SHA-256 of its bytes, in hexadecimal: which file it was, for the audit log."""


def read_sheet(file: Path, columns: Sequence[str]) -> Sheet:
    """Read a file whose header names exactly `columns`, in any order.

    UTF-8 with or without a byte order mark; commas or semicolons; line breaks inside quotes; any
    line ending. Blank rows are passed over.

    Raises:
        BadInput: there is no such file, or it cannot be read.
        ImportFailed: its bytes are not UTF-8, its header is another, or a row is malformed.
    """
    data = _bytes(file)
    problems = Problems(str(file))
    text = _text(data, problems)
    if not text.strip():
        problems.add(1, "", "", f"the file is empty; its first line names the columns {','.join(columns)}")
        problems.stop_if_any()
    separator = _separator(text, columns)
    found = records(text, separator, problems)
    order = _order(next(found, None), columns, problems)
    body = _body(found, order, bool(_CONTROL.search(text)), columns, problems)
    problems.stop_if_any()
    return Sheet(body, hashlib.sha256(data).hexdigest())


def _bytes(file: Path) -> bytes:
    shown = visible(str(file), MAX_SHOWN)
    try:
        if not file.exists():
            raise BadInput(f"There is no file {shown}.", "Check the path.")
        if not file.is_file():
            raise BadInput(f"{shown} is not a file.", "Name a CSV file.")
        if file.stat().st_size > MAX_BYTES:
            raise BadInput(
                f"{shown} is larger than {MAX_BYTES // 2**20} MiB.", "Split it into several files."
            )
        return file.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise BadInput(f"{shown} cannot be read: {reason}.", "Check the path and its permissions.") from error


def _text(data: bytes, problems: Problems) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        kind = _OTHER_ENCODINGS.get(data[:2], "another encoding")
        reason = f"is not UTF-8 at byte {error.start + 1}; the file is in {kind}. Save it as CSV UTF-8"
        problems.add(line, "", f"0x{data[error.start]:02X}", reason)
        problems.stop_if_any()
        raise


def _separator(text: str, columns: Sequence[str]) -> str:
    """The separator under which the first row names more of the columns; a comma when neither does."""
    first = next((line for line in text.lstrip()[:_HEADER].splitlines() if line.strip()), "")

    def known(separator: str) -> int:
        names = (name.strip().strip('"').casefold() for name in first.split(separator))
        return sum(name in columns for name in names)

    return max(_SEPARATORS, key=known)


def _order(header: tuple[int, list[str]] | None, columns: Sequence[str], problems: Problems) -> Sequence[int]:
    """Where each wanted column stands."""
    line, row = header or (1, [])
    names = [name.strip().casefold() for name in row]
    expected = f"the columns are {','.join(columns)}"
    for index, name in enumerate(names):
        if name not in columns:
            problems.add(line, row[index].strip(), "", f"is not a column of this file; {expected}")
        elif name in names[:index]:
            problems.add(line, name, "", "is named twice")
    for name in columns:
        if name not in names:
            problems.add(line, name, "", f"is missing; {expected}")
    problems.stop_if_any()
    return [names.index(name) for name in columns]


def _body(
    records: Iterator[tuple[int, list[str]]],
    order: Sequence[int],
    suspicious: bool,
    columns: Sequence[str],
    problems: Problems,
) -> list[Record]:
    pick = itemgetter(*order)
    width = len(order)
    body = []
    for line, row in records:
        if len(row) != width:
            problems.add(line, "", "", f"has {len(row)} fields where the header has {width}")
            continue
        fields = pick(row)
        if suspicious:
            _refuse_controls(line, fields, columns, problems)
        body.append(Record(line, tuple(map(str.strip, fields))))
    return body


def _refuse_controls(line: int, fields: tuple[str, ...], columns: Sequence[str], problems: Problems) -> None:
    for name, value in zip(columns, fields, strict=True):
        if (found := _CONTROL.search(value)) is not None:
            problems.add(line, name, value, f"holds the control character U+{ord(found[0]):04X}")
