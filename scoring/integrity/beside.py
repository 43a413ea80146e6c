"""What else a client did at the time of a warning: its campaigns, and its orders with vendors of attention.

Context for whoever reads the warning, and no evidence: it opens, closes and weighs nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from scoring.integrity.phrases import day

# How long after an order's end what was ordered may still come in. Ours: drip-fed orders run for days or weeks.
AFTER = timedelta(days=14)
ORDER = "order"
# What it is → as a sentence names it.
NAMED = {
    ORDER: "An order with a vendor",
    "giveaway": "A giveaway",
    "paid": "A campaign shown for money",
    "cause": "A campaign for a good cause",
}
NEITHER = "That two things happened at one time is evidence of neither."


@dataclass(frozen=True)
class Deed:
    """One thing that a client had done. what: of `NAMED`; end: not included, None where it is not stated."""

    what: str
    name: str
    start: datetime
    end: datetime | None


def beside(deeds: Iterable[Deed], *, start: datetime, end: datetime, zone: tzinfo) -> list[str]:
    """Return a sentence for each deed that ran in [start, end), or was ordered and had ended up to 14 days before, the
    earliest first. zone: of whom the dates are for.
    """
    overlapping = (it for it in deeds if it.start < end and _until(it, start) > start)
    ordered = sorted(overlapping, key=lambda it: (it.start, it.what, it.name))
    return [_sentence(it, start, zone) for it in ordered]


def _until(deed: Deed, start: datetime) -> datetime:
    """Return until when a deed may have an effect; after a window's start where its end is not stated."""
    if deed.end is None:
        return start + AFTER
    return deed.end + AFTER if deed.what == ORDER else deed.end


def _sentence(deed: Deed, start: datetime, zone: tzinfo) -> str:
    first = day(deed.start, zone)
    if deed.end is None:
        when = f"from {first} on"
    else:
        last = day(deed.end - timedelta(microseconds=1), zone)
        when = first if first == last else f"{first} to {last}"
    is_over = deed.end is not None and deed.end <= start
    what = f"{NAMED[deed.what]} {f'had ended up to {AFTER.days} days before' if is_over else 'was running then'}"
    return f"{what}: “{deed.name}”, {when}. {NEITHER}"
