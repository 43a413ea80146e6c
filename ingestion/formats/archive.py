"""An archive that a person can read: of each table a CSV file for spreadsheets and a JSON file, exactly."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingestion.formats.cells import guarded


@dataclass(frozen=True)
class Sheet:
    """One table's rows. means: what one row is, in a sentence."""

    name: str
    means: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def packed(sheets: Sequence[Sheet], *, preface: str) -> bytes:
    """Return a ZIP with a README, and of every sheet that has rows a CSV and a JSON file."""
    made = io.BytesIO()
    filled = [sheet for sheet in sheets if sheet.rows]
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = [f"{it.name}.csv, {it.name}.json ({len(it.rows)})\n    {it.means}" for it in filled]
        archive.writestr("README.txt", f"{preface}\n\n" + "\n".join(lines) + "\n")
        for sheet in filled:
            archive.writestr(f"{sheet.name}.csv", _csv(sheet))
            rows = [dict(zip(sheet.columns, map(_plain, row), strict=True)) for row in sheet.rows]
            archive.writestr(f"{sheet.name}.json", json.dumps(rows, indent=2, ensure_ascii=False))
    return made.getvalue()


def _csv(sheet: Sheet) -> str:
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(sheet.columns)
    for row in sheet.rows:
        writer.writerow(_cell(_plain(value)) for value in row)
    return "\ufeff" + made.getvalue()  # by which spreadsheet programs know UTF-8


def _plain(value: Any) -> Any:
    """Return a value as JSON can have it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if value is None or isinstance(value, bool | int | float | str | list | Mapping):
        return value
    return str(value)


def _cell(value: Any) -> Any:
    """Return a value as a spreadsheet shows it, and does not compute it."""
    if isinstance(value, list | Mapping):
        return json.dumps(value, ensure_ascii=False)
    return guarded(value) if isinstance(value, str) else value
