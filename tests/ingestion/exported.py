"""Exports as files of the tests, and the rows that their presets make of them."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingestion.formats.csv_file import records
from ingestion.formats.dialect import canonical
from ingestion.formats.presets import Answers, recognise
from ingestion.formats.refusal import RowRefused

EXPORTS = Path(__file__).parent / "exports"
EXPORTED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
AT = "2026-11-20T09:30:00Z"
BERLIN = Answers(channel="instagram/fernleaf.pottery", zone="Europe/Berlin", exported_at=EXPORTED)
CHANNEL = {"channel": "instagram/fernleaf.pottery"}


def lines(name: str) -> list[list[str]]:
    content = b"".join(canonical([(EXPORTS / f"{name}.csv").read_bytes()]))
    return [record.cells for record in records(io.BytesIO(content)) if record.cells is not None]


def rows(name: str, answers: Answers = BERLIN) -> Iterator[dict[str, Any] | tuple[str, str]]:
    content = lines(name)
    found = recognise(content)
    assert found is not None
    reader = found.preset.reader(found.names, answers)
    for line in content[found.above + 1 :]:
        try:
            yield reader(dict(zip(found.names, line, strict=True)))
        except RowRefused as refused:
            yield refused.code, refused.pointer
