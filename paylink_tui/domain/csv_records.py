"""The rows of a CSV file, each with the line it starts on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from paylink_tui.domain.file_problems import Problems


def records(text: str, separator: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it starts on, counted from 1; the first bad row ends them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.add(line, "", "", f"the row cannot be read: {error}; look at its quotes")
            return
        if any(map(str.strip, row)):
            yield line, row
        line = reader.line_num + 1
