"""Rows of a sheet of an XLSX workbook, as texts in one form (see sheet.py).

Whatever a file says of itself, at most MOST_EXPANDED bytes of it are unpacked, into a new archive on the disk that
holds no more than the parts we read, and a process of its own reads that one in at most MOST_MEMORY bytes. Here, there
is never more than a row in memory. 50,000 rows of 18 columns, 8 of them texts, take that process 104 MB and 4 s; twice
as many 196 MB; 130,000 are refused.
"""

import json
import stat
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ingestion.errors import ExpandedTooLarge, FileRefused

MB = 1024 * 1024
MOST_EXPANDED = 160 * MB
# Of one part; deflate cannot do better than 1,032, and sheets of equal rows come to 50.
MOST_RATIO = 250
MOST_PARTS = 2_000
MOST_MEMORY = 280 * MB
MOST_ROWS = 200_000
MOST_COLUMNS = 300
# Smaller parts may be packed as well as can be.
RATIO_MATTERS = MB

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ARCHIVES = (".zip", ".xlsx", ".xlsm", ".xlsb", ".docx", ".pptx", ".gz", ".7z", ".rar", ".jar")
INSTEAD = "Save the sheet as a new workbook (.xlsx) or as “CSV UTF-8”, and import that."


def rows(file: BinaryIO, *, sheet: str = "") -> Iterator[list[str]]:
    """Yield the rows of the first sheet, or of the one of that name; all have the same number of cells.

    Raises ExpandedTooLarge and FileRefused, the former also after some rows.
    """
    if "\0" in sheet:
        raise FileRefused("The workbook has no sheet whose name has a NUL in it.")
    return _said(file, sheet, MOST_ROWS)


def sheets(file: BinaryIO) -> list[str]:
    """Return the names of the sheets that have cells, in their order. Raises ExpandedTooLarge and FileRefused."""
    [names] = _said(file, "", 0)
    return names


def _said(file: BinaryIO, sheet: str, most_rows: int) -> Iterator[list[str]]:
    with NamedTemporaryFile(suffix=".xlsx") as bare:
        try:
            with ZipFile(_zip(file)) as archive:
                _unpack(archive, bare)
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError) as wrong:
            raise FileRefused(f"The workbook is damaged. {INSTEAD}") from wrong
        bare.flush()
        yield from _read(bare.name, sheet, most_rows)


def is_workbook(first: bytes) -> bool:
    """Whether a file begins as workbooks do, old ones and those with a password among them."""
    return first.startswith((ZIP, OLE))


def _zip(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    first = file.read(len(OLE))
    file.seek(0)
    if first.startswith(OLE):
        raise FileRefused(f"The workbook is an old one (.xls) or has a password. {INSTEAD}")
    if not first.startswith(ZIP):
        raise FileRefused(f"The file is no workbook (.xlsx), whatever its name says. {INSTEAD}")
    return file


def _unpack(archive: ZipFile, into: IO[bytes]) -> None:
    """Write what we read of an archive into a new one. Raises ExpandedTooLarge and FileRefused."""
    parts = archive.infolist()
    _look_at(parts)
    left = MOST_EXPANDED
    with ZipFile(into, "w", ZIP_STORED) as bare:
        for part in filter(_is_read, parts):
            with archive.open(part) as source, bare.open(part.filename, "w") as target:
                while block := source.read(64 * 1024):
                    left -= len(block)
                    if left < 0:
                        raise _too_large()
                    target.write(block)


def _look_at(parts: list[ZipInfo]) -> None:
    """Refuse what can be seen before anything is unpacked."""
    names = [part.filename for part in parts]
    if any(part.flag_bits & 0x1 for part in parts):
        raise FileRefused(f"The workbook has a password. {INSTEAD}")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_EXPANDED:
        raise _too_large()
    if any(it.file_size > max(RATIO_MATTERS, MOST_RATIO * it.compress_size) for it in parts):
        raise ExpandedTooLarge(f"The workbook is packed tighter than workbooks are. {INSTEAD}")
    if len(set(map(str.casefold, names))) < len(names) or any(map(_leads_away, parts)):
        raise FileRefused(f"The workbook has parts under names that it should not have. {INSTEAD}")
    if any(name.casefold().endswith(ARCHIVES) for name in names):
        raise FileRefused(f"The workbook has another file within. {INSTEAD}")
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        raise FileRefused(f"The workbook is packed in a way that workbooks are not. {INSTEAD}")
    if not any(name.startswith("xl/") for name in names):
        raise FileRefused(f"The file is an archive, but no workbook (.xlsx). {INSTEAD}")


def _leads_away(part: ZipInfo) -> bool:
    name = part.orig_filename
    odd = name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/")
    return odd or stat.S_ISLNK(part.external_attr >> 16)


def _is_read(part: ZipInfo) -> bool:
    """Whether a part may say what is in the cells: no pictures, no macros."""
    return part.filename.casefold().endswith((".xml", ".rels"))


def _too_large() -> ExpandedTooLarge:
    return ExpandedTooLarge(
        f"The workbook has more than {MOST_ROWS:,} rows, {MOST_COLUMNS} columns or {MOST_EXPANDED // MB} MB once it is "
        "unpacked. Save the sheet as “CSV UTF-8” and import that."
    )


def _read(path: str, sheet: str, most_rows: int) -> Iterator[list[str]]:
    program = [sys.executable, "-I", str(Path(__file__).with_name("sheet.py"))]
    caps = [str(it) for it in (MOST_MEMORY, most_rows, MOST_COLUMNS)]
    with subprocess.Popen([*program, path, *caps, sheet], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:
        assert reader.stdout is not None
        try:
            for line in reader.stdout:
                said = json.loads(line)
                if isinstance(said, dict):
                    return _end(said, sheet)
                yield said
        finally:
            reader.kill()  # where nobody asked for the rest
    raise _too_large()  # it ended without a word: there was no memory left


def _end(said: dict[str, str], sheet: str) -> None:
    match said["code"]:
        case "too_large":
            raise _too_large()
        case "no_sheet" if sheet:
            raise FileRefused(f"The workbook has no sheet “{sheet[:40]}”. It has {said['detail'] or 'none'}.")
        case "no_sheet":
            raise FileRefused("The workbook has no sheet with cells.")
        case "unreadable":
            raise FileRefused(f"The workbook is damaged: {said['detail']}. {INSTEAD}")
