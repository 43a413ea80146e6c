"""What checks say that have to wait until acts of a later time have come in."""

from datetime import datetime, tzinfo

from scoring.integrity.check import Result
from scoring.integrity.phrases import day


def acts_not_known(result: Result, zone: tzinfo) -> str:
    """seen: needed_until and known_until, as text; the latter None where nothing is known."""
    until, known = (result.seen[name] for name in ("needed_until", "known_until"))
    said = f"it is known up to {day(datetime.fromisoformat(known), zone)}." if known else "nothing of it is known."
    return f"what was done is needed up to {day(datetime.fromisoformat(until), zone)}; {said}"
