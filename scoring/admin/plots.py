"""Drawings of rates with their intervals, as SVG in the page: no script, no library in the browser.

Each stands beside a table that says the same, so it is hidden from whoever has pages read aloud.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, LEFT, BOTTOM = 480, 220, 44, 24
TICKS = 4


@dataclass(frozen=True)
class Bar:
    """One value with its interval. label: under it; mark: a second value to hold it against, if any."""

    label: str
    value: float
    low: float
    high: float
    mark: float | None = None


def bars(title: str, given: Sequence[Bar], *, percent: bool) -> SafeString:
    """Return a drawing: a bar for each value, a line for its interval, a ring for what it is held against."""
    top = max([0.0, *(max(it.high, it.mark or 0.0) for it in given)]) or 1.0
    bottom = min([0.0, *(it.low for it in given)])
    wide = (WIDTH - LEFT) / max(len(given), 1)

    def y(value: float) -> float:
        return round(4 + (HEIGHT - BOTTOM - 4) * (top - value) / (top - bottom), 1)

    def said(value: float) -> str:
        return f"{100 * value:.3g} %" if percent else f"{value:.3g}"

    steps = [bottom + (top - bottom) * step / TICKS for step in range(TICKS + 1)]
    axis = format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor" stroke-opacity=".15"/>'
        '<text x="{}" y="{}" font-size="10" text-anchor="end" fill="currentColor">{}</text>',
        ((LEFT, WIDTH, y(step), y(step), LEFT - 4, y(step) + 3, said(step)) for step in steps),
    )
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}" fill="currentColor" fill-opacity=".35"/>'
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor" stroke-width="2"/>{}'
        '<text x="{}" y="{}" font-size="10" text-anchor="middle" fill="currentColor">{}</text>',
        (
            (
                round(LEFT + wide * (at + 0.2), 1),
                min(y(it.value), y(0)),
                round(wide * 0.6, 1),
                round(abs(y(it.value) - y(0)), 1),
                *[round(LEFT + wide * (at + 0.5), 1)] * 2,
                y(it.low),
                y(it.high),
                _ring(LEFT + wide * (at + 0.5), y(it.mark)) if it.mark is not None else "",
                round(LEFT + wide * (at + 0.5), 1),
                HEIGHT - 8,
                it.label,
            )
            for at, it in enumerate(given)
        ),
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" class="max-w-xl mb-2" aria-hidden="true"><title>{}</title>{}{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        axis,
        drawn,
    )


def _ring(x: float, y: float) -> SafeString:
    return format_html(
        '<circle cx="{}" cy="{}" r="4" fill="none" stroke="currentColor" stroke-width="1.5"/>', round(x, 1), y
    )
