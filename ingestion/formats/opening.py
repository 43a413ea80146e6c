"""What a file is, by its first bytes, and the table in it.

kind_of(first bytes) ──► csv · xlsx ──► table: bytes in the one form that is kept, the header among them
                    └──► ndjson: rows as they are sent over the API, one a line
"""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, Literal

from ingestion.errors import FileRefused
from ingestion.formats import csv_file, dialect, pieces, xlsx
from ingestion.formats.cells import unguarded
from ingestion.formats.csv_file import Record
from ingestion.formats.headers import unique
from ingestion.formats.presets import MOST_ABOVE, recognise

GZIP, PARQUET = b"\x1f\x8b", b"PAR1"
ROWS_LOOKED_AT = 20
MOST_COLUMNS = 300


Kind = Literal["csv", "xlsx", "ndjson"]


@dataclass(frozen=True)
class Opening:
    """The beginning of a table. names: one for each column, none twice; start: where in its bytes the first row is."""

    records: list[Record]
    above: int
    names: list[str]
    start: int

    @property
    def cells(self) -> list[list[str]]:
        return [it.cells or [] for it in self.records]


def kind_of(first: bytes) -> Kind:
    """Return what a file is. first: some of its first bytes. Raises FileRefused."""
    if not first.strip():
        raise FileRefused("The file is empty.")
    if first.startswith(GZIP):
        raise FileRefused("The file is compressed (gzip). Unpack it and import what was in it.")
    if first.startswith(PARQUET):
        raise FileRefused("The file is Parquet, which is not read. Write it as CSV, or as JSON with one row a line.")
    if xlsx.is_workbook(first):
        return "xlsx"
    text = first.removeprefix(BOM_UTF8).lstrip()
    if text.startswith(b"["):
        raise FileRefused(
            "The file is one JSON array. Write one row a line (NDJSON), or send it to the API as a batch."
        )
    return "ndjson" if text.startswith(b"{") else "csv"


def table(file: BinaryIO, *, sheet: str | None = None) -> Iterator[bytes]:
    """Yield a file's table in the form that is kept. sheet: of a workbook, "" for its first; None: it is CSV.

    Raises FileRefused and ExpandedTooLarge, also after some rows.
    """
    if sheet is not None:
        return dialect.written(xlsx.rows(file, sheet=sheet))
    return dialect.canonical(iter(lambda: file.read(dialect.BYTES_AT_ONCE), b""))


def opened(content: Iterable[bytes]) -> Opening:
    """Return the beginning of a table in the form that is kept. Raises FileRefused."""
    records = list(islice(csv_file.records(pieces.lines(content)), MOST_ABOVE + 1 + ROWS_LOOKED_AT))
    found = recognise([it.cells if it.cells and len(it.cells) <= MOST_COLUMNS else [] for it in records])
    above = found.above if found else 0
    if not records or records[above].cells is None:
        raise FileRefused("The file's first line cannot be read; it should name the columns.")
    header = records[above].cells or []
    if len(header) > MOST_COLUMNS:
        raise FileRefused(f"The file has {len(header):,} columns; {MOST_COLUMNS} are read. Leave some out.")
    names = unique(map(unguarded, header) if csv_file.WHY[0] in header else header)
    return Opening(records, above, names, records[above].end)


def rows_of(opening: Opening) -> Sequence[Record]:
    """Return the first rows, without the header and what stands above it."""
    return opening.records[opening.above + 1 :][:ROWS_LOOKED_AT]
