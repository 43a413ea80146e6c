"""Files of rows as the API has them, one a line: found line by line, and read."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingestion.formats import json_batch, pieces
from ingestion.formats.fact import Terms
from ingestion.formats.reading import Format, Reading
from ingestion.formats.reading import read as read_rows


@dataclass(frozen=True)
class Line:
    """One line that holds something, and the bytes of the file that it takes, [start, end)."""

    content: bytes
    start: int
    end: int


def lines(content: Iterable[bytes]) -> Iterator[Line]:
    """Yield the lines that hold something. Raises FileRefused."""
    place = 0
    for line in pieces.lines(content):
        if written := line.removeprefix(BOM_UTF8).strip():
            yield Line(written, place, place + len(line))
        place += len(line)


def read(format_: Format, terms: Terms, content: bytes, *, first: int) -> Reading:
    """Return what became of each row of a piece. first: the index of its first row."""
    rows = [line.content for line in lines([content])]
    return read_rows(
        format_,
        terms,
        rows,
        decode=json_batch.decoder(format_),
        kept=lambda row: row.decode(errors="replace"),
        places=range(first, first + len(rows)),
    )
