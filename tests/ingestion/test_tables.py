"""What the database keeps by itself: partitions, walls around them, one language in models and formats."""

from datetime import UTC, date, datetime
from typing import get_args

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import IntegrityError

from ingestion.formats import audience, bait, engagement, ladder, outcome, person
from ingestion.formats.reading import FORMATS
from ingestion.models import (
    Bait,
    Direction,
    Engagement,
    Identifier,
    Nature,
    OutcomeKind,
    Rejection,
    Rung,
    Shape,
    Window,
)
from ingestion.models.contact import KEY_BYTES
from ingestion.services import partitions
from tenants.walls import lint
from tests.conftest import Agency

REST = (
    "delivery_id, contact_id, kind, rung, nature, direction, occurred_at, known_at, automated, post, thread, "
    "in_reply_to, provenance"
)
ANY = "1, 1, 'like', 1, 1, 'inbound', '2026-01-01', '2026-01-01', false, '', '', '', ''"
INSERT = f"INSERT INTO ingestion_engagement (tenant_id, received_at, ext_id, {REST})"


def rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def parts(table: str) -> set[str]:
    return {
        str(name)
        for (name,) in rows(f"SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{table}'::regclass")
    }


def test_engagements_lie_in_the_month_they_were_received(inside: Agency) -> None:
    ((where,),) = rows("SELECT DISTINCT tableoid::regclass::text FROM ingestion_engagement")
    assert where == f"ingestion_engagement_{datetime.now(UTC):%Y_%m}"


def test_a_year_of_months_is_made_ahead(db: None) -> None:
    made = parts("ingestion_engagement")
    assert len(made) == partitions.MONTHS_AHEAD + 2
    assert "ingestion_engagement_default" in made


def test_the_memory_of_ids_is_spread_over_eight_parts(db: None) -> None:
    assert len(parts("ingestion_receipt")) == 8


def test_what_no_month_was_made_for_is_caught(inside: Agency) -> None:
    """T33f."""
    with connection.cursor() as cursor:
        cursor.execute(f"{INSERT} SELECT tenant_id, '2199-01-01', 'late', {REST} FROM ingestion_engagement LIMIT 1")
    assert rows("SELECT tableoid::regclass::text FROM ingestion_engagement WHERE ext_id = 'late'") == [
        ("ingestion_engagement_default",)
    ]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_month_that_was_caught_already_is_left_where_it_is(caplog: pytest.LogCaptureFixture) -> None:
    """As if nobody had migrated for a year: making the month then would be refused, and must not stop a start."""
    month = f"ingestion_engagement_{datetime.now(UTC):%Y_%m}"
    address = settings.SERVERS.postgres.url(role="postgres", database=connection.settings_dict["NAME"])
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute(f"DROP TABLE {month}")
        try:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute(f"{INSERT} VALUES (1, now(), 'x', {ANY})")
            partitions.make_ahead("owner")
            assert "stay there" in caplog.text
            assert month not in parts("ingestion_engagement")
        finally:
            superuser.execute("DELETE FROM ingestion_engagement_default")
            partitions.make_ahead("owner")
    assert month in parts("ingestion_engagement")
    assert lint.holes(connection) == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_month_that_is_over_is_dropped_once_nothing_is_left_in_it() -> None:
    """T24: acts go with their month, ids do not."""

    def months(*days: str) -> set[str]:
        return {f"ingestion_engagement_{day[:7].replace('-', '_')}" for day in days}

    old, full = "2020-01-01", "2020-02-01"
    address = settings.SERVERS.postgres.url(role="postgres", database=connection.settings_dict["NAME"])
    for day in (old, full):
        partitions._make("owner", date.fromisoformat(day))
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(f"{INSERT} VALUES (1, '{full}', 'x', {ANY})")
        partitions.drop_empty("owner")
        assert parts("ingestion_engagement") & months(old, full) == months(full)
        assert lint.holes(connection) == []  # the wall of the one that was looked into stands again
        superuser.execute("DELETE FROM ingestion_engagement")
        partitions.drop_empty("owner")
    assert len(parts("ingestion_engagement")) == partitions.MONTHS_AHEAD + 2


def test_a_part_read_by_its_own_name_shows_nothing_of_others(inside: Agency, other: Agency) -> None:
    for table in ("ingestion_engagement", "ingestion_receipt"):
        for part in parts(table):
            assert rows(f"SELECT count(*) FROM {part} WHERE tenant_id <> {inside.tenant.id}") == [(0,)]
    ((count,),) = rows("SELECT count(*) FROM ingestion_receipt")
    assert count == len(Shape)


def test_an_act_cannot_be_another_agencys_persons(inside: Agency, other: Agency) -> None:
    theirs = other.batch.id
    with pytest.raises(IntegrityError, match="same_tenant"), transaction.atomic():
        Engagement.objects.update(delivery_id=theirs)


def test_a_row_has_one_verdict_in_the_database_too(inside: Agency) -> None:
    row = Rejection.objects.get()
    with pytest.raises(IntegrityError, match="rejection_is_one_verdict"), transaction.atomic():
        Rejection.objects.create(delivery=row.delivery, index=row.index, code="x", detail="x", row="x")
    for table in ("ingestion_delivery", "ingestion_fileimport"):
        with (
            pytest.raises(IntegrityError, match="every_row_one_verdict"),
            transaction.atomic(),
            connection.cursor() as it,
        ):
            it.execute(f"UPDATE {table} SET received = received + 1")


def test_models_and_formats_speak_the_same_words() -> None:
    assert [shape.label for shape in Shape] == list(FORMATS)
    assert [it.value for it in person.Identifier] == Identifier.values
    assert person.KEY_BYTES == KEY_BYTES
    assert set(get_args(engagement.Direction)) == set(Direction.values)
    assert {it.value for it in ladder.Nature} == set(Nature.values)
    assert {kind.rung for kind in ladder.KINDS.values()} <= set(Rung.values)
    assert set(get_args(outcome.Outcome.__annotations__["kind"])) == set(OutcomeKind.values)
    assert set(Window.values) == {"day", "week", "month"}
    assert {it.value for it in bait.Bait} == set(Bait.values)
    assert "day" in str(audience.AudienceCount.__annotations__["window"])


def test_the_kinds_stand_on_the_ladder_as_the_essays_have_it() -> None:
    order = ["like", "repost", "comment", "text_message", "call", "letter"]
    rungs = [ladder.placed(kind, 5).rung for kind in order]
    assert rungs == sorted(set(rungs))
    assert {kind for kind, it in ladder.KINDS.items() if it.nature == ladder.Nature.UNDO} == {
        "unlike",
        "unfollow",
        "delete",
    }
