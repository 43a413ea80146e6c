"""Rows as CSV: a header with the names of the fields, dots where they nest (`actor.handle`), then one record a row.

UTF-8, with or without a byte order mark; commas; cells in double quotes may hold commas and line ends. An empty cell
says nothing. Lines without any cell that says something are no rows.
"""

import csv
import io
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct, inspect

from ingestion.errors import FileRefused
from ingestion.formats.fact import Terms
from ingestion.formats.fields import leaves, once, refusal
from ingestion.formats.reading import MOST_BYTES_A_ROW, Format, Reading
from ingestion.formats.reading import read as read_rows
from ingestion.formats.refusal import RowRefused, pointer_to

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# What is no text: bytes that are no UTF-8, as Python carries them, and halves of characters.
HALF = re.compile("[\ud800-\udfff]")
# A cell beyond this is a quote that nobody closed.
csv.field_size_limit(4 * MOST_BYTES_A_ROW)
BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True)
class Record:
    """One record, and the bytes of the file that it takes, [start, end). Without cells where `error` says why."""

    cells: list[str] | None
    error: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """Some records that follow each other: which rows of the file, from 0, and its bytes [start, end)."""

    first: int
    rows: int
    start: int
    end: int


def header(line: bytes, format_: Format) -> list[str]:
    """Return the names of the columns, after a look at whether rows can be made of them. Raises FileRefused."""
    if line.startswith(UTF_16):
        raise FileRefused("The file is UTF-16. Save it as “CSV UTF-8” and import that.")
    try:
        text = line.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError as wrong:
        raise FileRefused("The file is not UTF-8. Save it as “CSV UTF-8” and import that.") from wrong
    if "\r" in text.rstrip("\r\n"):
        raise FileRefused("The file's lines end as those of old Macs did (CR). Save it with other line ends.")
    if not text.strip():
        raise FileRefused("The file's first line is empty; it should name the columns.")
    if "," not in text and (";" in text or "\t" in text):
        raise FileRefused("The columns are parted by semicolons or tabs. Save the file with commas.")
    names = [name.strip() for name in next(csv.reader([text]))]
    known = columns(format_.row)
    if "" in names:
        raise FileRefused("The header has a column without a name. Is there a comma too many?")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise FileRefused(
            f"The file has columns that {format_.name} do not have: {', '.join(unknown)[:200]}. "
            f"Known are {', '.join(known)}, in small letters."
        )
    twice = {name for name, times in Counter(names).items() if times > 1}
    if twice:
        raise FileRefused(f"The header names a column twice: {', '.join(sorted(twice))}.")
    if any("." in name for name in known) and not any("." in name for name in names):
        people = [name for name in known if name.endswith(".handle")]
        raise FileRefused(f"The file has no column that names a person, such as {' or '.join(people)}.")
    lacking = [
        field.encode_name
        for field in msgspec.structs.fields(format_.row)
        if field.required and not any(name.split(".")[0] == field.encode_name for name in names)
    ]
    if lacking:
        raise FileRefused(f"The file lacks the columns {', '.join(lacking)}.")
    return names


def columns(row: type[Struct]) -> dict[str, Callable[[str], Any]]:
    """Return what the columns of a shape are called and how a cell of each is understood."""
    converters: dict[type, Callable[[str], Any]] = {
        inspect.IntType: _whole,
        inspect.FloatType: _number,
        inspect.BoolType: _boolean,
    }
    return {".".join(field.names): converters.get(type(field.kind), str) for field in leaves(row).values()}


def _whole(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit()):  # int() would take 1_000 and ٣ as well
        raise ValueError(cell)
    return int(cell)


def _number(cell: str) -> float:
    if "_" in cell or not cell.isascii():  # float() would take them
        raise ValueError(cell)
    return float(cell)


def _boolean(cell: str) -> bool:
    if cell.lower() not in BOOLEANS:
        raise ValueError(cell)
    return BOOLEANS[cell.lower()]


EXPECTED: dict[Callable[[str], Any], str] = {
    _whole: "a whole number from 0 upwards",
    _number: "a number, such as 0.25",
    _boolean: "true or false",
}


