"""`manage.py import_file`: a file of rows, landed by workers while one watches."""

import gzip
import json
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, transaction

from ingestion import selectors
from ingestion.errors import LayoutRefused
from ingestion.formats import layout
from ingestion.formats.presets import PRESETS
from ingestion.models import FileImport, Shape
from ingestion.services import files, layouts
from ingestion.services.layouts import Look
from tenants import scope
from tenants.errors import EarnestError
from tenants.models import ApiScope, Job
from tenants.services import keys

AUTO = "auto"
ANSWERS = ("zone", "first", "decimal", "channel", "exported_at")
LOOK_EVERY = 0.5  # seconds
PATIENCE = 90  # seconds without a row before saying what may be amiss; a worker's death is noticed after 60
WIDTH = 30
INTERRUPTED = 130  # as shells have it
STRETCH = 256 * 1024


class Command(BaseCommand):
    help = (
        "Import a file: CSV as any program writes it, a workbook (XLSX), or JSON with one row a line (NDJSON); .gz is "
        "unpacked. Columns are known by the API's names of fields (actor.handle) and by what people call them; exports "
        "of platforms by their headers. --look shows what would become of it. Workers land it; sending the same file "
        "again adds nothing twice."
    )

    _shown = -1
    _interrupted = "stopped; nothing of the file was kept"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "rows",
            choices=[AUTO, *(shape.label for shape in Shape), *PRESETS],
            help="what its rows are, or which export it is; “auto” goes by its header",
        )
        parser.add_argument("file", type=Path, help="the file")
        parser.add_argument(
            "--source", required=True, help="where its rows come from (src_…; the admin and /v1/sources list them)"
        )
        parser.add_argument(
            "--key-file",
            required=True,
            type=Path,
            help="a file with an API key that may send; the demo's is var/demo_key",
        )
        parser.add_argument("--mapping", type=Path, help="a file with the layout as JSON, see docs/files.md")
        parser.add_argument("--zone", help="the zone of moments that state none, such as Europe/Berlin")
        parser.add_argument("--first", choices=["day", "month"], help="what stands first in 03/04/2026")
        parser.add_argument("--decimal", choices=[".", ","], help="the decimal mark")
        parser.add_argument("--channel", help="on which channel all of it is, as platform/handle or cha_…")
        parser.add_argument("--exported-at", help="when the file was made, as 2026-11-01T10:00:00Z")
        parser.add_argument("--sheet", default="", help="of a workbook; otherwise the first")
        parser.add_argument("--look", action="store_true", help="show what would become of it, and keep nothing")
        parser.add_argument("--no-wait", action="store_true", help="come back as soon as the file is handed over")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            key = options["key_file"].read_text().strip()
            with _opened(options["file"]) as content, _agency(key) as within:
                if options["look"]:
                    within(partial(self._look, content, options))
                    return
                file = within(lambda: self._begun(content, options))
                self.stdout.write(f"earnest: {file.name} is handed over ({file.size:,} bytes, {file.public_id})")
                self._interrupted = f"no longer watching; {file.public_id} is landed all the same (/v1/imports)"
                if not options["no_wait"]:
                    self._watch(file, within)
        except KeyboardInterrupt:
            self.stdout.write(f"\nearnest: {self._interrupted}")
            sys.exit(INTERRUPTED)
        except EarnestError as declined:
            raise CommandError(str(declined)) from declined
        except (OSError, EOFError, zlib.error) as wrong:
            raise CommandError(f"A file cannot be read: {wrong}") from wrong
        except OperationalError as away:
            raise CommandError(
                f"The database does not answer. Is Earnest running (make demo, make up)? {away}"
            ) from away

    def _begun(self, content: BinaryIO, options: dict[str, Any]) -> FileImport:
        file, look = _taken_in(content, options)
        if look.unread:
            self.stdout.write(f"earnest: columns that are not read: {', '.join(look.unread)}")
        return layouts.begin(file, shape=look.shape, said=look.layout, sheet=options["sheet"])

    def _look(self, content: BinaryIO, options: dict[str, Any]) -> None:
        file, look = _taken_in(content, options)
        self.stdout.write(f"earnest: {file.name} has {look.shape.label}; nothing of it is kept yet")
        if look.sheets:
            self.stdout.write(f"sheets: {', '.join(look.sheets)}")
        if look.layout is not None:
            self.stdout.write(f"layout: {json.dumps(layout.written(look.layout), ensure_ascii=False)}")
            self.stdout.write(f"not read: {', '.join(look.unread) or 'no column'}")
        for problem in look.problems:
            self.stdout.write(f"in the way: {problem}")
        for number, row in enumerate(look.rows, 1):
            wrong = row.verdict
            said = f"set aside ({wrong.code} {wrong.pointer}): {wrong.detail}" if wrong else "can be used"
            self.stdout.write(f"row {number} {said}\n  {json.dumps(row.made or row.cells, ensure_ascii=False)}")
        transaction.set_rollback(True)

    def _watch(self, file: FileImport, within: Callable[[Callable[[], Any]], Any]) -> None:
        moved, before = time.monotonic(), -1
        while True:
            file, stopped = within(partial(_state, file.pk))
            if file.received != before:
                moved, before = time.monotonic(), file.received
                self._show(file)
            if file.is_done or stopped:
                break
            if time.monotonic() - moved > PATIENCE:
                self.stdout.write(
                    "\nearnest: nothing has moved for a while. Is a worker running (make demo, make up)? Ctrl-C is "
                    "safe: the file is landed as soon as one does."
                )
                moved = time.monotonic()
            time.sleep(LOOK_EVERY)
        self.stdout.write("")
        self._conclude(file, stopped, within)

    def _show(self, file: FileImport) -> None:
        if file.rows is None:
            return  # not cut yet
        done = WIDTH * file.progress // 100
        bar = f"[{'#' * done}{'.' * (WIDTH - done)}] {file.progress:3} %  {file.received:,} of {file.rows:,} rows"
        if sys.stdout.isatty():
            self.stdout.write(f"\r{bar}", ending="")
            self.stdout.flush()
        elif self._shown != file.progress // 10:
            # Where a line cannot be written over, one every ten per cent.
            self.stdout.write(bar)
            self._shown = file.progress // 10

    def _conclude(self, file: FileImport, stopped: list[Any], within: Callable[[Callable[[], Any]], Any]) -> None:
        self.stdout.write(
            f"earnest: {file.received:,} rows: {file.accepted:,} accepted, {file.duplicate:,} here before, "
            f"{file.quarantined:,} set aside"
            + (f", {file.erased:,} dropped, which name somebody who was erased" if file.erased else "")
        )
        for code, count in within(lambda: selectors.reasons_set_aside(file)):
            self.stdout.write(f"  {count:,} {code}")
        if file.quarantined:
            self.stdout.write(
                "Read them in the admin (What came in → Rows set aside), mend them and import them again."
            )
        if file.received and not file.accepted + file.duplicate + file.erased:
            raise CommandError("Not one row of it could be used.")
        if stopped:
            job = stopped[0]
            raise CommandError(
                f"{len(stopped)} of its jobs stopped, the first ({job.public_id}) because: "
                f"{job.error or job.get_state_display()} Have them tried again in the admin (Agency → Jobs)."
            )


