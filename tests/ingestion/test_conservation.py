"""Conservation: whatever comes in, by whichever door, and however often, is accounted for to the row.

A random hour of all doors together, from several threads at once; whoever sends keeps a log and adds it up.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from django.db import connection

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.models import Counted, Delivery, Receipt, Rejection, Shape, Source
from tests.conftest import Agency, make_agency, within
from tests.ingestion.aside import put
from tests.ingestion.doors import act, all_of, pages, send
from tests.ingestion.hour import Hour, Task
from tests.ingestion.of_accounts import Mastodon
from tests.ingestion.of_hubspot import Crm, won
from tests.ingestion.people import erase
from tests.ingestion.platforms import played
from tests.ingestion.test_files import open_jobs
from tests.ingestion.traffic import GONE, Sent, added_up, good
from tests.tenants.ledger import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agency() -> Agency:
    """An agency with a source of which nothing came yet, and with somebody who was erased."""
    agency = make_agency("Ours")
    send(agency, [act("before", actor=GONE)])
    erase(agency, GONE["handle"])
    with within(agency):
        source = Source.objects.create(
            client=agency.client, name="hour", kind="own_system", platform="instagram", may_match=True
        )
    return replace(agency, source=source)


@pytest.fixture
def crm() -> Crm:
    """A CRM of ten deals: one whose amount is none, and one of somebody who was erased."""
    deals = {str(4500 + number): won() for number in range(10)}
    deals["4501"]["amount"] = "much"
    linked = {number: ["666" if number == "4502" else f"70{number[-1]}"] for number in deals}
    contacts = {f"70{number}": {"firstname": "Ada"} for number in range(10)} | {"666": {"email": GONE["email"]}}
    return Crm(deals=deals, contacts=contacts, linked=linked)


@pytest.fixture
def _platforms(crm: Crm, mastodon: Mastodon, settings: Any) -> Iterator[None]:
    with played(crm) as hubspot, played(mastodon) as pots:
        settings.OUTBOUND = True
        settings.OUTBOUND_STAND_INS = {"api.hubapi.com": hubspot.origin, "pots.example": pots.origin}
        yield


def lived(hour: Hour) -> list[Sent]:
    """Let four senders send and two workers work; return the log."""
    is_over, kinds = threading.Event(), ("digest_hook", "cut_file", "land_piece")

    def sender(task: Task) -> list[Sent]:
        try:
            return task()
        finally:
            connection.close()

    def worker() -> None:
        try:
            while True:
                last = is_over.is_set()
                todo = [job for kind in kinds for job in open_jobs(hour.agency, kind)]
                for job in todo:
                    run(hour.agency, job)
                if last and not todo:
                    return
                time.sleep(0.02)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers, ThreadPoolExecutor(4) as senders:
        working = [workers.submit(worker) for _ in range(2)]
        try:
            log = [sent for found in senders.map(sender, hour.tasks()) for sent in found]
        finally:
            is_over.set()
        for it in working:
            it.result()
    return log


def usage(agency: Agency) -> dict[tuple[str, str], dict[str, int]]:
    """Return what /v1/usage says, by source and shape, without what came from the cast's own source."""
    totals: dict[tuple[str, str], dict[str, int]] = {}
    for shown in chain.from_iterable(pages(agency, "/v1/usage")):
        total = totals.setdefault((shown["source"], shown["shape"]), dict.fromkeys(("batches", *Counted.NAMES), 0))
        for name in total:
            total[name] += shown[name]
    own = {it.public_id for it in all_of(agency, Source, name="Ours source")}
    return {of: total for of, total in totals.items() if of[0] not in own}


def assert_adds_up(agency: Agency, *, given_up: int = 0) -> None:
    """Every batch accounts for each of its rows, and what it set aside is kept."""
    batches = all_of(agency, Delivery, "id", *Counted.NAMES)
    assert all(received == sum(verdicts) for _, received, *verdicts in batches)
    kept = sum(it[4] for it in batches) - len(all_of(agency, Rejection, "id"))
    assert kept == given_up


def mend_some(agency: Agency) -> None:
    """Mend one act that was set aside into one that is new, one into one that is here, one into one of somebody who
    was erased; and give one up.
    """
    aside = all_of(agency, Rejection, delivery__source=agency.source, delivery__shape=Shape.ENGAGEMENTS)[:4]
    mended = [act("new"), good("engagements", 0), act("gone", actor={"handle": GONE["handle"]})]
    for rejection, said in zip(aside, mended, strict=False):
        assert put(agency, rejection, said).status_code == 200
    assert agency.program().delete(f"/v1/quarantine/{aside[3].public_id}").status_code == 204


@pytest.mark.usefixtures("_platforms")
def test_conservation_holds_for_every_batch_of_a_random_hour_of_all_doors_together(agency: Agency) -> None:
    """T27: received = accepted + duplicate + quarantined + erased, for every batch and for the hour as a whole, and
    every row that was sent is among them once, whatever was refused, repeated or sent at the same time beside it.
    """
    hour = Hour(agency, seed=1)
    log = hour.first() + lived(hour)
    assert usage(agency) == added_up(log)
    assert_adds_up(agency)
    for (source, shape), total in added_up(log).items():
        of = {"source_id": all_of(agency, Source, "id", public_id=source)[0], "shape": Shape.called(shape)}
        assert len(all_of(agency, Receipt, "ext_id", **of)) == total["accepted"]

    before, acts = usage(agency), (agency.source.public_id, "engagements")
    mend_some(agency)
    after = usage(agency)
    was, become = before.pop(acts), after.pop(acts)
    changes = {name: become[name] - was[name] for name in was}
    assert {name: by for name, by in changes.items() if by} == {
        "accepted": 1, "duplicate": 1, "erased": 1, "quarantined": -3
    }  # fmt: skip
    assert after == before
    assert_adds_up(agency, given_up=1)
