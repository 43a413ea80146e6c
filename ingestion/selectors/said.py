"""What is said of people and of whom a client is for, as frames: texts, which `frames` cannot carry."""

import io
from collections.abc import Collection
from datetime import datetime

import polars as pl
from django.db import connection

from ingestion.selectors.frames import DELIVERED, OF_FACTS, values_of_facts
from tenants.models import Client
from tenants.scope import tenant_id_in_force

MOMENT = "(extract(epoch FROM {}) * 1000000)::bigint"
SAID = f"""
COPY (
    SELECT f.contact_id, f.name, f.value, {MOMENT.format("f.at")}, {MOMENT.format("f.known_at")}
    FROM ingestion_contactfact f {DELIVERED}
    WHERE f.tenant_id = %(tenant)s AND {" AND ".join(OF_FACTS)}
) TO STDOUT (FORMAT CSV)
"""
AUDIENCE = {"language": "audience_languages", "region": "audience_regions", "interest": "audience_interests"}


def facts(
    *,
    known_before: datetime,
    client_id: int | None = None,
    contact_ids: Collection[int] | None = None,
    learnable: bool = False,
) -> pl.DataFrame:
    """Return facts about contacts known before a moment, of one client or all, of some contacts or all. learnable: of
    sources only that may be learnt from. In no order.

    Columns: contact, name, value (texts), at (since when it is so), known_at (UTC).
    """
    values = values_of_facts(known_before, client_id, contact_ids, learnable) | {"tenant": tenant_id_in_force()}
    with connection.cursor() as cursor, cursor.copy(SAID, values) as copy:
        told = io.BytesIO(b"".join(copy))
    columns: dict[str, type[pl.DataType]] = {
        "contact": pl.Int64,
        "name": pl.String,
        "value": pl.String,
        "at": pl.Int64,
        "known_at": pl.Int64,
    }
    empty = not told.getbuffer().nbytes
    found = pl.DataFrame(schema=columns) if empty else pl.read_csv(told, has_header=False, schema=columns)
    return found.with_columns(pl.col("at", "known_at").cast(pl.Datetime("us", "UTC")))


def audience(*, client_id: int | None = None) -> pl.DataFrame:
    """Return what clients say of the people they are for, as they say now.

    Columns: client, what (language, region, interest), value.
    """
    clients = Client.objects.all() if client_id is None else Client.objects.filter(pk=client_id)
    rows = [
        (client, what, value)
        for client, *declared in clients.values_list("pk", *AUDIENCE.values())
        for what, values in zip(AUDIENCE, declared, strict=True)
        for value in values
    ]
    return pl.DataFrame(rows, schema={"client": pl.Int64, "what": pl.String, "value": pl.String}, orient="row")
