"""The dispatcher: whose turn it is, what is rung again, and what the role may not see."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models.functions import Now

from tenants import scope
from tenants.errors import BellSilent
from tenants.models import Job, JobState
from tenants.services.jobs.dispatcher import Dispatcher
from tests.conftest import Agency, connected_as, make_agency
from tests.tenants.ledger import change, put_in, seen

pytestmark = pytest.mark.django_db(transaction=True)


class Bell:
    """Notes what was rung; silent when told to be."""

    def __init__(self) -> None:
        self.rung: list[tuple[int, int]] = []
        self.is_silent = False

    def __call__(self, tenant_id: int, job_id: int) -> None:
        if self.is_silent:
            raise BellSilent(ConnectionError("away"))
        self.rung.append((tenant_id, job_id))

    def tenants(self) -> list[int]:
        return [tenant_id for tenant_id, _ in self.rung]


@pytest.fixture
def quiet(agency: Agency, other: Agency) -> Iterator[tuple[Agency, Agency]]:
    """Two agencies with nothing to do."""
    for one in (agency, other):
        change(one, one.job, state=JobState.DONE, finished_at=Now())
    return (agency, other)  # type: ignore[return-value]


def put_many(agency: Agency, count: int) -> list[Job]:
    return [put_in(agency) for _ in range(count)]


def looked(dispatcher: Dispatcher, times: int = 1) -> None:
    with connected_as("earnest_dispatcher"):
        for _ in range(times):
            connection.ensure_connection()
            dispatcher.look()


def test_nobody_waits_behind_a_flood(quiet: tuple[Agency, Agency]) -> None:
    flooder, small = quiet
    put_many(flooder, 50)
    put_many(small, 1)
    bell = Bell()
    looked(Dispatcher(bell, slots=2), times=5)
    # One of each: half of two slots is one, and at most twice the slots are rung.
    assert sorted(bell.tenants()) == sorted([flooder.tenant.id, small.tenant.id])


def test_turns_go_on_behind_the_last_served(quiet: tuple[Agency, Agency], settings: Any) -> None:
    settings.JOB_RING_AGAIN = timedelta(0)  # every look may ring everything: the order alone shows
    first, second = sorted(quiet, key=lambda agency: agency.tenant.id)
    put_many(first, 2)
    put_many(second, 2)
    bell = Bell()
    dispatcher = Dispatcher(bell, slots=1)
    looked(dispatcher)
    assert bell.tenants() == [first.tenant.id, second.tenant.id]
    dispatcher.last_tenant = first.tenant.id
    looked(dispatcher)
    assert bell.tenants()[2:] == [second.tenant.id, first.tenant.id]


def test_slow_jobs_of_one_agency_never_hold_every_slot(quiet: tuple[Agency, Agency]) -> None:
    slow, quick = quiet
    running, _waiting, _more = put_many(slow, 3)
    held = {"state": JobState.RUNNING, "attempt": 1, "claimed_at": Now(), "lease_until": Now() + timedelta(minutes=1)}
    change(slow, running, **held)
    bell = Bell()
    dispatcher = Dispatcher(bell, slots=2)
    looked(dispatcher)
    assert bell.rung == []
    put_in(quick)
    looked(dispatcher)
    assert bell.tenants() == [quick.tenant.id]


def test_who_has_more_slots_has_the_oldest_rung_first(quiet: tuple[Agency, Agency]) -> None:
    agency, _ = quiet
    put = put_many(agency, 10)
    bell = Bell()
    looked(Dispatcher(bell, slots=8), times=3)
    assert [job_id for _, job_id in bell.rung] == [job.id for job in put[:4]]


def test_no_more_is_rung_than_twice_the_slots(quiet: tuple[Agency, Agency]) -> None:
    third = make_agency("Third")
    for agency in (*quiet, third):
        put_in(agency)
    bell = Bell()
    looked(Dispatcher(bell, slots=1), times=3)
    assert len(bell.rung) == 2


def test_what_is_not_due_is_not_rung(quiet: tuple[Agency, Agency]) -> None:
    agency, _ = quiet
    put_in(agency, delay=timedelta(minutes=1))
    bell = Bell()
    looked(Dispatcher(bell, slots=2))
    assert bell.rung == []


def test_a_bell_that_was_not_heard_is_rung_again(quiet: tuple[Agency, Agency]) -> None:
    agency, _ = quiet
    job = put_in(agency)
    bell = Bell()
    dispatcher = Dispatcher(bell, slots=2)
    looked(dispatcher, times=3)
    assert len(bell.rung) == 1
    change(agency, job, rung_at=Now() - timedelta(seconds=11))
    looked(dispatcher)
    assert len(bell.rung) == 2


def test_while_the_queue_is_away_jobs_wait_and_it_is_said_once(
    quiet: tuple[Agency, Agency], caplog: pytest.LogCaptureFixture
) -> None:
    agency, _ = quiet
    jobs_put = put_many(agency, 4)
    bell = Bell()
    bell.is_silent = True
    dispatcher = Dispatcher(bell, slots=8)
    looked(dispatcher, times=3)
    assert [seen(agency, job).rung_at for job in jobs_put] == [None] * 4
    assert len([it for it in caplog.records if "Jobs wait in the ledger" in it.message]) == 1
    bell.is_silent = False
    looked(dispatcher)
    assert len(bell.rung) == 4


def test_a_job_whose_worker_was_lost_is_queued_again_and_set_aside_after_five(quiet: tuple[Agency, Agency]) -> None:
    agency, _ = quiet
    young, old, alive = put_many(agency, 3)
    lapsed = {"state": JobState.RUNNING, "claimed_at": Now(), "lease_until": Now() - timedelta(seconds=1)}
    change(agency, young, attempt=1, **lapsed)
    change(agency, old, attempt=5, **lapsed)
    change(agency, alive, attempt=5, **{**lapsed, "lease_until": Now() + timedelta(seconds=30)})
    looked(Dispatcher(Bell(), slots=2))
    assert (seen(agency, young).state, seen(agency, young).error_code) == (JobState.QUEUED, "worker_lost")
    set_aside = seen(agency, old)
    assert (set_aside.state, set_aside.error_code) == (JobState.QUARANTINED, "worker_lost")
    assert "stopped answering" in set_aside.error
    assert set_aside.finished_at is not None
    assert seen(agency, alive).state == JobState.RUNNING


def test_a_row_that_somebody_holds_is_passed_over(quiet: tuple[Agency, Agency]) -> None:
    agency, other = quiet
    held, free = put_in(agency), put_in(other)
    holding, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with scope.of_tenant(agency.tenant.id), transaction.atomic():
            Job.objects.select_for_update().get(pk=held.pk)
            holding.set()
            let_go.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(30)
    bell = Bell()
    looked(Dispatcher(bell, slots=2))
    let_go.set()
    thread.join()
    assert bell.rung == [(other.tenant.id, free.id)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT kind FROM tenants_job",
        "SELECT args FROM tenants_job",
        "SELECT * FROM tenants_job",
        "UPDATE tenants_job SET tenant_id = 1",
        "UPDATE tenants_job SET args = '{}'",
        "DELETE FROM tenants_job",
        "INSERT INTO tenants_job (tenant_id) VALUES (1)",
        "SELECT id FROM tenants_client",
        "SELECT id FROM tenants_tenant",
        "SELECT id FROM tenants_schedule",
        "SELECT due_tenants()",
        "SELECT key_tenant('x')",
        "CREATE TEMPORARY TABLE mine (id int)",
    ],
)
def test_the_dispatchers_role_sees_when_and_whose_and_nothing_else(agency: Agency, statement: str) -> None:
    with connected_as("earnest_dispatcher"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenants_job WHERE state = 'queued'")
        assert cursor.fetchone() == (1,)
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(statement)


@pytest.mark.parametrize("role", ["earnest_app", "earnest_worker"])
def test_the_dispatchers_door_is_open_to_nobody_else(agency: Agency, role: str) -> None:
    with connected_as(role), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenants_job")
        assert cursor.fetchone() == (0,)
