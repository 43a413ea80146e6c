"""Files: taken in whole, cut by one job into pieces, each landed by a job of its own.

    take_in ──► FileImport, its blocks ──► layouts.begin ──► cut_file ──► land_piece, many ──► as many Deliveries

A job that is killed is done anew by another: where a piece begins and ends depends on nothing but the file, and a
piece's rows, its verdicts and the end of its job are one transaction.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from tempfile import TemporaryFile
from typing import BinaryIO

import msgspec
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from msgspec import Struct

from ingestion import selectors
from ingestion.errors import FileGone, FileRefused, ImportBegun, OutOfPlace, UnknownImport
from ingestion.formats import csv_file, layout, ndjson, opening, pieces, xlsx
from ingestion.formats.cells import Make
from ingestion.formats.fact import Terms
from ingestion.formats.opening import Opening
from ingestion.formats.reading import FORMATS, Reading
from ingestion.models import FileBlock, FileImport, FileKind, Shape
from ingestion.services import landing
from tenants.models.job import OPEN
from tenants.services import jobs

ROWS_A_PIECE = 5_000
BYTES_A_BLOCK = 1024 * 1024
MOST_BYTES = 1024**3
# How long a file waits for somebody to say how it is to be read, or to have what stopped it tried again.
KEPT = timedelta(days=30)


def take_in(content: Iterable[bytes], *, name: str, source_id: str) -> FileImport:
    """Keep a file until it is landed. content: its bytes, or the first of them, in stretches of any length.

    Raises UnknownSource, and FileRefused where it is nothing that we read; then nothing of it is kept.
    """
    source = selectors.source(source_id)
    blocks = _blocks(content)
    first = next(blocks, b"")
    file = FileImport.objects.create(source=source, name=name[:255], kind=opening.kind_of(first))
    _keep(file, first, ready=_is_ready(file))
    return append(file, blocks, at=len(first))


def append(file: FileImport, content: Iterable[bytes], *, at: int) -> FileImport:
    """Keep more of a file, from the byte `at` on; what is here already is passed over.

    Raises OutOfPlace, FileRefused where it becomes too large, and as `waiting`.
    """
    file = waiting(file)
    if file.kind == FileKind.XLSX:  # what was read of a part of it is not the whole
        FileBlock.objects.filter(file=file, ready=True).delete()
    for block in _blocks(content):
        if at > file.size:
            raise OutOfPlace(file.size)
        here, at = file.size - at, at + len(block)
        if more := block[here:]:
            _keep(file, more, ready=_is_ready(file))
        if file.size > MOST_BYTES:
            raise FileRefused("The file has more than 1 GB. Import it in several files.")
    return file


def waiting(file: FileImport) -> FileImport:
    """Return a file that waits to be begun, locked to the transaction's end. Raises ImportBegun and UnknownImport."""
    found = FileImport.objects.select_for_update().filter(pk=file.pk).first()
    if found is None:
        raise UnknownImport
    if found.has_begun:
        raise ImportBegun
    return found


def drop(file: FileImport) -> None:
    """Let a file go whose import has not begun, with all that was kept of it. Raises as `waiting`."""
    waiting(file).delete()


def expire() -> None:
    """Let go of files that nobody has had read, and of what was kept of those that were given up."""
    old = FileImport.objects.filter(created_at__lte=Now() - KEPT)
    for file in old.filter(job__isnull=True).select_for_update(skip_locked=True):
        file.delete()
    given_up = old.exclude(job__state__in=OPEN).exclude(job__children__state__in=OPEN)
    FileBlock.objects.filter(file__in=given_up).delete()


def opened(file: FileImport, sheet: str) -> Opening:
    """Return the beginning of a file's table. Raises FileRefused and ExpandedTooLarge."""
    if file.kind == FileKind.XLSX:
        _make_ready(file, sheet)
        return opening.opened(_content(file))
    first = b"".join(_content(file, end=2 * BYTES_A_BLOCK, ready=False))
    return opening.opened(opening.table(io.BytesIO(first)))


def sheets(file: FileImport) -> list[str]:
    """Return the names of a workbook's sheets; of other files none."""
    if file.kind != FileKind.XLSX:
        return []
    with _whole(file) as content:
        return xlsx.sheets(content)


def first_lines(file: FileImport) -> list[bytes]:
    """Return the first rows of a file that has one a line, as they were sent. Raises FileRefused."""
    found = ndjson.lines(_content(file))
    return [line.content for line in islice(found, opening.ROWS_LOOKED_AT)]


def cut(work: jobs.Work) -> None:
    """Find where every piece begins and ends, and enqueue its landing."""
    with work.finishing():
        file = selectors.imports().get(public_id=work.args["file"])
        if not FileBlock.objects.filter(file=file).exists():
            raise FileGone
        if not _is_ready(file):
            _make_ready(file, file.sheet)
            FileBlock.objects.filter(file=file, ready=False).delete()
        rows = 0
        for piece in _pieces(file):
            rows += piece.rows
            args = {"file": file.public_id, "first": piece.first, "start": piece.start, "end": piece.end}
            jobs.enqueue("land_piece", args, parent=work.job)
        FileImport.objects.filter(pk=file.pk).update(rows=rows)
        _let_go(file)


