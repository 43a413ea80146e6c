"""Of whom something came in lately, and whom their acts have to do with: what is scored anew between two runs."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from ingestion.models import Contact
from ingestion.selectors.people import whole
from tenants.scope import tenant_id_in_force

CHANGED = """
SELECT c.client_id, c.id FROM (
    SELECT contact_id FROM ingestion_engagement WHERE tenant_id = %(tenant)s AND received_at >= %(since)s
    UNION SELECT target_id FROM ingestion_engagement
          WHERE tenant_id = %(tenant)s AND received_at >= %(since)s AND target_id IS NOT NULL
    UNION SELECT contact_id FROM ingestion_outcome WHERE tenant_id = %(tenant)s AND created_at >= %(since)s
    UNION SELECT contact_id FROM ingestion_contactfact WHERE tenant_id = %(tenant)s AND created_at >= %(since)s
    UNION SELECT contact_id FROM ingestion_identitylink WHERE tenant_id = %(tenant)s AND created_at >= %(since)s
) changed JOIN ingestion_contact c ON c.tenant_id = %(tenant)s AND c.id = changed.contact_id
ORDER BY c.client_id, c.id LIMIT %(most)s
"""
AROUND = """
SELECT target_id FROM ingestion_engagement
WHERE tenant_id = %(tenant)s AND contact_id = ANY(%(some)s) AND target_id IS NOT NULL
UNION SELECT contact_id FROM ingestion_engagement WHERE tenant_id = %(tenant)s AND target_id = ANY(%(some)s)
"""


def changed(since: datetime, *, most: int) -> dict[int, list[int]]:
    """Return the contacts, by client, of whom anything came in since a moment; so many at most."""
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, _values(since=since, most=most))
        for client_id, contact_id in cursor:
            found.setdefault(client_id, []).append(contact_id)
    return found


def people_of(contact_ids: Collection[int]) -> list[int]:
    """Return every contact of the people who are these, all of one client."""
    return [it.pk for it in whole(list(Contact.objects.filter(pk__in=contact_ids)))]


def around(contact_ids: Collection[int]) -> list[int]:
    """Return every contact of the people with whom these had to do: whom they spoke to, and who spoke to them."""
    with connection.cursor() as cursor:
        cursor.execute(AROUND, _values(some=list(contact_ids)))
        met = {contact_id for (contact_id,) in cursor}
    return people_of(met)


def _values(**more: Any) -> dict[str, Any]:
    return {"tenant": tenant_id_in_force(), **more}
