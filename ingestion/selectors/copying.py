"""Reading frames by COPY in binary.

Every column is NOT NULL and of fixed width, so a row is a record of fixed size and nothing is parsed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from django.db import connection
from psycopg import Copy, Error, OperationalError
from psycopg.abc import Buffer
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGconn

from tenants.scope import tenant_id_in_force

# PostgreSQL's binary COPY begins with so many bytes, and ends with two.
HEADER = 19
# It counts microseconds from the year 2000, everybody else from 1970.
EPOCH = 946_684_800_000_000
ROWS_AT_ONCE = 200_000

NUMBER, SMALL, REAL, FLAG, MOMENT, SIGNATURE = "i8", "i2", "f8", "?", "moment", "64u1"
WIDTHS = {NUMBER: ">i8", SMALL: ">i2", REAL: ">f8", FLAG: "?", MOMENT: ">i8", SIGNATURE: "64u1"}


@dataclass(frozen=True)
class Frame:
    """A frame: its columns (name → SQL, kind), from where, and which condition every row of it fulfils."""

    columns: Mapping[str, tuple[str, str]]
    source: str
    where: str = "TRUE"

    def query(self, *conditions: str) -> str:
        columns = ", ".join(f"{sql} AS {name}" for name, (sql, _) in self.columns.items())
        where = " AND ".join(filter(None, (self.where, *conditions)))
        return f"COPY (SELECT {columns} FROM {self.source} WHERE {where}) TO STDOUT (FORMAT BINARY)"


def read(frame: Frame, values: Mapping[str, object], *conditions: str) -> pl.DataFrame:
    """Return the rows of a frame that fulfil some conditions more, of the tenant in force."""
    kinds = {name: kind for name, (_, kind) in frame.columns.items()}
    fields = [("columns", ">i2")]
    for name, kind in kinds.items():
        fields += [(f"{name}'s length", ">i4"), (name, WIDTHS[kind])]
    record = np.dtype(fields)
    parts = []
    with (
        connection.cursor() as cursor,
        cursor.copy(frame.query(*conditions), {**values, "tenant": tenant_id_in_force()}) as copy,
    ):
        for stretch in _stretches(copy, size=record.itemsize):
            rows = np.frombuffer(stretch, dtype=record)
            parts.append(pl.DataFrame({name: _native(rows[name], kind) for name, kind in kinds.items()}))
    return pl.concat(parts, rechunk=True)


def _rows(copy: Copy, *, size: int) -> Iterator[Buffer]:
    """Yield what comes after the header: rows of this size, and at the end the trailer, which is shorter.

    What is there already is taken straight from libpq: to have psycopg wait for each row takes longer than to read it.
    It waits where there is nothing yet, and for the end. Raises what went wrong where the server stops before it.
    """
    connected = copy.connection.pgconn
    take = connected.get_copy_data
    begins = HEADER
    for message in copy:
        row = message[begins:]
        begins = 0
        yield row
        length = len(row)
        while length == size:
            length, more = take(1)
            if length > 0:
                yield more
            elif length < 0:  # no trailer came
                raise _what_went_wrong(connected)


def _what_went_wrong(connected: PGconn) -> Error:
    result = connected.get_result()
    while connected.get_result() is not None:
        pass
    return error_from_result(result) if result is not None else OperationalError("The server stopped in a COPY.")


def _stretches(copy: Copy, *, size: int) -> Iterator[bytearray]:
    """Yield whole rows of this size, some at a time; at least once, if only none."""
    held = bytearray()
    # Added to one buffer as they come. Kept apart, so many objects had the garbage collector look through them all for
    # longer than it took to read them.
    for row in _rows(copy, size=size):
        held += row
        if len(held) >= ROWS_AT_ONCE * size:
            whole = len(held) // size * size
            yield held[:whole]
            held = held[whole:]
    yield held[: len(held) // size * size]  # without the trailer, which is shorter than any row


def _native(values: "np.ndarray[tuple[int], np.dtype[np.generic]]", kind: str) -> pl.Series:
    if kind == MOMENT:
        return pl.Series(values.astype(np.int64) + EPOCH).cast(pl.Datetime("us", "UTC"))
    if kind == SIGNATURE:
        return pl.Series(np.ascontiguousarray(values), dtype=pl.Array(pl.UInt8, 64))
    return pl.Series(values.astype(np.bool_ if kind == FLAG else WIDTHS[kind][1:]))
