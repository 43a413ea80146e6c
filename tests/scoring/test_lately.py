"""What a few contacts' features need: their facts, and those of whom they had to do with."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.utils import timezone
from polars.testing import assert_frame_equal

from ingestion.models import Contact, KnownAt, Shape, Source
from ingestion.selectors import around, people_of
from ingestion.services import batches
from scoring.features.history import currencies
from scoring.features.matrix import matrix
from scoring.services import facts
from tests.conftest import Agency, within

pytestmark = pytest.mark.django_db(transaction=True)


def mingle(agency: Agency, *, people: int = 12, acts: int = 240, seed: int = 3) -> None:
    """Have people speak to the brand and to each other, and buy in two currencies."""
    random, now = np.random.default_rng(seed), timezone.now()
    rows: list[dict[str, Any]] = []
    bought: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []

    def at(days: float) -> str:
        return (now - timedelta(days=days)).isoformat()

    def somebody() -> dict[str, Any]:
        number = int(random.integers(people))
        return {"handle": f"p{number}"} if random.random() < 0.7 else {"external_id": f"x{number}"}

    for number, ago in enumerate(sorted(random.uniform(0, 300, acts), reverse=True)):
        row: dict[str, Any] = {"id": f"m{number}", "actor": somebody(), "occurred_at": at(float(ago))}
        row |= {"kind": str(random.choice(["like", "comment", "reply", "follow"]))}
        if row["kind"] in ("comment", "reply"):
            row["text"] = str(random.choice(["so nice", "how much is it", f"this is number {number} of many"]))
        answered = rows[random.integers(number)] if rows and random.random() < 0.5 else {}
        if answered:
            row["in_reply_to"] = answered["id"]
        if row["kind"] == "reply":
            row["direction"] = str(random.choice(["inbound", "outbound", "peer", "peer"]))
        if row.get("direction") in ("outbound", "peer"):
            row["target"] = answered.get("actor") or somebody()
        if row.get("direction") == "outbound":
            del row["actor"]
        rows.append(row)
    for number in range(people):
        kind = {"kind": "purchase", "value": 7, "currency": "GBP" if number % 3 else "EUR"}
        bought.append({"id": f"b{number}", "who": {"handle": f"p{number}"}, "occurred_at": at(number), **kind})
        if number % 4 == 0:
            same = {"id": f"l{number}", "who": {"handle": f"p{number}"}, "same_as": {"external_id": f"x{number}"}}
            links.append({**same, "at": at(200)})
    with within(agency):
        source = Source.objects.create(
            client=agency.client, name="Mingled", kind="own_system", platform="mastodon", known_at_basis=KnownAt.LAGGED
        )
        for shape, of_shape in (
            (Shape.ENGAGEMENTS, rows), (Shape.OUTCOMES, bought), (Shape.IDENTITY_LINKS, links),
        ):  # fmt: skip
            landing = batches.receive(json.dumps(of_shape).encode(), source_id=source.public_id, shape=shape)
            assert landing.delivery.accepted == len(of_shape), landing.quarantined[:3]


def test_a_few_contacts_have_the_features_that_they_have_among_all(agency: Agency) -> None:
    mingle(agency)
    now = timezone.now()
    with within(agency):
        client = agency.client.pk
        everybody = facts.known(before=now, client_id=client)
        whole = matrix(everybody, now)
        main = currencies(everybody, now)
        contacts = list(Contact.objects.filter(handle__startswith="p").values_list("pk", flat=True))
        assert whole["received_from_peers"].sum() > 10
        assert whole["answered_by_peers"].sum() > 5
        for some in (contacts[:1], contacts[1:2], contacts[3:6], contacts):
            theirs = people_of(some)
            near = {*theirs, *around(theirs)}
            known = facts.known(before=now, client_id=client, contact_ids=near)
            few = matrix(replace(known, currencies=main), now)
            chosen = pl.col("person").is_in(theirs)
            assert_frame_equal(few.filter(chosen), whole.filter(chosen))
