"""A table with bad rows of several kinds, the same at every run, of which it is known what has to become of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random

SEED = 29
HEADER = "id,kind,occurred_at,actor.handle,text\n"
PERSONS = 50_000
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)

GOOD = (
    *["{id},like,{at},{who},\n"] * 7,
    "{id},share,{at},{who},\n",
    '{id},comment,{at},{who},"Schön, is it still there?"\n',
    '{id},comment,{at},{who},"Two lines:\nhow much is the blue one?"\n',
)
# The code under which a row is set aside, and the row. Some would compute something in a spreadsheet.
BAD = (
    ("unknown_kind", '{id},wink,{at},{who},"=HYPERLINK(""https://a.example"",""Schön"")"\n'),
    ("invalid", "{id},like,yesterday,{who},+1\n"),
    ("in_the_future", "{id},like,2199-01-01T00:00:00Z,{who},@SUM(1)\n"),
    ("missing", "{id},like,{at},,-1\n"),
    ("column_count", "{id},like,{at},{who},one,too many\n"),
    ("quotes", '{id},comment,{at},{who},"nobody closes this\n'),
    ("unreadable", "{id},comment,{at},{who},Sch\udcf6n\n"),
    ("control_character", "{id},like,{at},{who}\u202e,\n"),
)
COMPUTES = re.compile(r',"?[=+@-]')


@dataclass(frozen=True)
class Planted:
    """What a table was written with.

    accepted: SHA-256 of the good rows' ids, a line each, in their order. set_aside: that of the bad rows' places,
    from 0, each with its code. formulas: how many bad rows have a cell that a spreadsheet would compute.
    """

    rows: int
    bad: int
    formulas: int
    accepted: str
    set_aside: str


def bad_of(rows: int) -> int:
    """Return how many of so many rows are bad: three in a hundred."""
    return rows * 3 // 100


def lines(rows: int) -> Iterator[tuple[str, str, str]]:
    """Yield each row's id, its line, and the code under which it is to be set aside, empty for a good one."""
    draw = Random(SEED)
    bad = set(draw.sample(range(rows), bad_of(rows)))
    kinds = count()  # each as often as the others
    for number in range(rows):
        code, line = BAD[next(kinds) % len(BAD)] if number in bad else ("", draw.choice(GOOD))
        own = f"act-{number:08}"
        at = (BEGUN + timedelta(seconds=draw.randrange(20_000_000))).isoformat()
        yield own, line.format(id=own, at=at, who=f"person.{draw.randrange(PERSONS)}"), code


def write(file: Path, rows: int) -> Planted:
    """Write a table of so many rows, a row at a time."""
    accepted, set_aside, formulas = sha256(), sha256(), 0
    with file.open("wb") as content:
        content.write(HEADER.encode())
        for number, (own, line, code) in enumerate(lines(rows)):
            content.write(line.encode(errors="surrogateescape"))
            if code:
                set_aside.update(f"{number} {code}\n".encode())
                formulas += bool(COMPUTES.search(line))
            else:
                accepted.update(f"{own}\n".encode())
    return Planted(rows, bad_of(rows), formulas, accepted.hexdigest(), set_aside.hexdigest())
