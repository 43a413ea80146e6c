"""Who belongs to an agency."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction

from tenants import scope
from tenants.errors import AlreadyMember, EarnestError, LastOwner, NoMember, NotInvited
from tenants.models import Job, JobState, Member, Role
from tenants.services import members
from tests.conftest import Agency, make_agency
from tests.tenants.ledger import run


def test_an_invited_person_belongs_only_once_they_entered(inside: Agency) -> None:
    invited = members.invite(email="New@Person.example", role=Role.ANALYST)
    assert invited.user.email == "new@person.example"
    assert members.member_in_force(invited.user) is None
    members.enter(invited.user, inside.tenant.public_id)
    assert members.member_in_force(invited.user) == invited


def test_nobody_enters_an_agency_that_did_not_invite_them(agency: Agency, other: Agency) -> None:
    with pytest.raises(NotInvited) as foreign:
        members.enter(agency.owner, other.tenant.public_id)
    with pytest.raises(NotInvited) as absent:
        members.enter(agency.owner, "ten_00000000000000000000")
    assert str(foreign.value) == str(absent.value)


def test_somebody_is_invited_once(inside: Agency) -> None:
    with pytest.raises(AlreadyMember):
        members.invite(email=inside.owner.email.upper(), role=Role.VIEWER)


def test_a_user_of_another_agency_is_invited_as_the_same_user(inside: Agency, other: Agency) -> None:
    invited = members.invite(email=other.owner.email, role=Role.VIEWER)
    assert invited.user_id == other.owner.id
    assert {it.agency for it in members.memberships(other.owner)} == {"Ours agency", "Stranger agency"}


def test_the_last_owner_is_neither_demoted_nor_removed(inside: Agency) -> None:
    owner = Member.objects.get(user=inside.owner)
    with pytest.raises(LastOwner):
        members.change_role(owner, Role.VIEWER)
    with pytest.raises(LastOwner):
        members.remove(owner)
    owner.refresh_from_db()
    assert owner.role == Role.OWNER


def test_an_owner_who_has_not_joined_does_not_count(inside: Agency) -> None:
    members.invite(email="second@owner.example", role=Role.OWNER)
    with pytest.raises(LastOwner):
        members.remove(Member.objects.get(user=inside.owner))


def test_one_of_two_owners_may_go(agency: Agency) -> None:
    second = agency.member(Role.OWNER)
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        members.remove(Member.objects.get(user=agency.owner))
        assert [it.user for it in Member.objects.all()] == [second]


def test_memberships_show_the_users_own_and_nobody_elses(agency: Agency, other: Agency) -> None:
    assert [it.agency for it in members.memberships(agency.owner)] == ["Ours agency"]


def two_at_once(agency: Agency, act: Callable[[int], object]) -> set[str]:
    """Return how it ended for two people who do the same thing in the same moment, each in a transaction."""
    both_ready = Barrier(2)

    def do(number: int) -> str:
        try:
            with scope.of_tenant(agency.tenant.id), transaction.atomic():
                both_ready.wait(10)
                act(number)
            return "done"
        except EarnestError as declined:
            return declined.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return set(pool.map(do, range(2)))


@pytest.mark.parametrize("act", [lambda member: members.change_role(member, Role.VIEWER), members.remove])
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_take_turns(act: Callable[[Member], None]) -> None:
    agency = make_agency("Ours")
    agency.member(Role.OWNER)
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        owners = list(Member.objects.order_by("id"))
    assert two_at_once(agency, lambda number: act(owners[number])) == {"done", "last_owner"}


@pytest.mark.parametrize("act", [lambda member: members.change_role(member, Role.VIEWER), members.remove])
def test_who_was_taken_out_meanwhile_is_said_to_be_gone(agency: Agency, act: Callable[[Member], None]) -> None:
    agency.member(Role.ANALYST)
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        first, second = (Member.objects.get(role=Role.ANALYST) for _ in range(2))
        members.remove(first)
        with pytest.raises(NoMember):
            act(second)


@pytest.mark.django_db(transaction=True)
def test_two_invitations_at_once_are_one() -> None:
    agency = make_agency("Ours")
    ended = two_at_once(agency, lambda _: members.invite(email="new@person.example", role=Role.VIEWER))
    assert ended == {"done", "already_member"}


def invitation(agency: Agency, email: str) -> tuple[Member, Job]:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        member = members.invite(email=email, role=Role.ANALYST, sign_in_at="https://earnest.example/admin/")
        return member, Job.objects.get(kind="invitation_mail")


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_mailed_as_a_job(agency: Agency) -> None:
    _member, job = invitation(agency, "new@person.example")
    assert mail.outbox == []
    assert run(agency, job).state == JobState.DONE
    (sent,) = mail.outbox
    assert sent.to == ["new@person.example"]
    assert sent.subject == "Ours agency invites you to Earnest"
    for words in ("as analyst", "https://earnest.example/admin/", "Forgotten your password or username?"):
        assert words in sent.body
    assert sent.extra_headers["Message-ID"] == f"<{job.public_id}@earnest>"
    assert "new@person" not in str(job.args)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("meanwhile", ["joined", "uninvited"])
def test_who_joined_or_was_uninvited_meanwhile_gets_no_mail(agency: Agency, meanwhile: str) -> None:
    member, job = invitation(agency, "new@person.example")
    if meanwhile == "joined":
        members.enter(member.user, agency.tenant.public_id)
    else:
        with scope.of_tenant(agency.tenant.id), transaction.atomic():
            members.remove(member)
    assert run(agency, job).state == JobState.DONE
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_is_tried_again(agency: Agency, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    _member, job = invitation(agency, "new@person.example")
    waiting = run(agency, job)
    assert (waiting.state, waiting.attempt, waiting.error_code) == (JobState.QUEUED, 1, "internal_error")
    assert "ConnectionRefusedError" in waiting.error
