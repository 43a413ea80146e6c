"""The statistics of the benchmark; the benchmark itself is no test."""

from pathlib import Path

import numpy as np
import pytest

from tests.bench.drawing import draw_growth
from tests.bench.harness import Estimate, Line, estimate, exponent, noise, ratio, table, take_turns

SLOW = np.array([[2.0, 2.0], [2.2, 1.8], [2.0, 2.4]])


def test_turns_are_taken_forwards_and_backwards() -> None:
    turns: list[str] = []

    def arm(name: str) -> float:
        turns.append(name)
        return float(len(turns))

    seconds = take_turns({"a": lambda: arm("a"), "b": lambda: arm("b")}, blocks=2, say=lambda _: None)
    assert turns == ["a", "b", *"abba", *"abba"]
    assert seconds["a"].tolist() == [[3, 6], [7, 10]]  # the first two were not counted
    assert seconds["b"].tolist() == [[4, 5], [8, 9]]


def test_a_drift_of_the_machine_favours_nobody() -> None:
    drift = np.arange(1.0, 29).reshape(7, 4)  # a, b, b, a, each a little slower than the one before
    assert ratio(drift[:, [0, 3]], drift[:, [1, 2]]).value == 1


def test_a_ratio_is_the_median_of_the_blocks() -> None:
    found = ratio(SLOW, np.ones((3, 2)))
    assert found.value == 2
    assert found.low == 2
    assert found.high == pytest.approx(2.2)


def test_what_never_varies_has_no_width() -> None:
    assert estimate(np.full(7, 3.0)) == Estimate(3, 3, 3)


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_an_exponent_is_found_again(power: float) -> None:
    sizes = [1e3, 3e3, 1e4]
    found = exponent(sizes, [np.full((7, 2), size**power) for size in sizes])
    assert found.value == pytest.approx(power, abs=1e-9)


@pytest.mark.parametrize(
    ("found", "better", "word"),
    [
        (Estimate(2, 1.9, 2.1), "more", "yes"),
        (Estimate(2, 1.9, 2.1), "less", "no"),
        (Estimate(0.5, 0.4, 0.6), "more", "no"),
        (Estimate(0.5, 0.4, 0.6), "less", "yes"),
        (Estimate(1.1, 0.9, 1.2), "more", "in doubt"),
    ],
)
def test_a_line_says_whether_its_floor_is_reached(found: Estimate, better: str, word: str) -> None:
    assert Line("it", "other", found, 1.0, better).reached() == word  # type: ignore[arg-type]


def test_the_table_has_a_line_for_what_could_not_be_measured() -> None:
    lines = [noise("it", SLOW, SLOW), Line("page", "bare view", floor=0.4, note="not measured: no such endpoint")]
    written = table(lines).splitlines()
    assert len(written) == 4
    assert len({len(line) for line in written}) == 1
    assert "| 1     | 1 to 1" in written[2]
    assert "not measured" in written[3]


def test_growth_is_drawn_with_its_powers_and_the_same_figures_give_the_same_file(tmp_path: Path) -> None:
    linear = [np.full((7, 2), seconds) for seconds in (0.1, 0.3, 1.0)]
    flat = [np.full((7, 2), 0.2)] * 3
    for name in ("one.svg", "two.svg"):
        draw_growth([100, 300, 1000], {"rescoring": linear, "page": flat}, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    drawn = (tmp_path / "one.svg").read_text()
    assert "rescoring: power 1.00 (1.00 to 1.00)" in drawn
    assert "one more batch" not in drawn
