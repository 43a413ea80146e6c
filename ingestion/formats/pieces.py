"""Pieces of a file: rows that follow each other, small enough for one transaction, found without the file in memory."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from ingestion.errors import FileRefused

# No row of ours has more than 32 KB; a line of this length has no line ends, or is no text.
LONGEST_LINE = 1024 * 1024


class Placed(Protocol):
    """A row, and the bytes of the file that it takes, [start, end)."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class Piece:
    """Some rows that follow each other: which of the file, from 0, and the bytes [start, end) that they are in."""

    first: int
    rows: int
    start: int
    end: int


def cut(rows: Iterable[Placed], *, size: int) -> Iterator[Piece]:
    """Yield pieces of at most `size` rows."""
    first = count = start = end = 0
    for row in rows:
        if count == size:
            yield Piece(first, count, start, end)
            first, count = first + count, 0
        start = start if count else row.start
        count, end = count + 1, row.end
    if count:
        yield Piece(first, count, start, end)


def lines(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of some bytes, each with its end, whatever the stretches they come in. Raises FileRefused."""
    rest = b""
    for stretch in content:
        whole, end, rest_of_it = (rest + stretch).rpartition(b"\n")
        rest = rest_of_it
        if len(rest) > LONGEST_LINE:
            raise FileRefused("The file has a line of more than a megabyte. Is it a table, saved as CSV?")
        yield from io.BytesIO(whole + end)
    if rest:
        yield rest
