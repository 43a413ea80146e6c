"""Whether time grows as what there is to do, and how much memory the largest agency takes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench import data, ingest, reads
from tests.bench.drawing import draw_growth
from tests.bench.harness import Estimate, Line, Numbers, Say, exponent, ratio, take_turns, timed
from tests.bench.servers import ROOT, role


def measure(
    agencies: list[data.Agency], rescoring: list[Numbers], *, blocks: int, say: Say, drawing: Path | None
) -> list[Line]:
    """Measure one more batch for each agency, and a page of its scores; rescoring was measured before, or is empty.

    drawing: where to write a drawing of it, if anywhere.
    """
    with role("earnest_worker") as connection:
        arms = {f"batch into {of.events:,}": _one_more_batch(of, 2 * blocks + 1) for of in agencies}
        arms |= {f"page of {of.contacts:,}": reads.pages_read(connection, of) for of in agencies}
        seconds = list(take_turns(arms, blocks=blocks, say=lambda said: say(f"growth: {said}")).values())
    landed, pages = seconds[: len(agencies)], seconds[len(agencies) :]
    sizes = [of.events for of in agencies]
    one_more = exponent(sizes, landed)
    # So many batches, each of which takes as long as an agency is large to this power.
    all_of_them = Estimate(1 + one_more.value, 1 + one_more.low, 1 + one_more.high)
    lines = [
        Line("time to ingest, 1x, 3x, 10x events", "exponent (one more batch at each size)", all_of_them, 1.05, "less"),
        Line("the query of a page, 10x contacts", "1x", ratio(pages[-1], pages[0]), 1.3, "less"),
    ]
    if rescoring:
        grown = exponent(sizes, rescoring)
        lines.insert(1, Line("time to rescore, 1x, 3x, 10x events", "exponent", grown, 1.05, "less"))
    if drawing:
        stages = {"rescoring": rescoring, "one more batch": landed, "page of scores": pages}
        draw_growth(sizes, {stage: of for stage, of in stages.items() if of}, drawing)
        say(f"growth: drawn in {drawing}")
    return lines


def _one_more_batch(of: data.Agency, number: int) -> Callable[[], float]:
    """Return an arm that lands a fresh batch each time: by persons of the agency, and some new ones."""
    known = of.contacts // data.CLIENTS - 9 * data.NEW
    bodies = iter(data.batches(number, first=max(known, 0), seed=3))
    return lambda: timed(lambda: ingest.land(of, next(bodies)))


def memory(of: data.Agency, say: Say) -> Line:
    """Rescore in a process of its own, and say how much memory it had at the most."""
    say("memory: rescoring in a process of its own")
    command = [sys.executable, "manage.py", "rescore_once", str(of.tenant_id)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    peak = f"{int(done.stdout.split()[-1]) / 1024:.0f} MB"
    return Line("peak memory of a rescoring process", f"{of.events:,} events, {data.CLIENTS} clients", note=peak)
