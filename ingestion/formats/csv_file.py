"""Tables as CSV, in the one form that is kept (see dialect): found record by record, and read.

Cells in double quotes may hold commas and line ends. Lines without any cell that says something are no rows.
"""

import csv
import io
import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec
from msgspec import Struct

from ingestion.formats.cells import Make, unguarded
from ingestion.formats.fact import Terms
from ingestion.formats.fields import once, refusal
from ingestion.formats.reading import MOST_BYTES_A_ROW, Format, Reading
from ingestion.formats.reading import read as read_rows
from ingestion.formats.refusal import RowRefused, pointer_to

# What stands in front of the columns of rows that were set aside, where they are downloaded. Cells of such a file are
# guarded against being taken for formulas, which others are not.
WHY = ("set aside: row", "set aside: code", "set aside: why")

# What is no text: bytes that are no UTF-8, as Python carries them, and halves of characters.
HALF = re.compile("[\ud800-\udfff]")
# A cell or a record beyond this is a quote that nobody closed.
LONGEST_RECORD = 4 * MOST_BYTES_A_ROW
csv.field_size_limit(LONGEST_RECORD)


@dataclass(frozen=True)
class Record:
    """One record, and the bytes of the file that it takes, [start, end). Without cells where `error` says why."""

    cells: list[str] | None
    error: str
    text: str
    start: int
    end: int


def records(lines: Iterable[bytes], *, start: int = 0) -> Iterator[Record]:
    """Yield the records of some lines; start: the first one's place in the file.

    The same reader finds where records end and reads them, so that no quote is understood in two ways. Where it finds
    quotes that make no sense, the line on which the record began is one that cannot be read, and reading goes on with
    the next: a quote that nobody closed costs its own line and no other.
    """
    source = iter(lines)
    again: deque[bytes] = deque()
    taken: list[bytes] = []
    size = 0

    def texts() -> Iterator[str]:
        nonlocal size
        while (line := again.popleft() if again else next(source, None)) is not None:
            taken.append(line)
            size += len(line)
            if size > LONGEST_RECORD and len(taken) > 1:
                raise csv.Error("the record has no end")
            yield line.decode(errors="surrogateescape")

    reader = csv.reader(texts(), strict=True)
    place = start
    while True:
        taken.clear()
        size = 0
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            cells, error = None, str(wrong)
            again.extendleft(reversed(taken[1:]))
            del taken[1:]
            reader = csv.reader(texts(), strict=True)  # the other may have come to its end
        written = b"".join(taken)
        if cells is None or any(cells):
            yield Record(
                cells,
                error if cells is None else "",
                written.decode(errors="surrogateescape"),
                place,
                place + len(written),
            )
        place += len(written)


def read(format_: Format, terms: Terms, names: Sequence[str], content: bytes, *, first: int, make: Make) -> Reading:
    """Return what became of each row of a piece.

    names: the header's, none twice. first: the index of the piece's first row.
    """
    rows = list(records(io.BytesIO(content)))
    if WHY[0] in names:
        rows = [replace(it, cells=it.cells and [*map(unguarded, it.cells)]) for it in rows]

    def decode(record: Record) -> Struct:
        return _decode(format_, make, names, record)

    def kept(record: Record) -> str:
        if record.cells is None or len(record.cells) != len(names):
            return json.dumps(record.text)
        return json.dumps(dict(zip(names, record.cells, strict=True)))

    return read_rows(format_, terms, rows, decode=decode, kept=kept, places=range(first, first + len(rows)))


def decoder_of_kept(format_: Format, names: Sequence[str], make: Make) -> Callable[[str], Struct]:
    """Return a reader of rows that were set aside, as `read` keeps them; it raises RowRefused."""

    def decode(kept: str) -> Struct:
        try:
            row = json.loads(kept, object_pairs_hook=once)
        except (ValueError, RecursionError) as wrong:
            raise RowRefused("unreadable", "", f"The row is not JSON: {wrong}.") from wrong
        if not isinstance(row, dict) or not all(isinstance(cell, str) for cell in row.values()):
            raise RowRefused("unreadable", "", "Write the row as JSON, with a text for each column: {…}.")
        unknown = [name for name in row if name not in names]
        if unknown:
            raise RowRefused("unknown_field", pointer_to(unknown[0]), f"The file has no column “{unknown[0][:40]}”.")
        cells = [row.get(name, "") for name in names]
        return _decode(format_, make, names, Record(cells, "", "".join(cells), 0, 0))

    return decode


def _decode(format_: Format, make: Make, names: Sequence[str], record: Record) -> Struct:
    if record.cells is None:
        raise RowRefused("quotes", "", f"A quote is not closed or not doubled, or a line ends within: {record.error}.")
    if len(record.text) > MOST_BYTES_A_ROW:
        raise RowRefused("row_too_large", "", "A row has at most 32 KB.")
    if any(not cell.isascii() and HALF.search(cell) for cell in record.cells):
        raise RowRefused("unreadable", "", "The row is no text. Save the file as “CSV UTF-8”.")
    if len(record.cells) != len(names):
        raise RowRefused(
            "column_count", "", f"The header has {len(names)} columns, this row has {len(record.cells)} cells."
        )
    try:
        return msgspec.convert(make(dict(zip(names, record.cells, strict=True))), format_.row)
    except msgspec.ValidationError as wrong:
        raise refusal(wrong, format_.row) from wrong