def records(lines: Iterable[bytes], *, start: int = 0) -> Iterator[Record]:
    """Yield the records of some lines; start: the first one's place in the file.

    The same reader finds where records end and reads them, so that no quote is understood in two ways. Where it finds
    quotes that make no sense, the line on which the record began is one that cannot be read, and reading goes on with
    the next: a quote that nobody closed costs its own line and no other.
    """
    source = iter(lines)
    again: deque[bytes] = deque()
    taken: list[bytes] = []

    def texts() -> Iterator[str]:
        while (line := again.popleft() if again else next(source, None)) is not None:
            taken.append(line)
            yield line.decode(errors="surrogateescape")

    reader = csv.reader(texts(), strict=True)
    place = start
    while True:
        taken.clear()
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


def cut(lines: Iterable[bytes], *, start: int, size: int) -> Iterator[Piece]:
    """Yield pieces of at most `size` rows, of the lines that follow the header."""
    first, rows, begun, end = 0, 0, start, start
    for record in records(lines, start=start):
        if rows == size:
            yield Piece(first, rows, begun, end)
            first, rows, begun = first + rows, 0, end
        rows, end = rows + 1, record.end
    if rows:
        yield Piece(first, rows, begun, end)


def read(format_: Format, terms: Terms, names: Sequence[str], content: bytes, *, first: int) -> Reading:
    """Return what became of each row of a piece. names: the header's; first: the index of its first row."""
    known = columns(format_.row)
    converters = {name: known[name] for name in names}
    rows = list(records(io.BytesIO(content)))

    def decode(record: Record) -> Struct:
        return _decode(format_, converters, record)

    def kept(record: Record) -> str:
        if record.cells is None or len(record.cells) != len(names):
            return json.dumps(record.text)
        return json.dumps(dict(zip(names, record.cells, strict=True)))

    return read_rows(format_, terms, rows, decode=decode, kept=kept, places=range(first, first + len(rows)))


def decoder_of_kept(format_: Format, names: Sequence[str]) -> Callable[[str], Struct]:
    """Return a reader of rows that were set aside, as `read` keeps them; it raises RowRefused."""
    known = columns(format_.row)
    converters = {name: known[name] for name in names}

    def decode(kept: str) -> Struct:
        try:
            row = json.loads(kept, object_pairs_hook=once)
        except (ValueError, RecursionError) as wrong:
            raise RowRefused("unreadable", "", f"The row is not JSON: {wrong}.") from wrong
        if not isinstance(row, dict) or not all(isinstance(cell, str) for cell in row.values()):
            raise RowRefused("unreadable", "", "Write the row as JSON, with a text for each column: {…}.")
        unknown = [name for name in row if name not in converters]
        if unknown:
            raise RowRefused("unknown_field", pointer_to(unknown[0]), f"The file has no column “{unknown[0][:40]}”.")
        cells = [row.get(name, "") for name in names]
        return _decode(format_, converters, Record(cells, "", "".join(cells), 0, 0))

    return decode


def _decode(format_: Format, converters: Mapping[str, Callable[[str], Any]], record: Record) -> Struct:
    if record.cells is None:
        raise RowRefused("quotes", "", f"A quote is not closed or not doubled, or a line ends within: {record.error}.")
    if len(record.text) > MOST_BYTES_A_ROW:
        raise RowRefused("row_too_large", "", "A row has at most 32 KB.")
    if any(not cell.isascii() and HALF.search(cell) for cell in record.cells):
        raise RowRefused("unreadable", "", "The row is not UTF-8. Save the file as “CSV UTF-8”.")
    if len(record.cells) != len(converters):
        raise RowRefused(
            "column_count", "", f"The header has {len(converters)} columns, this row has {len(record.cells)} cells."
        )
    fields: dict[str, Any] = {}
    for (name, converter), cell in zip(converters.items(), record.cells, strict=True):
        if cell:
            _put(fields, name, converter, cell)
    try:
        return msgspec.convert(fields, format_.row)
    except msgspec.ValidationError as wrong:
        raise refusal(wrong, format_.row) from wrong


def _put(fields: dict[str, Any], name: str, converter: Callable[[str], Any], cell: str) -> None:
    *outer, last = name.split(".")
    for part in outer:
        fields = fields.setdefault(part, {})
    try:
        fields[last] = converter(cell)
    except ValueError as wrong:
        raise RowRefused("invalid", pointer_to(*name.split(".")), f"Expected {EXPECTED[converter]}.") from wrong
