"""Models fitted on drawn markets, shared by the tests of learning."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl

from scoring.features.matrix import matrix
from scoring.learning.calibration import Bins, Calibration
from scoring.learning.choosing import RECIPES
from scoring.learning.explanation import Reason
from scoring.learning.labels import Goal, labelled
from scoring.learning.model import Model
from scoring.learning.scoring import Scores
from scoring.learning.training import columns
from tests.scoring.frames import (
    AS_OF,
    market,
)

HORIZON = Goal().horizon
# What buyers are like: those who talk, those who only like (which contradicts the ladder), or anybody.
MARKETS = {"talkers": (5.0, 0.6), "likers": (0.3, 3.0), "anybody": (2.0, 2.0)}


def told(found: Scores, column: str = "reasons") -> list[list[Reason]]:
    """Return the reasons, or discounts, of each person as they are read again."""
    return [json.loads(text) for text in found.table[column]]


@cache
def rows_of(kind: str) -> pl.DataFrame:
    talkers, others = MARKETS[kind]
    there = market(talkers=talkers, others=others)
    return labelled(matrix(there, AS_OF - HORIZON), there, AS_OF - HORIZON, Goal())


@cache
def fitted(recipe: str, kind: str) -> Model:
    rows = rows_of(kind)
    found = RECIPES[recipe](rows, rows["label"].to_numpy().astype(float), columns())
    calibration = Calibration(0.8, float(found.log_odds(rows).mean()), np.array([1, 2]), np.array([0.3, -0.2]))
    nothing = Bins(np.array([-np.inf]), np.array([0.0]), np.array([1.0]))
    return Model(found, calibration, nothing)


def backwards(model: Model) -> Model:
    """Return a model that orders people the wrong way round."""
    return replace(model, calibration=replace(model.calibration, slope=-model.calibration.slope))
