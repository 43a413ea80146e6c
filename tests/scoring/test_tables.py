"""Plain tables: learnt from in order, by the recipes of contacts; what looks filled in later is refused."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scoring.features.matrix import MISSING
from scoring.learning import tables
from scoring.learning.tables import MOST_COLUMNS, Judged, Table, cut, judge
from scoring.learning.training import Verdict

ROWS = 1200


def table(rows: int = ROWS, *, seed: int = 1) -> Table:
    """Three in ten end well: more often of those who came by word of mouth, and of those who stayed longer."""
    random = np.random.default_rng(seed)
    referred, minutes = random.random(rows) < 0.3, random.exponential(10, rows)
    ends_well = random.random(rows) < 0.1 + 0.3 * referred + 0.2 * (minutes > 10)
    columns = {
        "came by": ["referral" if it else "search" for it in referred],
        "minutes": [f"{it:.1f}" if random.random() < 0.9 else "" for it in minutes],
        "note": [f"{number} said so" for number in range(rows)],
    }
    return Table(columns, [int(it) for it in ends_well], list(range(rows)))


def with_column(name: str, values: Sequence[str], there: Table | None = None) -> Table:
    there = there or table()
    return replace(there, columns={**there.columns, name: values})


@pytest.fixture(scope="module")
def judged() -> Judged:
    return judge(table())


def test_the_last_rows_are_told_by_those_before_them(judged: Judged) -> None:
    found = judged.trained
    assert (found.verdict, judged.leaks) == (Verdict.BETTER, ())
    assert found.rows == {"fit": 588, "calibrate": 252, "test": 360}
    assert judged.learnt_from == ("came by", "minutes"), "a note that nobody else has tells nothing"
    assert found.quality["auc"]["low"] > 0.6
    assert found.baseline["auc"]["value"] == 0.5
    assert "better than their rate alone" in found.sentence


def test_the_rows_that_judge_are_used_for_nothing_else(judged: Judged) -> None:
    there = table()
    turned = judge(replace(there, labels=[*there.labels[:840], *(1 - it for it in there.labels[840:])]))
    assert (turned.trained.model, turned.trained.verdict) == (None, Verdict.FAILED_GATE)
    half = judge(
        replace(there, labels=[*there.labels[:840], *(it * (at % 2) for at, it in enumerate(there.labels[840:]))])
    )
    assert half.trained.quality != judged.trained.quality
    assert np.array_equal(half.trained.said, judged.trained.said)


def test_rows_may_come_in_any_order(judged: Judged) -> None:
    there, shuffled = table(), np.random.default_rng(3).permutation(ROWS)
    mixed = Table(
        {name: [values[at] for at in shuffled] for name, values in there.columns.items()},
        [there.labels[at] for at in shuffled],
        [there.order[at] for at in shuffled],
    )
    assert judge(mixed).trained.quality == judged.trained.quality


def test_rows_of_the_same_time_are_never_parted() -> None:
    months = [float(at // 300) for at in range(ROWS)]
    assert judge(replace(table(), order=months)).trained.rows == {"fit": 600, "calibrate": 300, "test": 300}
    assert cut(np.array([1.0, 1, 1, 1, 1, 1, 1, 1, 1, 2])) == 9


def of_labels(yes: str, no: str, share: float, *, seed: int = 7) -> list[str]:
    """Return a column that says how it ended, but for a share of rows where it says anything."""
    random = np.random.default_rng(seed)
    return [(yes if it else no) if random.random() > share else str(random.choice([yes, no])) for it in table().labels]


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("stage", of_labels("closed", "lost", 0.3), "alone tells later rows with an AUC of 0.8"),
        ("calls made", [f"{int(it) * 20 + at % 17}" for at, it in enumerate(of_labels("1", "0", 0.1))], "AUC of 0.9"),
        ("grade", ["b" if at < 500 else "" for at in range(ROWS)], "is filled in for 100% of the first third"),
    ],
)  # fmt: skip
def test_what_looks_filled_in_later_is_refused_by_name(name: str, values: list[str], why: str) -> None:
    found = judge(with_column(name, values))
    assert (found.trained.verdict, found.trained.model) == (Verdict.FAILED_GATE, None)
    assert [it.column for it in found.leaks] == [name]
    assert why in found.leaks[0].sentence
    assert f"“{name}”" in found.trained.sentence
    assert judge(with_column(name, values), keep=[name]).trained.model is not None


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("job", of_labels("teacher", "", 0.7), "is filled in for 6"),
        ("why not", of_labels("", "too dear", 0.7), "is filled in for 3"),
    ],
)
def test_what_may_have_been_asked_later_is_told_with_the_figures_without_it(
    name: str, values: list[str], why: str, judged: Judged
) -> None:
    found = judge(with_column(name, values))
    assert [it.column for it in found.suspects] == [name]
    assert why in found.suspects[0].sentence
    assert found.without is not None
    assert found.without.quality == judged.trained.quality
    assert found.trained.quality["auc"]["value"] > found.without.quality["auc"]["value"]
    kept = judge(with_column(name, values), keep=[name])
    assert (kept.suspects, kept.without) == ((), None)


def test_what_was_known_beforehand_is_not_refused() -> None:
    """Cells that are missing anyhow, a column that begins or ends being asked within a third, a strong number."""
    random = np.random.default_rng(5)
    some = ["yes" if it else "" for it in random.random(ROWS) < 0.5]
    asked = ["yes" if at % 3 or at > 700 else "" for at in range(ROWS)]
    strong = [f"{it * 1.0 + random.normal():.2f}" for it in table().labels]
    found = judge(with_column("some", some, with_column("asked", asked, with_column("strong", strong))))
    assert (found.leaks, found.suspects) == ((), ())


# T79: tables from which nothing can be learnt.
DEGENERATE: dict[str, dict[str, Any]] = {
    "one class": {"labels": [1] * ROWS},
    "nobody": {"labels": [0] * ROWS},
    "nothing known": {"columns": {"minutes": ["nan"] * ROWS, "came by": [""] * ROWS, "plan": ["  "] * ROWS}},
    "constant": {"columns": {"came by": ["search"] * ROWS, "minutes": ["1"] * ROWS}},
    "five rows": vars(table(5)),
    "no order": {"order": [1.0] * ROWS},
    "ten thousand columns": {"columns": {f"c{number}": ["x"] * ROWS for number in range(10_000)}},
}


@pytest.mark.parametrize(
    ("kind", "verdict", "said"),
    [
        ("one class", Verdict.FAILED_GATE, "nothing to tell apart"),
        ("nobody", Verdict.BELOW_FLOOR, "30 more rows with the label are needed"),
        ("nothing known", Verdict.FAILED_GATE, "nothing to tell apart by"),
        ("constant", Verdict.FAILED_GATE, "nothing to tell apart by"),
        ("five rows", Verdict.BELOW_FLOOR, "more rows with the label are needed"),
        ("no order", Verdict.BELOW_FLOOR, "too few different values"),
        ("ten thousand columns", Verdict.FAILED_GATE, f"At most {MOST_COLUMNS:,} are looked at"),
    ],
)
def test_degenerate_tables_end_in_a_sentence(kind: str, verdict: Verdict, said: str) -> None:
    """T79."""
    found = judge(replace(table(), **DEGENERATE[kind])).trained
    assert (found.verdict, found.model) == (verdict, None)
    assert said in found.sentence
    assert found.sentence.endswith(".")


def test_what_stands_for_what_is_not_known_of_contacts_is_their_own() -> None:
    rows = tables._rows(tables._said(table(3), np.arange(3)), np.zeros(3), [])
    assert rows["recency"].to_list() == [MISSING["recency"]] * 3
