"""A program of its own that prints the rows of a sheet, a JSON array of strings in each line.

    python sheet.py BOOK.xlsx MEMORY ROWS COLUMNS [NAME]

Of 0 ROWS it prints none, but one line with the names of the sheets. It is run by xlsx.py, imports nothing of ours, and
ends itself beyond MEMORY bytes: calamine lays a whole sheet out as a rectangle and copies every shared text into its
cells, so a file of some KB can ask for any amount. What it cannot do it says in a last line, {"code": …, "detail": …}.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine as calamine

SECONDS = 120


def main(path: str, memory: str, rows: str, columns: str, name: str = "") -> dict[str, str]:
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with calamine.CalamineWorkbook.from_path(path) as book:
        names = [it.name for it in book.sheets_metadata if it.typ == calamine.SheetTypeEnum.WorkSheet]
        if rows == "0":
            print(json.dumps(names))  # noqa: T201
            return {"code": "end", "detail": ""}
        if not names or (name and name not in names):
            return {"code": "no_sheet", "detail": ", ".join(names)[:200]}
        sheet = book.get_sheet_by_name(name or names[0])
        if sheet.total_height > int(rows) or sheet.total_width > int(columns):
            return {"code": "too_large", "detail": f"{sheet.total_height:,} rows and {sheet.total_width:,} columns"}
        for row in sheet.iter_rows():
            print(json.dumps([written(cell) for cell in row]))  # noqa: T201
    return {"code": "end", "detail": ""}


def written(cell: Any) -> str:
    """Return a cell as text, in one form whatever the file's language: 1234.5, true, 2026-03-27T06:08:00.

    Numbers have 15 digits there. Of one that has more the rest is lost, and it is written so that this shows (1.5E+16).
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.15g}".replace("e", "E") if abs(cell) < 1e15 else f"{cell:.14E}"
    if isinstance(cell, int):
        return written(float(cell)) if abs(cell) >= 10**15 else str(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return f"{cell.total_seconds() / 86_400:.15g}"
    return str(cell)


if __name__ == "__main__":
    try:
        end = main(*sys.argv[1:])
    except MemoryError:
        end = {"code": "too_large", "detail": "more than we read"}
    except calamine.CalamineError as wrong:
        end = {"code": "unreadable", "detail": str(wrong)[:200]}
    print(json.dumps(end))  # noqa: T201
