"""Files: taken in whole, cut by one job into pieces, each landed by a job of its own.

    take_in ──► FileImport and its blocks ──► cut_file ──► land_piece, many ──► as many Deliveries

A job that is killed is done anew by another: where a piece begins and ends depends on nothing but the file, and a
piece's rows, its verdicts and the end of its job are one transaction.
"""

from collections.abc import Iterable, Iterator

from django.db.models import F

from ingestion import selectors
from ingestion.formats import csv_file
from ingestion.formats.reading import FORMATS
from ingestion.models import FileBlock, FileImport, Shape
from ingestion.services import landing
from tenants.services import jobs

ROWS_A_PIECE = 5_000
BYTES_A_BLOCK = 1024 * 1024


def take_in(content: Iterable[bytes], *, name: str, source_id: str, shape: Shape) -> FileImport:
    """Keep a file until it is landed, and enqueue its cutting. content: its bytes, in stretches of any length.

    Raises UnknownSource, and FileRefused where the header cannot be used; then nothing of it is kept.
    """
    source = selectors.source(source_id)
    blocks = _blocks(content)
    first = next(blocks, b"")
    columns = csv_file.header(_header_of(first), FORMATS[shape.label])
    file = FileImport.objects.create(source=source, shape=shape, name=name[:255], columns=columns)
    _keep(file, first)
    for block in blocks:
        _keep(file, block)
    file.job = jobs.enqueue("cut_file", {"file": file.public_id})
    file.save(update_fields=["size", "job"])
    return file


def cut(work: jobs.Work) -> None:
    """Find where every piece begins and ends, and enqueue its landing."""
    with work.reading():
        file = selectors.imports().get(public_id=work.args["file"])
        lines = _lines(_content(file, start=0, end=file.size))
        start = len(next(lines))
        pieces = list(csv_file.cut(lines, start=start, size=ROWS_A_PIECE))
    with work.finishing():
        FileImport.objects.filter(pk=file.pk).update(rows=sum(piece.rows for piece in pieces))
        for piece in pieces:
            args = {"file": file.public_id, "first": piece.first, "start": piece.start, "end": piece.end}
            jobs.enqueue("land_piece", args, parent=work.job)
        _let_go(file)


def land_piece(work: jobs.Work) -> None:
    """Land one piece; with the last one the file itself is gone."""
    with work.reading():
        file = selectors.imports().get(public_id=work.args["file"])
        shape = Shape(file.shape)
        terms = landing.terms(file.source, shape)
        content = b"".join(_content(file, start=work.args["start"], end=work.args["end"]))
    reading = csv_file.read(FORMATS[shape.label], terms, file.columns, content, first=work.args["first"])
    with work.finishing():
        delivery = landing.land(reading, source=file.source, shape=shape, file=file).delivery
        # Locks the file's row to the end, so that of two last pieces one is the last.
        FileImport.objects.filter(pk=file.pk).update(
            received=F("received") + delivery.received,
            accepted=F("accepted") + delivery.accepted,
            duplicate=F("duplicate") + delivery.duplicate,
            quarantined=F("quarantined") + delivery.quarantined,
        )
        _let_go(file)


def _let_go(file: FileImport) -> None:
    """Delete what was kept of a file whose every row has its verdict."""
    if FileImport.objects.filter(pk=file.pk, received=F("rows")).exists():
        FileBlock.objects.filter(file=file).delete()


def _keep(file: FileImport, block: bytes) -> None:
    end = file.size + len(block)
    FileBlock.objects.create(file=file, start=file.size, end=end, content=block)
    file.size = end


def _header_of(block: bytes) -> bytes:
    return block[: block.find(b"\n") + 1] or block


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


def _content(file: FileImport, *, start: int, end: int) -> Iterator[bytes]:
    """Yield the file's bytes [start, end)."""
    blocks = FileBlock.objects.filter(file=file, start__lt=end, end__gt=start).order_by("start")
    for block in blocks.iterator(chunk_size=1):
        yield bytes(block.content)[max(start - block.start, 0) : end - block.start]


def _lines(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines with their ends, whatever the stretches they come in."""
    begun: list[bytes] = []
    for stretch in content:
        *lines, rest = stretch.split(b"\n")
        for line in lines:
            yield b"".join((*begun, line, b"\n"))
            begun.clear()
        begun.append(rest)
    if last := b"".join(begun):
        yield last
