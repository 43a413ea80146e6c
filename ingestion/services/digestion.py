"""What was posted to webhooks, digested by a job.

    HookBody ──► digest ──► rows ──► as many Deliveries as there are sources and shapes
                  │    ▲
                  ▼    │ deals, with whose they are
                HubSpot, whose posts say only that something changed, or who is to be forgotten: that is done first

What is posted twice lands once: every event has an id of its sender's. A body is kept until its sender has answered.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from msgspec import convert

from ingestion import selectors
from ingestion.errors import CannotFind, TokenRefused
from ingestion.formats import envelopes
from ingestion.formats.fact import Fact
from ingestion.formats.person import Person
from ingestion.formats.reading import FORMATS, Reading, Verdict
from ingestion.formats.refusal import RowRefused
from ingestion.formats.webhooks import declared, hubspot, meta, x
from ingestion.formats.webhooks.payload import text_at
from ingestion.formats.webhooks.row import Row
from ingestion.models import Contact, Hook, HookBody, Sender, Shape, Source
from ingestion.outbound import hubspot as crm
from ingestion.outbound.web import ENTER_ANOTHER, web
from ingestion.services import asking, erasure, finding, landing
from ingestion.services.quarantine import KEPT
from tenants.scope import tenant_id_in_force
from tenants.services import clock, jobs
from tenants.services.secret import unseal

# With whom the money of deals has landed.
BUYERS = """
SELECT r.ext_id, CASE c.kind WHEN 'customer' THEN c.handle ELSE '' END FROM ingestion_receipt r
LEFT JOIN ingestion_outcome o ON o.tenant_id = r.tenant_id AND o.delivery_id = r.delivery_id AND o.ext_id = r.ext_id
LEFT JOIN ingestion_contact c ON c.tenant_id = o.tenant_id AND c.id = o.contact_id
WHERE r.tenant_id = %(tenant)s AND r.source_id = %(source)s AND r.shape = %(shape)s AND r.ext_id = ANY(%(ids)s)
"""
# Whom an act is about that came earlier. Its batch says in which part of the table it lies.
AUTHORS = """
SELECT r.ext_id, c.platform, c.handle, c.key FROM ingestion_receipt r
JOIN ingestion_delivery d ON d.tenant_id = r.tenant_id AND d.id = r.delivery_id
JOIN ingestion_engagement e ON e.tenant_id = r.tenant_id AND e.delivery_id = d.id AND e.ext_id = r.ext_id
                           AND e.received_at BETWEEN d.created_at - interval '10 minutes' AND d.created_at
JOIN ingestion_contact c ON c.tenant_id = e.tenant_id AND c.id = e.contact_id
WHERE r.tenant_id = %(tenant)s AND r.source_id = %(source)s AND r.shape = %(shape)s AND r.ext_id = ANY(%(ids)s)
"""
NO_TOKEN = f"There is no token to ask HubSpot with, or it was sealed with another SECRET_KEY. {ENTER_ANOTHER}"
NO_SOURCE = (
    "There is no source for the account “{}”. Make a webhook with it in the admin; what comes from then on lands."
)


def digest(work: jobs.Work) -> None:
    """Land what a body says, each event where its account belongs, and let the body go.

    Raises NotJson, TooDeep, TooManyRows, or TokenRefused where the sender is to be asked and refuses: the body is kept
    then, and gone after 30 days. Where it does not answer the body waits.
    """
    with work.reading():
        kept = HookBody.objects.select_related("hook__source").filter(pk=work.args["body"]).first()
        now = clock.now()
    if kept is None:  # done, by an attempt whose end nobody heard of
        return
    hook, body = kept.hook, bytes(kept.body)
    if hook.sender == Sender.HUBSPOT:
        _forget(work, hook, body)
    wrong = Hook.objects.filter(pk=hook.pk, token_to_ask=hook.token_to_ask)
    found = asking.ask(
        work,
        lambda: _rows(work, hook, body),
        rows=wrong,
        silent=now - kept.created_at,
        every=settings.JOB_BACK_OFF,
        noting={},
    )
    if found is None:
        return
    with work.reading():
        readings = [_read(hook, *group) for group in _by_source(hook, found)]
    with work.finishing():
        for source, shape, reading in readings:
            landing.land(reading, source=source, shape=shape)
        left_out = sum(1 for row in found if row.left_out)
        Hook.objects.filter(pk=hook.pk).update(bodies=F("bodies") + 1, left_out=F("left_out") + left_out, last_at=Now())
        if any(row.shape == Shape.OUTCOMES.label for row in found):  # it was asked, and answered
            wrong.update(error_code="", error="")
        kept.delete()


def _rows(work: jobs.Work, hook: Hook, body: bytes) -> Sequence[Row]:
    if hook.sender == Sender.META:
        return meta.rows(body)
    if hook.sender == Sender.HUBSPOT:
        return _of_hubspot(work, hook, body)
    return x.rows(body) if hook.sender == Sender.X else declared.rows(body, convert(hook.mapping, declared.Mapping))


def _of_hubspot(work: jobs.Work, hook: Hook, body: bytes) -> list[Row]:
    """Return the events, and in the place of those about deals what HubSpot answers of these."""
    numbers = hubspot.deals(body, account=hook.account)
    if not numbers:
        return hubspot.rows(body)
    token = unseal(hook.token_to_ask)
    if not token or hook.error_code == TokenRefused.code:  # every body would be refused anew
        raise TokenRefused(hook.error or NO_TOKEN)
    found = crm.deals(web(), token=token, numbers=numbers)
    deals = {hubspot.deal_id(text_at(deal, "id")): deal for deal in found.deals}
    apart = {own_id: hubspot.ids_apart(deal) for own_id, deal in deals.items()}
    with work.reading():
        landed = _buyers(hook.source, [*deals, *(it for ids in apart.values() for it in ids)])
    # Where a colleague's row landed the deal's own did, too, and went with whoever was erased since.
    gone = {own_id: "" for own_id, ids in apart.items() if not landed.keys().isdisjoint(ids)}
    outcomes = [
        row
        for own_id, deal in deals.items()
        for row in hubspot.outcome(
            deal, found.contacts, currency=found.currency, buyer=({**gone, **landed}).get(own_id)
        )
    ]
    return [*(row for row in hubspot.rows(body) if row.row.get("id") not in deals), *outcomes]


def _forget(work: jobs.Work, hook: Hook, body: bytes) -> None:
    """Have everybody erased whom HubSpot deleted for privacy's sake: whatever becomes of the rest, and once."""
    numbers = hubspot.forgotten(body, account=hook.account)
    if not numbers:
        return
    with work.step(0):
        found: list[Contact] = []
        for number in numbers:
            with suppress(CannotFind):  # nobody is known by that
                found += finding.by_number(number, source=hook.source)
        for contact in sorted(found, key=lambda it: it.pk):  # in one order, whichever the posts have them in
            erasure.ask(contact, by=None)


