"""Invented comments and captions with what is to be heard in them."""

from collections.abc import Callable
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


def labelled(name: str) -> list[list[str]]:
    """Return the rows of a table: the label first, the text last."""
    return [line.split("\t") for line in (TEXTS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()]


def precision_and_recall(rows: list[tuple[set[str], str]], find: Callable[[str], set[str]]) -> tuple[float, float]:
    """rows: the labels of each text, and the text."""
    pairs = [(wanted, find(text)) for wanted, text in rows]
    right = sum(len(wanted & found) for wanted, found in pairs)
    return right / sum(len(found) for _, found in pairs), right / sum(len(wanted) for wanted, _ in pairs)
