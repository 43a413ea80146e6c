"""Growth as a drawing: how many times the time for how many times the events."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator, ScalarFormatter

from tests.bench.harness import LEVEL, Numbers, exponent

# The same figures give the same file: its identifiers are drawn from this and not at random.
mpl.rcParams["svg.hashsalt"] = "earnest"
mpl.rcParams["svg.fonttype"] = "none"  # letters as letters, which can be read aloud and found


def draw_growth(sizes: list[int], seconds: Mapping[str, list[Numbers]], to: Path) -> None:
    """Write an SVG: for each stage its time at each size as a multiple of the smallest size's, with the power fitted.

    seconds: by stage, for each size the seconds in blocks, as `take_turns` returns them. Bars: 90 % of the blocks.
    """
    figure = Figure(figsize=(7.2, 4.6), layout="constrained")
    axes = figure.subplots()
    times = np.array(sizes) / sizes[0]
    axes.plot(times, times, color="0.6", linestyle="--", label="as many times the time")
    for marker, (stage, of_sizes) in zip("osD^v", seconds.items(), strict=False):
        blocks = np.array([of.sum(axis=1) for of in of_sizes]) / of_sizes[0].sum(axis=1)
        middle = np.median(blocks, axis=1)
        low, high = np.percentile(blocks, LEVEL, axis=1)
        power = exponent(sizes, of_sizes)
        label = f"{stage}: power {power.value:.2f} ({power.low:.2f} to {power.high:.2f})"
        axes.errorbar(times, middle, yerr=(middle - low, high - middle), marker=marker, capsize=3, label=label)
    axes.set(xscale="log", yscale="log", xlabel=f"times as many events ({sizes[0]:,} are 1)", ylabel="times the time")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(ScalarFormatter())
        axis.set_minor_formatter(NullFormatter())
    axes.set_xticks(times, [f"{time:.3g}" for time in times])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks([1, 2, 5, 10])
    axes.legend(frameon=False)
    figure.savefig(to, metadata={"Date": None, "Creator": None})
