"""Agencies are made."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from tenants.models import User
from tenants.services import members
from tenants.services.tenants import create_tenant


def test_a_new_agency_has_an_invited_owner(db: None) -> None:
    create_tenant(name="New", owner_email="Owner@New.example")
    (membership,) = members.memberships(User.objects.get(email="owner@new.example"))
    assert (membership.agency, membership.role, membership.joined) == ("New", "Owner", False)


@pytest.mark.parametrize("wrong", [{"zone": "Mars/Olympus"}, {"locale": "xx"}, {"name": ""}])
def test_what_does_not_exist_is_refused_and_nothing_is_made(db: None, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        create_tenant(**{"name": "New", "owner_email": "owner@new.example", **wrong})
    assert not User.objects.exists()


def test_an_address_that_is_none_is_refused(db: None) -> None:
    with pytest.raises(ValidationError):
        create_tenant(name="New", owner_email="owner at new")


def test_the_command_says_what_comes_next(db: None) -> None:
    said = StringIO()
    call_command("create_agency", "New", "--owner", "owner@new.example", stdout=said)
    assert "owner@new.example sets a password at /admin/password/" in said.getvalue()


def test_the_command_says_what_is_wrong(db: None) -> None:
    with pytest.raises(CommandError, match="is no time zone"):
        call_command("create_agency", "New", "--owner", "owner@new.example", "--zone", "Mars/Olympus")
