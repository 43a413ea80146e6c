"""Whoever changes what an agency's readers are shown takes turns with the others who do."""

from tenants.models import Tenant
from tenants.scope import tenant_id_in_force


def take_turns() -> Tenant:
    """Let nobody else take a turn of the agency in force until this transaction ends.

    A lock that does not hold up those who add rows to the agency.
    """
    return Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id_in_force())
