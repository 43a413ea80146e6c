"""Role → permission."""

import pytest

from tenants.models import Role
from tenants.services.roles import may
from tests.conftest import Agency


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("tenants.view_client", {Role.OWNER, Role.MANAGER, Role.ANALYST, Role.VIEWER}),
        ("tenants.change_client", {Role.OWNER, Role.MANAGER}),
        ("tenants.view_apikey", {Role.OWNER, Role.MANAGER}),
        ("scoring.change_ethicswarning", {Role.OWNER, Role.MANAGER, Role.ANALYST}),
        ("scoring.view_ethicswarning", {Role.OWNER, Role.MANAGER, Role.ANALYST, Role.VIEWER}),
        ("tenants.add_member", {Role.OWNER}),
        ("tenants.change_tenant", {Role.OWNER}),
        ("auth.change_group", set()),
    ],
)
def test_a_permission_belongs_to_these_roles(permission: str, roles: set[str]) -> None:
    assert {role for role in Role if may(role, permission)} == roles


def test_somebody_who_is_switched_off_holds_no_permission(agency: Agency) -> None:
    owner = agency.owner
    owner.member = type("Member", (), {"role": Role.OWNER})()
    assert owner.has_perm("tenants.change_client")
    owner.is_active = False
    assert not owner.has_perm("tenants.change_client")
