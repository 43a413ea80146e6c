"""Role → permission."""

import pytest

from tenants.models import Role
from tenants.services.roles import may


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("tenants.view_client", {Role.OWNER, Role.MANAGER, Role.ANALYST, Role.VIEWER}),
        ("tenants.change_client", {Role.OWNER, Role.MANAGER}),
        ("tenants.view_apikey", {Role.OWNER, Role.MANAGER}),
        ("tenants.add_member", {Role.OWNER}),
        ("tenants.change_tenant", {Role.OWNER}),
        ("auth.change_group", set()),
    ],
)
def test_a_permission_belongs_to_these_roles(permission: str, roles: set[str]) -> None:
    assert {role for role in Role if may(role, permission)} == roles
