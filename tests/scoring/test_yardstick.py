"""The yardstick: where somebody stands among all contacts as they were when all were scored."""

import numpy as np
import pytest

from scoring.learning.yardstick import kept, thinned, yardstick


def test_a_yardstick_says_of_everybody_it_was_made_of_where_they_stand() -> None:
    worth = np.array([0.1, 0.4, 0.4, 0.9])
    made = yardstick(worth)
    assert made.rank(worth).tolist() == [12.5, 50.0, 50.0, 87.5]
    assert made.lift(worth).mean() == pytest.approx(1)
    assert made.rank(np.array([0.0, 0.25, 2.0])).tolist() == pytest.approx([12.5, 31.25, 87.5])


def test_a_thinned_yardstick_is_off_by_a_tenth_of_a_per_cent_at_most() -> None:
    worth = np.random.default_rng(1).lognormal(size=30_000)
    whole, thin = yardstick(worth), thinned(yardstick(worth))
    again = kept(thin.mean, thin.worths.tolist(), thin.ranks.tolist())
    assert len(again.worths) <= 1001
    assert np.abs(again.rank(worth) - whole.rank(worth)).max() <= 0.1
    assert [thin.rank(np.array([end])) for end in (0, 1e9)] == [whole.rank(np.array([end])) for end in (0, 1e9)]
    nobody = thinned(yardstick(np.zeros(0)))
    assert nobody.rank(np.array([3.0])).tolist() == [50.0]
