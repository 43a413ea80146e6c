"""How a file is to be read: proposed by its header or by the last such file, shown with its first rows, then said.

look ──► Look, for somebody to look over ──► begin ──► the file's job
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db.models.functions import Now

from ingestion.errors import LayoutRefused
from ingestion.formats import csv_file, layout, ndjson, opening
from ingestion.formats.cells import Make, unguarded
from ingestion.formats.layout import Layout
from ingestion.formats.mapping import fields_of
from ingestion.formats.opening import Opening
from ingestion.formats.presets import PRESETS
from ingestion.formats.reading import FORMATS, Verdict
from ingestion.formats.refusal import RowRefused
from ingestion.models import FileImport, FileKind, SavedLayout, Shape
from ingestion.services import files, landing
from tenants.services import jobs

ONE_COLUMN = (
    "The file has one column. If another mark parts its cells, such as a colon or a blank, say so in a line of its own "
    "above the header: sep=:"
)


@dataclass(frozen=True)
class Shown:
    """One of a file's first rows. made: as JSON of the shape would have it; verdict: what is wrong with it."""

    cells: dict[str, str]
    made: dict[str, Any] | None
    verdict: Verdict | None


@dataclass(frozen=True)
class Look:
    """A look at a file before it is read. layout: None where the rows say themselves what they are (NDJSON).

    problems: why it cannot be read so. unread: columns of which nothing is read.
    sheets: a workbook's; sheet: which of them it is.
    """

    shape: Shape
    layout: Layout | None
    names: list[str]
    problems: list[str]
    unread: list[str]
    rows: list[Shown]
    sheets: list[str]
    sheet: str


def look(file: FileImport, *, shape: Shape | None = None, said: Layout | None = None, sheet: str = "") -> Look:
    """Return what becomes of a file's first rows, read as said or as proposed.

    shape: what they are, where no layout says it.
    Raises FileRefused, ExpandedTooLarge, LayoutRefused, and as `files.waiting`.
    """
    file = files.waiting(file)  # locked: of two looks at a workbook one makes its table
    if file.kind == FileKind.NDJSON:
        if said is not None:
            raise LayoutRefused(["The file has one row a line, which says itself what it is: say the shape alone."])
        return _look_at_lines(file, shape)
    if said is not None and shape not in {None, Shape.called(layout.shape_of(said))}:
        raise LayoutRefused([f"The layout is for {layout.shape_of(said)}, and the rows are said to be another shape."])
    sheets = files.sheets(file)
    known = {it.sheet.casefold() for it in PRESETS.values() if it.sheet}
    sheet = sheet or next((it for it in sheets if it.casefold() in known), "")
    opened = files.opened(file, sheet)
    meant = said or _proposed(file, opened, shape)
    shape = Shape.called(layout.shape_of(meant))
    problems = layout.problems(meant, opened.names)
    if problems and len(opened.names) == 1 and file.kind == FileKind.CSV:
        problems.append(ONE_COLUMN)
    rows = _shown(file, shape, opened, None if problems else meant)
    return Look(shape, meant, opened.names, problems, layout.unread(meant, opened.names), rows, sheets, sheet)


def begin(file: FileImport, *, shape: Shape | None = None, said: Layout | None = None, sheet: str = "") -> FileImport:
    """Have a file read as said, or as proposed, and save how for the next one of its source.

    Raises LayoutRefused where it cannot be read so, and as `look`.
    """
    file = files.waiting(file)
    found = look(file, shape=shape, said=said, sheet=sheet)
    if found.problems:
        known = ", ".join(fields_of(FORMATS[found.shape.label].row))
        left = [f"Not read: {', '.join(found.unread)}. Known are {known}."] if found.unread else []
        raise LayoutRefused([*found.problems, *left])
    file.shape, file.columns, file.sheet = found.shape, found.names, found.sheet
    if found.layout is not None:
        file.layout = layout.written(found.layout)
        SavedLayout.objects.update_or_create(
            source=file.source, shape=file.shape, defaults={"layout": file.layout, "saved_at": Now()}
        )
    file.job = jobs.enqueue("cut_file", {"file": file.public_id})
    file.save(update_fields=["shape", "columns", "sheet", "layout", "job"])
    return file


def _proposed(file: FileImport, opened: Opening, shape: Shape | None) -> Layout:
    """Return how a file is probably meant: like an earlier one of its source, as an export, or by its names."""
    for saved in SavedLayout.objects.filter(source=file.source).order_by("-saved_at"):
        if shape in {None, saved.shape}:
            with suppress(LayoutRefused):  # one of an export that is no longer known
                earlier = layout.for_another(layout.read(msgspec.json.encode(saved.layout)))
                said_otherwise = shape is not None and isinstance(earlier, layout.Export)
                if layout.fits(earlier, opened.names) and not said_otherwise:
                    return earlier
    return layout.suggest(opened.cells, opened.names, None if shape is None else str(shape.label))


def _shown(file: FileImport, shape: Shape, opened: Opening, meant: Layout | None) -> list[Shown]:
    records = opening.rows_of(opened)
    plain = unguarded if csv_file.WHY[0] in opened.names else str
    cells = [dict(zip(opened.names, map(plain, it.cells or [it.text]), strict=False)) for it in records]
    if meant is None:
        return [Shown(it, None, None) for it in cells]
    make = layout.reader(meant, opened.names, serials=file.kind == FileKind.XLSX)
    content = b"".join(it.text.encode(errors="surrogateescape") for it in records)
    reading = csv_file.read(
        FORMATS[shape.label], landing.terms(file.source, shape), opened.names, content, first=0, make=make
    )
    verdicts = {it.index: it for it in reading.refused}
    return [Shown(it, _made(make, it), verdicts.get(index)) for index, it in enumerate(cells)]


def _made(make: Make, cells: dict[str, str]) -> dict[str, Any] | None:
    try:
        return make(cells)
    except RowRefused:
        return None


def _look_at_lines(file: FileImport, said: Shape | None) -> Look:
    shape, problems = said or Shape.ENGAGEMENTS, [] if said else ["Say what its rows are (shape)."]
    rows = files.first_lines(file)
    reading = ndjson.read(FORMATS[shape.label], landing.terms(file.source, shape), b"\n".join(rows), first=0)
    verdicts = {it.index: it for it in reading.refused}
    shown = [Shown({"": row.decode(errors="replace")}, None, verdicts.get(index)) for index, row in enumerate(rows)]
    return Look(shape, None, [], problems, [], shown, [], "")