def _pieces(file: FileImport) -> Iterator[pieces.Piece]:
    if file.kind == FileKind.NDJSON:
        return pieces.cut(ndjson.lines(_content(file)), size=ROWS_A_PIECE)
    start = opening.opened(_content(file)).start
    lines = pieces.lines(_content(file, start=start))
    return pieces.cut(csv_file.records(lines, start=start), size=ROWS_A_PIECE)


def land_piece(work: jobs.Work) -> None:
    """Land one piece; with the last one the file itself is gone."""
    with work.reading():
        file = selectors.imports().get(public_id=work.args["file"])
        shape = _shape(file)
        terms = landing.terms(file.source, shape)
        content = b"".join(_content(file, start=work.args["start"], end=work.args["end"]))
    if len(content) < work.args["end"] - work.args["start"]:
        raise FileGone
    reading = _read(file, shape, terms, content, first=work.args["first"])
    with work.finishing():
        delivery = landing.land(reading, source=file.source, shape=shape, file=file).delivery
        # Locks the file's row to the end, so that of two last pieces one is the last.
        FileImport.objects.filter(pk=file.pk).update(
            received=F("received") + delivery.received,
            accepted=F("accepted") + delivery.accepted,
            duplicate=F("duplicate") + delivery.duplicate,
            quarantined=F("quarantined") + delivery.quarantined,
            erased=F("erased") + delivery.erased,
        )
        _let_go(file)


def _read(file: FileImport, shape: Shape, terms: Terms, content: bytes, *, first: int) -> Reading:
    if file.kind == FileKind.NDJSON:
        return ndjson.read(FORMATS[shape.label], terms, content, first=first)
    return csv_file.read(FORMATS[shape.label], terms, file.columns, content, first=first, make=_maker(file))


def reader_of_kept(file: FileImport) -> Callable[[str], Struct]:
    """Return a reader of a table's rows that were set aside; it raises RowRefused."""
    return csv_file.decoder_of_kept(FORMATS[_shape(file).label], file.columns, _maker(file))


def _shape(file: FileImport) -> Shape:
    assert file.shape is not None  # it has begun
    return Shape(file.shape)


def _maker(file: FileImport) -> Make:
    said = layout.read(msgspec.json.encode(file.layout))
    return layout.reader(said, file.columns, serials=file.kind == FileKind.XLSX)


def _make_ready(file: FileImport, sheet: str) -> None:
    """Keep the file's table in the form that is read, unless that was done before."""
    ready = FileBlock.objects.filter(file=file, ready=True)
    if file.sheet == sheet and ready.exists():
        return
    end = 0
    with _whole(file) as content, transaction.atomic():  # a workbook may be refused after some rows
        ready.delete()
        for block in _blocks(opening.table(content, sheet=sheet if file.kind == FileKind.XLSX else None)):
            FileBlock.objects.create(file=file, ready=True, start=end, end=end + len(block), content=block)
            end += len(block)
    FileImport.objects.filter(pk=file.pk).update(sheet=sheet)
    file.sheet = sheet


def _is_ready(file: FileImport) -> bool:
    """Whether it is read as it came."""
    return file.kind == FileKind.NDJSON


def _let_go(file: FileImport) -> None:
    """Delete what was kept of a file whose every row has its verdict."""
    if FileImport.objects.filter(pk=file.pk, received=F("rows")).exists():
        FileBlock.objects.filter(file=file).delete()


def _keep(file: FileImport, block: bytes, *, ready: bool) -> None:
    end = file.size + len(block)
    FileBlock.objects.create(file=file, ready=ready, start=file.size, end=end, content=block)
    file.size = end
    file.save(update_fields=["size"])


def _blocks(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in blocks of a megabyte, and what is left in a last one."""
    waiting = bytearray()
    for stretch in content:
        waiting += stretch
        while len(waiting) >= BYTES_A_BLOCK:
            yield bytes(waiting[:BYTES_A_BLOCK])
            del waiting[:BYTES_A_BLOCK]
    if waiting:
        yield bytes(waiting)


def _content(file: FileImport, *, start: int = 0, end: int = MOST_BYTES * 4, ready: bool = True) -> Iterator[bytes]:
    """Yield the bytes [start, end) of a file as it is read, or as it came."""
    blocks = FileBlock.objects.filter(file=file, ready=ready, start__lt=end, end__gt=start).order_by("start")
    for block in blocks.iterator(chunk_size=1):
        yield bytes(block.content)[max(start - block.start, 0) : end - block.start]


def _whole(file: FileImport) -> BinaryIO:
    """Return a file on the disk with all that came of it, gone when it is closed."""
    whole = TemporaryFile()  # noqa: SIM115 # for the caller to close
    for block in _content(file, ready=False):
        whole.write(block)
    whole.seek(0)
    return whole
