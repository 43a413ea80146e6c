"""Rows may come in any order and any batches: what is learnt and scored of everybody is the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.db import transaction
from polars.testing import assert_frame_equal

from ingestion import selectors
from ingestion.models import Contact
from scoring.features.matrix import matrix
from scoring.services import facts
from tests.conftest import Agency, within
from tests.ingestion.doors import act, change, identity_link, outcome, send

NOW, LATER = datetime(2026, 6, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# One person names herself in three ways; another is said to be two by a link; the rest say who they are at once.
PEOPLE: list[list[dict[str, str]]] = [
    [{"handle": "ada"}, {"handle": "ada", "external_id": "9"}, {"external_id": "9", "email": "ada@person.example"}],
    [{"handle": "bob"}, {"customer": "17"}],
    [{"handle": "cem"}],
    [{"handle": "dua", "customer": "18"}],
]
KINDS = ("view", "like", "share", "comment", "direct_message", "call", "follow", "complaint")


def rows() -> list[tuple[str, dict[str, Any]]]:
    """Return what happened in half a year, as (door, row): talks with replies, acts taken back, purchases."""
    random = np.random.default_rng(28)
    found: list[tuple[str, dict[str, Any]]] = [
        ("identity-links", identity_link(who={"handle": "bob"}, same_as={"customer": "17"}))
    ]
    for number in range(60):
        of_person = PEOPLE[random.integers(len(PEOPLE))]
        who = of_person[random.integers(len(of_person))]
        at = NOW - timedelta(days=float(random.uniform(1, 180)))
        row = act(
            number, actor=who, kind=str(random.choice(KINDS)), occurred_at=at.isoformat(), thread=f"t{number % 7}"
        )
        found.append(("engagements", row))
        if number % 4 == 0:
            then, text = (at + timedelta(hours=3)).isoformat(), "What would four of them cost?"
            answer = act(f"r{number}", actor=who, occurred_at=then, in_reply_to=row["id"], text=text)
            found.append(("engagements", answer))
        if number % 6 == 0:
            then = (at + timedelta(days=1)).isoformat()
            found.append(
                ("engagements", act(f"u{number}", actor=who, kind="delete", occurred_at=then, in_reply_to=row["id"]))
            )
        if number % 10 == 0:
            found.append(
                ("outcomes", outcome(number, who=who, occurred_at=at.isoformat(), value="12.50", currency="GBP"))
            )
    return found


def landed(agency: Agency, sent: list[tuple[str, dict[str, Any]]], random: np.random.Generator) -> pl.DataFrame:
    """Return everybody's features once these have come, a few at a time, by handle; nothing of it stays."""
    with transaction.atomic():
        while sent:
            door, most = sent[0][0], random.integers(1, 12)
            batch = [row for of, row in sent[:most] if of == door]
            sent = [*((of, row) for of, row in sent[:most] if of != door), *sent[most:]]
            assert send(agency, batch, door).json()["accepted"] == len(batch)
        with within(agency):
            found = matrix(facts.known(before=LATER), NOW)
            named = {it.pk: min(one.handle for one in selectors.whole([it])) for it in Contact.objects.all()}
        transaction.set_rollback(True)
    return found.with_columns(who=pl.col("person").replace_strict(named)).drop("person").sort("who")


@pytest.mark.django_db(transaction=True)
def test_any_order_and_any_batches_land_as_the_same_features(agency: Agency) -> None:
    """T28, by way of the doors: identifiers, links, replies and acts that are taken back, each before the other."""
    change(agency, known_at_basis="lagged", may_match=True)
    random, all_of_it = np.random.default_rng(1), rows()
    as_it_happened = landed(agency, sorted(all_of_it, key=lambda it: it[1].get("occurred_at", "")), random)
    for _ in range(7):
        shuffled = [all_of_it[place] for place in random.permutation(len(all_of_it))]
        assert_frame_equal(landed(agency, shuffled, random), as_it_happened)
    assert as_it_happened["who"].to_list() == ["17", "ada", "cem", "dua"]
