"""An account, line by line: what was seen, and what it has to be."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of an account. wanted: in words; empty where nothing is asked for."""

    name: str
    seen: int | float | str
    holds: bool = True
    wanted: str = ""


def exactly(name: str, seen: int | str, wanted: int | str) -> Figure:
    return Figure(name, seen, seen == wanted, _short(wanted))


def below(name: str, seen: float, most: int) -> Figure:
    return Figure(name, round(seen), seen < most, f"< {most}")


def table(figures: Sequence[Figure]) -> str:
    """Return the lines as a table, in Markdown that can be read as it is."""
    rows = [("what", "seen", "has to be", "so"), *(_cells(it) for it in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(f"| {' | '.join(map(str.ljust, row, widths))} |" for row in rows)


def _cells(figure: Figure) -> tuple[str, ...]:
    return figure.name, _short(figure.seen), figure.wanted, ("yes" if figure.holds else "NO") if figure.wanted else ""


def _short(value: float | str) -> str:
    """Return a number with commas, and the beginning of a hash."""
    return value[:12] if isinstance(value, str) else f"{value:,}"
