"""Exports of platforms, known by their headers (docs: “Export presets”).

recognise(first records) ──► Found ──► preset.reader(names, answers) ──► row, row, row …
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.formats.headers import unique
from ingestion.formats.presets import facebook, instagram, linkedin, tiktok, twitter, x_content, x_overview
from ingestion.formats.presets.preset import Answers, Line, Need, Preset

__all__ = ["PRESETS", "Answers", "Found", "Line", "Need", "Preset", "recognise"]

PRESETS: dict[str, Preset] = {
    it.PRESET.name: it.PRESET for it in (instagram, facebook, x_content, x_overview, twitter, tiktok, linkedin)
}
# What stands above a header are a sentence and an empty line.
MOST_ABOVE = 5


@dataclass(frozen=True)
class Found:
    """What a file is. above: how many records stand above its header. names: one for each column, none twice."""

    preset: Preset
    above: int
    names: list[str]


def recognise(records: Sequence[Sequence[str]]) -> Found | None:
    """Return which export a file is, by its first records; None where it is none that we know.

    Order, case, accents and a byte order mark do not matter, nor do columns that we do not read.
    """
    for above, record in enumerate(records[: MOST_ABOVE + 1]):
        names = unique(record)
        most, name = max((it.fits(names), it.name) for it in PRESETS.values())
        if most:
            return Found(PRESETS[name], above, names)
    return None
