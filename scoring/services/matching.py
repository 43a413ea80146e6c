"""The match rate: of the people who bought, how many are seen engaging. Without them there is nothing to learn from."""

from dataclasses import dataclass

from ingestion import selectors as ingested
from scoring.learning.rates import wilson
from tenants.models import Client


@dataclass(frozen=True)
class MatchRate:
    """Of one client. people: with an outcome; matched: of these, seen engaging; waiting: contacts whose outcomes wait
    until somebody is known to be them. rate, low, high: with its 90 % interval; None where nobody has an outcome.
    rows_left_out, links_left_out: see `ingestion.selectors.Matched`.
    """

    client: Client
    people: int
    matched: int
    waiting: int
    rate: float | None
    low: float | None
    high: float | None
    rows_left_out: int
    links_left_out: int

    @property
    def shown(self) -> str:
        if self.rate is None or self.low is None or self.high is None:
            return "no outcome yet"
        return f"{self.rate:.0%} ({self.low:.0%} to {self.high:.0%})"

    @property
    def left_out(self) -> str:
        return f"{self.rows_left_out:,} rows, {self.links_left_out:,} links"


def rates() -> list[MatchRate]:
    """Return the match rate of every client, as of now."""
    return [_rate(client) for client in Client.objects.order_by("name", "id")]


def _rate(client: Client) -> MatchRate:
    found = ingested.matched(client.pk)
    rate = found.seen / found.people if found.people else None
    low, high = wilson(found.seen, found.people) if found.people else (None, None)
    left_out = found.rows_left_out, found.links_left_out
    return MatchRate(client, found.people, found.seen, len(found.waiting), rate, low, high, *left_out)
