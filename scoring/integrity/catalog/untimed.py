"""What screens of timing say of acts that they could not look at."""

from scoring.integrity.check import Result
from scoring.integrity.phrases import told


def untimed(result: Result) -> str:
    """seen: coarse, how many acts of those that are counted have a time without its second."""
    coarse = result.seen["coarse"]
    return f" Of {told(coarse)} acts the second is not known: their timing was not looked at." if coarse else ""
