"""Agencies: made, and entered by those who belong to them."""

from django.db import connection, transaction

from tenants import scope
from tenants.models import Role, Tenant
from tenants.services import members, schedules

# What is done for every agency, at these hours by its own clock; the app above that knows how handles the kinds. Twice
# what has to be done within a day.
DAILY = (("remove", 1), ("tidy", 2), ("nightly_scoring", 3), ("watch", 4), ("remove", 13))


def create_tenant(*, name: str, owner_email: str, zone: str = "Europe/London", locale: str = "en-gb") -> Tenant:
    """Make an agency with its first owner. A new owner sets a password through a mail's link; see `members.invite`.

    Raises ValidationError for a zone or locale that does not exist.
    """
    with transaction.atomic():
        tenant = Tenant(id=_next_id(), name=name, zone=zone, locale=locale)
        # Row-level security takes a tenant's row only from within that tenant.
        with scope.of_tenant(tenant.id):
            tenant.full_clean()
            tenant.save(force_insert=True)
            members.invite(email=owner_email, role=Role.OWNER)
            for kind, hour in DAILY:
                schedules.create(kind, hour=hour)
    return tenant


def change(tenant: Tenant) -> None:
    """Save what was changed of the agency in force; a new time zone moves the slots of its schedules."""
    with transaction.atomic():
        before = Tenant.objects.get(pk=tenant.pk).zone
        tenant.save()
        if tenant.zone != before:
            schedules.replan()


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('tenants_tenant', 'id'))")
        return int(cursor.fetchone()[0])
