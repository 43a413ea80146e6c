"""A genuine community is told for one."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from scoring.features.clock import PEER, Facts
from scoring.integrity.check import Result
from scoring.integrity.community import community
from tests.real.conftest import real
from tests.scoring.frames import ACTS, LINKS, MOMENT, OUTCOMES


def judged(acts: pl.DataFrame) -> Result:
    """acts: contact, target, occurred_at, rung, direction; whatever else is unknown."""
    usual: dict[str, Any] = {"nature": 1, "words": -1, "asks": False, "automated": False}
    rest = {name: pl.lit(usual.get(name, 0)) for name in ACTS if name not in (*acts.columns, "known_at", "act")}
    acts = acts.with_row_index("act", 1).with_columns(known_at="occurred_at", **rest)
    acts = acts.select(pl.col(name).cast(kind) for name, kind in ACTS.items())
    people = pl.concat([acts["contact"], acts["target"]]).unique()
    contacts = pl.DataFrame({"contact": people}).with_columns(client=pl.lit(1, pl.Int64), withheld=False)
    facts = Facts(acts, pl.DataFrame(schema=OUTCOMES), pl.DataFrame(schema=LINKS), contacts)
    first, last = acts["occurred_at"].min(), acts["occurred_at"].max()
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    end = last + timedelta(seconds=1)
    return community(facts, start=max(first, end - timedelta(days=365)), end=end, as_of=end)


def test_students_who_write_to_each_other_are_a_community() -> None:
    """And less closed than by chance: what is written to one person alone is heard by no third."""
    file = real("events/student_messages.txt")
    sent = pl.read_csv(file, separator=" ", has_header=False, new_columns=["contact", "target", "at"])
    at = pl.from_epoch("at").cast(MOMENT)
    result = judged(sent.select("contact", "target", occurred_at=at, rung=pl.lit(4), direction=pl.lit(PEER)))
    assert (result.seen["label"], result.n) == ("community", 1899)
    assert result.low is not None
    assert result.low > 0.6
    assert result.seen["reciprocity"]["low"] > 0.5
    assert result.seen["closure"]["high"] < 0