def _state(file_id: int) -> tuple[FileImport, list[Job]]:
    file = selectors.imports().get(pk=file_id)
    return file, selectors.stopped_pieces(file)


def _taken_in(content: BinaryIO, options: dict[str, Any]) -> tuple[FileImport, Look]:
    """Return the file and a look at it, read as the options say."""
    name = options["file"].name.encode(errors="replace").decode()
    file = files.take_in(iter(lambda: content.read(STRETCH), b""), name=name, source_id=options["source"])
    rows = options["rows"]
    shape: Shape | None = None
    said: layout.Layout | None = None
    if rows in PRESETS:
        said = layout.Export(preset=rows)
    elif rows != AUTO:
        shape = Shape.called(rows)
    if options["mapping"]:
        said = layout.read(options["mapping"].read_bytes())
    look = layouts.look(file, shape=shape, said=said, sheet=options["sheet"])
    answers = {name: options[name] for name in ANSWERS if options[name]}
    if answers and look.layout is None:
        raise LayoutRefused([f"--{name.replace('_', '-')} says nothing of rows of JSON." for name in answers])
    if answers and look.layout is not None:
        look = layouts.look(file, said=layout.answered(look.layout, answers), sheet=options["sheet"])
    return file, look


def _opened(path: Path) -> BinaryIO:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


@contextmanager
def _agency(key: str) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Enter the agency that the key speaks for; give a way to do things in a transaction each. Raises KeyRefused."""
    with scope.of_tenant(keys.tenant_of(key)):

        def within(act: Callable[[], Any]) -> Any:
            with transaction.atomic():
                return act()

        found = within(lambda: keys.check(key))
        if ApiScope.INGEST not in found.scopes:
            raise CommandError("This key may not send. Issue one with the scope “ingest” in the admin.")
        yield within