def _buyers(source: Source, ids: list[str]) -> dict[str, str]:
    """Return with whom rows of these ids have landed: their customer number; empty for who has none, or is gone."""
    values: dict[str, Any] = {
        "tenant": tenant_id_in_force(),
        "source": source.pk,
        "shape": Shape.OUTCOMES,
        "ids": ids,
    }
    with connection.cursor() as cursor:
        cursor.execute(BUYERS, values)
        return dict(cursor.fetchall())


def _by_source(hook: Hook, rows: Iterable[Row]) -> list[tuple[Source, Shape, list[Row]]]:
    """Return the rows by the source of their account; of an account without one, they stay with this webhook's."""
    sources = {it.account: it.source for it in selectors.hooks().filter(sender=hook.sender, enabled=True)}
    grouped: defaultdict[tuple[Source, Shape], list[Row]] = defaultdict(list)
    for row in rows:
        if not row.left_out:
            source = sources.get(row.account, hook.source) if row.account else hook.source
            grouped[source, Shape.called(row.shape)].append(row)
    return [(source, shape, of_both) for (source, shape), of_both in grouped.items()]


def _read(hook: Hook, source: Source, shape: Shape, rows: list[Row]) -> tuple[Source, Shape, Reading]:
    written = [row.written for row in _with_targets(source, rows)]
    reading = envelopes.read(FORMATS[shape.label], landing.terms(source, shape), envelopes.Batch(written))
    aside = {it.index: it for it in _set_aside(hook, source, rows)}
    reading.facts = [_linked(fact, source, rows[fact.index]) for fact in reading.facts if fact.index not in aside]
    reading.refused = [*(it for it in reading.refused if it.index not in aside), *aside.values()]
    return source, shape, reading


def _set_aside(hook: Hook, source: Source, rows: list[Row]) -> Iterator[Verdict]:
    for index, row in enumerate(rows):
        if _is_strange(hook, source, row):
            yield Verdict(index, "unknown_account", "", NO_SOURCE.format(row.account[:60]))
        elif row.aside:
            yield Verdict(index, "reopened", "", row.aside)


def _linked(fact: Fact, source: Source, row: Row) -> Fact:
    """Return a fact with what its person is linked by; its digest knows nothing of that."""
    if not row.email:
        return fact
    who = Person(customer=row.row["who"]["customer"], name=row.row["who"].get("name"), email=row.email)
    with suppress(RowRefused):  # what a CRM has for an address may be none
        fact = replace(fact, people=(landing.register_of(source).known(who, ""),))
    return fact


def _is_strange(hook: Hook, source: Source, row: Row) -> bool:
    """Whether an event is of an account that this webhook is not for, and no other is."""
    return bool(hook.account and row.account and row.account != hook.account and source == hook.source)


def _with_targets(source: Source, rows: list[Row]) -> list[Row]:
    """Fill in whom the brand answered where only the act is named: in this body, or among those that came before."""
    wanted = {row.row["in_reply_to"] for row in rows if _lacks_target(row)}
    if not wanted:
        return rows
    authors = _authors(source, wanted)
    authors |= {row.row["id"]: row.row["actor"] for row in rows if row.row.get("id") in wanted and "actor" in row.row}
    return [
        replace(row, row=row.row | {"target": authors[row.row["in_reply_to"]]})
        if _lacks_target(row) and row.row["in_reply_to"] in authors
        else row
        for row in rows
    ]


def _lacks_target(row: Row) -> bool:
    return row.row.get("direction") == "outbound" and not row.row.get("target") and "in_reply_to" in row.row


def _authors(source: Source, ids: set[str]) -> dict[str, dict[str, str]]:
    """Return whom acts are about, as a row names them: by handle, or by the id where no handle was ever known."""
    register = landing.terms(source, Shape.ENGAGEMENTS).register
    values: dict[str, Any] = {
        "tenant": tenant_id_in_force(),
        "source": source.pk,
        "shape": Shape.ENGAGEMENTS,
        "ids": list(ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(AUTHORS, values)
        found = cursor.fetchall()
    named = {}
    for ext_id, platform, shown, key in found:
        by_id = register.known(Person(platform=platform, external_id=shown), "").key == bytes(key)
        named[ext_id] = {"platform": platform, "external_id" if by_id else "handle": shown}
    return named


def expire() -> None:
    """Let go of bodies that nothing could be made of, once they have been kept for long enough."""
    HookBody.objects.filter(created_at__lte=Now() - KEPT).delete()
