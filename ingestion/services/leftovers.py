"""What was not accepted of a file, as files: to be mended where people mend tables, and to be looked up."""

import csv
import io
import json
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import IO

from ingestion import selectors
from ingestion.formats.cells import guarded
from ingestion.formats.csv_file import WHY
from ingestion.models import FileImport, FileKind, Rejection


def of_file(file: FileImport) -> tuple[str, IO[bytes]]:
    """Return a name and a file with the rows that are set aside, for the caller to close.

    A table has its own columns, with what is wrong in front, in UTF-8 with a byte order mark, and no cell that a
    spreadsheet program takes for a formula; the apostrophes that see to it are taken away when it is imported again.
    """
    content = TemporaryFile()  # noqa: SIM115 # for the caller to close
    rows = selectors.rejections().filter(delivery__file=file).order_by("index").iterator(chunk_size=1_000)
    stem = PurePath(file.name).stem
    if file.kind == FileKind.NDJSON:
        content.writelines(f"{' '.join(it.row.splitlines())}\n".encode() for it in rows)
        name = f"{stem} set aside.ndjson"
    else:
        text = io.TextIOWrapper(content, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
        table = csv.writer(text, quoting=csv.QUOTE_ALL)
        columns = [name for name in file.columns if name not in WHY]  # it may be such a file itself
        table.writerow([*WHY, *map(guarded, columns)])
        for it in rows:
            table.writerow([str(it.index + 1), it.code, guarded(it.detail), *map(guarded, _cells(it, columns))])
        text.detach()
        name = f"{stem} set aside.csv"
    content.seek(0)
    return name, content


def verdicts_of(file: FileImport) -> tuple[str, IO[bytes]]:
    """Return a name and a table, for the caller to close: which rows were here before, are set aside or were dropped.

    Rows are numbered from 1, as in the other table. One that was given up or kept for 30 days is in neither.
    """
    content = TemporaryFile()  # noqa: SIM115 # for the caller to close
    content.write(b"row,verdict,code\n")
    content.writelines(f"{place + 1},{verdict},{code}\n".encode() for place, verdict, code in selectors.verdicts(file))
    content.seek(0)
    return f"{PurePath(file.name).stem} verdicts.csv", content


def _cells(rejection: Rejection, columns: list[str]) -> list[str]:
    """Return a row's cells in the order of the columns; of one that could not be told apart, all of it in the first."""
    try:
        row = json.loads(rejection.row)
    except (ValueError, RecursionError):  # somebody has tried to mend it
        return [rejection.row]
    if not isinstance(row, dict):
        return [row if isinstance(row, str) else rejection.row]
    return [str(row.get(name, "")) for name in columns]
