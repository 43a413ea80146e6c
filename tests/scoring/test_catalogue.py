"""The catalogue: every feature declared, its page made of it, its versions beside each other."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from scoring.features import catalog
from scoring.features.attributes import declared
from scoring.features.catalog import BY_NAME, CATALOGUE, NAMES_IN_ORDER, VERSION
from scoring.features.feature import is_refused
from scoring.features.matrix import SHOWN, matrix
from scoring.learning.recipes import fit_logistic
from scoring.learning.training import columns
from tests.scoring.frames import AS_OF, market

PAGE = Path(__file__).resolve().parents[2] / "docs/features.md"


def test_the_page_is_made_of_the_catalogue() -> None:
    _, table = PAGE.read_text().split("| feature |", 1)
    table, _ = f"| feature |{table}".split("\n\n", 1)
    assert f"{table}\n" == catalog.table()


def test_every_feature_of_every_family_is_a_column_of_its_own() -> None:
    assert len(set(NAMES_IN_ORDER)) == len(NAMES_IN_ORDER) == len(CATALOGUE)
    assert set(NAMES_IN_ORDER).isdisjoint(SHOWN)
    assert {it.family for it in CATALOGUE} == {
        "ladder", "conversation", "constancy", "reciprocity", "relevance", "presence", "history", "discounted",
    }  # fmt: skip
    assert declared("attribute:plan").family == "attributes"


def test_no_feature_is_about_a_special_category() -> None:
    assert [name for name in NAMES_IN_ORDER if is_refused(name)] == []
    with pytest.raises(ValueError, match="special category"):
        replace(CATALOGUE[0], name="health_interest")


def test_what_is_made_of_acts_never_lowers_a_score() -> None:
    made_of_acts = {"ladder", "conversation", "presence"}
    signs = {it.sign for it in CATALOGUE if it.family in made_of_acts and it.name != "refused"}
    assert signs == {1}
    assert BY_NAME["helped"].sign == 1


def test_what_is_set_aside_never_raises_one() -> None:
    assert {it.sign for it in CATALOGUE if it.family == "discounted"} == {-1}


def test_what_others_do_is_nobodys_rung() -> None:
    received = [BY_NAME[name] for name in ("answered_by_peers", "received_from_peers", "peers")]
    assert {(it.family, it.sign) for it in received} == {("reciprocity", 0)}


def test_not_to_know_is_no_mismatch() -> None:
    unknown = [float(it.missing) for it in CATALOGUE if it.family == "relevance"]
    assert unknown == [0.5] * 3


def names_of(version: int) -> tuple[str, ...]:
    return tuple(it.name for it in CATALOGUE if it.since <= version)


def test_a_version_adds_columns_behind_those_before_it() -> None:
    assert [it.since for it in CATALOGUE] == sorted(it.since for it in CATALOGUE)
    assert names_of(VERSION) == NAMES_IN_ORDER
    assert names_of(1) == NAMES_IN_ORDER[:26]
    assert names_of(1)[-1] == "refused"


def test_a_model_of_an_earlier_version_scores_beside_one_of_this() -> None:
    rows = matrix(market(60), AS_OF)
    labels = (rows["purchases"] > 0).to_numpy().astype(float)
    old, new = (
        fit_logistic(rows, labels, [it for it in columns() if it.name in names_of(version)]) for version in (1, VERSION)
    )
    assert np.isfinite(new.log_odds(rows)).all()
    of_its_time = rows.select("person", *names_of(1))
    assert np.array_equal(old.log_odds(rows), old.log_odds(of_its_time))
    assert pl.Series(old.log_odds(rows)).n_unique() > 1


def test_the_fingerprint_changes_with_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalog.fingerprint()
    monkeypatch.setattr(catalog, "CATALOGUE", (replace(CATALOGUE[0], why="another reason"), *CATALOGUE[1:]))
    assert catalog.fingerprint() != before
