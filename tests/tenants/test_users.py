"""People who sign in."""

import pytest
from django.db import IntegrityError, transaction

from tenants.models import User


@pytest.mark.parametrize("typed", ["ada@example.org", " ADA@Example.ORG ", "\uff21da@example.org"])
def test_an_address_has_one_spelling(db: None, typed: str) -> None:
    user = User.objects.create_user(typed)
    assert user.email == "ada@example.org"
    assert User.objects.get_by_natural_key(typed) == user


def test_an_address_belongs_to_one_user(db: None) -> None:
    User.objects.create_user("ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("Ada@example.org")


def test_the_database_refuses_an_address_that_is_not_normalised(db: None) -> None:
    with pytest.raises(IntegrityError, match="user_email_is_normalised"), transaction.atomic():
        User.objects.create(email="Ada@example.org")


def test_a_user_without_an_agency_may_do_nothing(db: None) -> None:
    user = User.objects.create_user("ada@example.org")
    assert not user.has_perm("tenants.view_client")
    assert not user.has_module_perms("tenants")
