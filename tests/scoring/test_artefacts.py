"""Stored models: what is not what was stored is refused, before anything of it is run."""

import io
import pickle
import zipfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from skops.io import dumps

from scoring.errors import ArtefactRefused
from scoring.features.matrix import matrix
from scoring.learning import sealing
from scoring.learning.artefact import opened, seal
from scoring.learning.model import Model
from scoring.learning.sealing import Sealed
from scoring.learning.training import train
from tests.scoring.fits import fitted, rows_of
from tests.scoring.frames import AS_OF, market

KEY = b"the agency's own"


@cache
def model(seed: int = 1) -> Model:
    found = train(market(seed=seed), AS_OF).model
    assert found is not None
    return found


def forged(content: bytes, made_with: str = version("scikit-learn")) -> Sealed:
    """Return what somebody could store who has the key."""
    return sealing.seal(content, {"scikit-learn": made_with}, KEY)


def test_a_model_comes_back_as_it_was() -> None:
    rows = matrix(market(), AS_OF)
    back = opened(seal(model(), KEY), KEY)
    assert np.array_equal(back.probability(rows), model().probability(rows))
    assert back.contributions(rows).equals(model().contributions(rows))
    assert [list(it) for it in back.interval(rows)] == [list(it) for it in model().interval(rows)]


def test_one_bit_is_enough() -> None:
    """T74: a thousand flips, none of which is parsed."""
    kept, random = seal(model(), KEY), np.random.default_rng(1)
    for _ in range(1000):
        flipped = bytearray(kept.content)
        flipped[random.integers(len(flipped))] ^= 1 << int(random.integers(8))
        with pytest.raises(ArtefactRefused, match="not those that were stored"):
            opened(Sealed(bytes(flipped), kept.digest, kept.signature), KEY)


def test_what_is_truncated_swapped_or_anothers_is_refused() -> None:
    """T74."""
    mine, other = seal(model(), KEY), seal(model(), b"another agency's")
    with pytest.raises(ArtefactRefused):
        opened(Sealed(mine.content[:-1], mine.digest, mine.signature), KEY)
    with pytest.raises(ArtefactRefused, match="not signed"):
        opened(other, KEY)
    with pytest.raises(ArtefactRefused, match="not signed"):
        opened(Sealed(mine.content, mine.digest, other.signature), KEY)


class Harmful:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return Path.touch, (self.file,)


def test_no_code_of_an_artefact_is_run(tmp_path: Path) -> None:
    """T75, even where somebody has the key."""
    canary = tmp_path / "ran"
    for content in (
        pickle.dumps(Harmful(canary)),
        dumps(Harmful(canary)),
        dumps({"a": model(), "b": Harmful(canary)}),
        b"",
        b"PK\x05\x06" + bytes(18),
        zipped({"schema.json": b"{}"}),
        zipped({"schema.json": b"no json"}),
    ):
        with pytest.raises(ArtefactRefused):
            opened(forged(content), KEY)
    assert not canary.exists()


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(ArtefactRefused, match="no model"):
        opened(forged(dumps([1, 2, 3])), KEY)


def test_a_model_of_another_version_of_scikit_learn_is_refused() -> None:
    """T76: with both versions, before anything is built."""
    with pytest.raises(ArtefactRefused, match=f"made with scikit-learn 1.2.3, and here is {version('scikit-learn')}"):
        opened(forged(dumps(model()), made_with="1.2.3"), KEY)


def test_a_whole_booster_comes_back_as_it_was() -> None:
    rows, learnt = rows_of("talkers"), fitted("whole", "talkers")
    back = opened(seal(learnt, KEY), KEY)
    assert np.array_equal(back.probability(rows), learnt.probability(rows))
    assert back.contributions(rows).equals(learnt.contributions(rows))


def test_a_model_is_small() -> None:
    assert len(seal(model(), KEY).content) < 200_000
