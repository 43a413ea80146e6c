"""The simulated past of the demo's agency, sent in through the batch API, and the jobs that make something of it."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from config import waiting
from config.demonstration import agencies
from ingestion.formats.json_batch import MOST_ROWS
from scoring import selectors
from scoring.simulation.agency import Agency, agency
from tenants import selectors as tenants
from tenants.models import Channel, Job, Tenant
from tenants.scope import tenant_id_in_force
from tenants.services import jobs

# The jobs that come after the rows; each is asked for once in the life of a demo.
ONCE = "demo"
WORK = ("retrain", "rescore", "score_client", "watch", "confirm", "examine", "vet")
TRIES, WAIT = 20, 1.0  # seconds: the web server is started again within a few


class Refused(waiting.Stopped):
    """A batch that the API did not take."""


def simulated() -> Agency:
    """Return the past of the agency in force up to the moment it was made: the same rows at every start."""
    return agency(until=waiting.steadily(lambda: Tenant.objects.get(pk=tenant_id_in_force()).created_at))


def fill(past: Agency, *, address: str, key: str, say: Callable[[str], None]) -> None:
    """Send the past in and have it learnt from, scored and watched, unless that was done; the agency is in force.

    Where it was interrupted it is sent again: what was taken before is a duplicate.
    """
    if not waiting.steadily(Job.objects.filter(kind="watch", dedupe_key=ONCE).exists):
        _send(past, address=address, key=key, say=say)
        say("having it learnt from, scored and watched")
        waiting.steadily(lambda: [jobs.enqueue(kind, dedupe_key=ONCE) for kind in ("retrain", "watch")])
    if not _is_ready():
        waiting.all_done(lambda job: say(f"job done: {job.name.lower()}"))
    if not _is_ready():  # nothing that holds was learnt, so nobody had contacts scored yet
        waiting.steadily(lambda: jobs.enqueue("rescore", dedupe_key=ONCE))
        waiting.all_done()


def _is_ready() -> bool:
    return waiting.steadily(lambda: selectors.current_run() is not None and tenants.at_work(*WORK) is None)


def _send(past: Agency, *, address: str, key: str, say: Callable[[str], None]) -> None:
    batches = list(_batches(past))
    total, sent, set_aside = sum(len(rows) for _, _, rows in batches), 0, 0
    for name, door, rows in batches:
        source = waiting.steadily(partial(_source, name))
        verdicts = _post(f"{address}/v1/{door}:batch?source={source}", rows, key)
        sent, set_aside = sent + verdicts["received"], set_aside + verdicts["quarantined"]
        say(f"sent {sent:,} of {total:,} simulated rows ({door} of {name})")
    if set_aside:
        raise Refused(f"{set_aside} of the simulated rows were set aside; the admin shows why (Rows set aside).")


def _batches(past: Agency) -> Iterator[tuple[str, str, Sequence[Any]]]:
    """Yield channel, door and rows, as many as a batch may have."""
    for brand in past.brands:
        for channel in brand.channels:
            doors = {
                "engagements": channel.engagements,
                "outcomes": channel.outcomes,
                "audience-counts": channel.counts,
                "profile-samples": channel.samples,
            }
            for door, rows in doors.items():
                for begin in range(0, len(rows), MOST_ROWS):
                    yield channel.name, door, rows[begin : begin + MOST_ROWS]


def _source(channel: str) -> str:
    platform, handle = channel.split("/")
    return agencies.source_of(Channel.objects.get(platform=platform, handle=handle)).public_id


def _post(address: str, rows: Sequence[Any], key: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(address, json.dumps(list(rows)).encode(), headers)  # noqa: S310 (our own address)
    for tries in range(1, TRIES + 1):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                verdicts: dict[str, Any] = json.load(answer)
                return verdicts
        except urllib.error.HTTPError as refused:
            if refused.code != HTTPStatus.SERVICE_UNAVAILABLE or tries == TRIES:
                raise Refused(f"{address} answered {refused.code}: {refused.read().decode()}") from refused
        except OSError as away:
            if tries == TRIES:
                raise Refused(f"{address} does not answer: {away}") from away
        time.sleep(WAIT)
    raise AssertionError("unreachable")
