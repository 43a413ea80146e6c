"""Drawings of rates with their intervals, and of series with what is usual, as SVG in the page: no script, no library
in the browser.

Each stands beside a table that says the same, so it is hidden from whoever has pages read aloud.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from scoring.integrity.phrases import FEWEST_TOLD
from scoring.integrity.plots import Plot

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

    axis = _axis([(y(step), said(step)) for step in _steps(bottom, top)])
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


def series(plot: Plot) -> SafeString:
    """Return a drawing of a series with the band of what is usual, and a table of the same to unfold."""
    points = plot.points
    values = [it for point in points for it in (point.value, point.usual, point.low, point.high) if it is not None]
    top, bottom = max([0.0, *values]) or 1.0, min([0.0, *values])
    wide = (WIDTH - LEFT) / max(len(points), 1)

    def x(at: float) -> float:
        return round(LEFT + wide * (at + 0.5), 1)

    def y(value: float) -> float:
        return round(4 + (HEIGHT - BOTTOM - 4) * (top - value) / (top - bottom), 1)

    def said(value: float | None) -> str:
        if value is None:
            return "not known"
        return f"{100 * value:.0f} %" if plot.unit == "share" else f"{value:,.0f}"

    def counted(value: float | None) -> str:
        return f"{FEWEST_TOLD} or fewer" if plot.unit != "share" and value == FEWEST_TOLD else said(value)

    axis = _axis([(y(step), said(step)) for step in _steps(bottom, top)])
    band = format_html_join(
        "",
        '<rect x="{}" width="{}" y="{}" height="{}" fill="currentColor" fill-opacity=".12"/>',
        (
            (round(LEFT + wide * at, 1), round(wide, 1), y(it.high), round(y(it.low) - y(it.high), 1))
            for at, it in enumerate(points)
            if it.low is not None and it.high is not None
        ),
    )
    usual = format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor" stroke-opacity=".5" stroke-dasharray="3 2"/>',
        (
            (round(LEFT + wide * at, 1), round(LEFT + wide * (at + 1), 1), y(it.usual), y(it.usual))
            for at, it in enumerate(points)
            if it.usual is not None
        ),
    )
    line = " ".join(f"{x(at)},{y(it.value)}" for at, it in enumerate(points))
    marks = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="{}" fill="currentColor"/>',
        ((x(at), y(it.value), 5 if it.marked else 2) for at, it in enumerate(points)),
    )
    ends = [(at, points[at].at) for at in sorted({0, len(points) - 1})] if points else []
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" font-size="10" text-anchor="{}" fill="currentColor">{}</text>',
        ((LEFT if at == 0 else WIDTH, HEIGHT - 8, "start" if at == 0 else "end", label) for at, label in ends),
    )
    drawing = format_html(
        '<svg viewBox="0 0 {} {}" class="max-w-xl mb-2" aria-hidden="true"><title>{}</title>{}{}{}'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="1.5"/>{}{}</svg>',
        WIDTH, HEIGHT, plot.title, axis, band, usual, line, marks, labels,
    )  # fmt: skip
    return format_html(
        '<figure class="mb-6"><figcaption class="mb-2">{}</figcaption>{}<details><summary class="cursor-pointer '
        'underline">The same as a table</summary>{}</details></figure>',
        plot.title, drawing, _table(plot, counted),
    )  # fmt: skip


def _table(plot: Plot, said: Callable[[float | None], str]) -> SafeString:
    rows = format_html_join(
        "",
        '<tr><th scope="row" class="pr-4 text-left font-normal">{}</th><td class="pr-4">{}{}</td><td class="pr-4">{}'
        "</td><td>{}</td></tr>",
        (
            (
                it.at,
                said(it.value),
                " (stands out)" if it.marked else "",
                said(it.usual),
                "not known" if it.low is None else f"{said(it.low)} to {said(it.high)}",
            )
            for it in plot.points
        ),
    )
    heads = format_html_join(
        "", '<th scope="col" class="pr-4 text-left">{}</th>', ((it,) for it in ("", plot.unit, "usual", "mostly"))
    )
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", heads, rows)


def _steps(bottom: float, top: float) -> list[float]:
    return [bottom + (top - bottom) * step / TICKS for step in range(TICKS + 1)]


def _axis(steps: Sequence[tuple[float, str]]) -> SafeString:
    return format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor" stroke-opacity=".15"/>'
        '<text x="{}" y="{}" font-size="10" text-anchor="end" fill="currentColor">{}</text>',
        ((LEFT, WIDTH, at, at, LEFT - 4, at + 3, label) for at, label in steps),
    )


def _ring(x: float, y: float) -> SafeString:
    return format_html(
        '<circle cx="{}" cy="{}" r="4" fill="none" stroke="currentColor" stroke-width="1.5"/>', round(x, 1), y
    )
