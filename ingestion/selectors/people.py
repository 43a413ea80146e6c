"""People: the contacts that are one person, by the links that hold, within one client."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from ingestion.models import (
    Contact,
    ContactFact,
    Engagement,
    Erasure,
    Export,
    FileBlock,
    FileImport,
    HookBody,
    IdentityLink,
    Insider,
    Outcome,
)
from ingestion.selectors import prospects
from tenants.models import Job
from tenants.models.job import OPEN, STOPPED

# A link that takes matching holds while its source may be matched; see `IdentityLink.holds`.
HOLDS = Q(ended_at__isnull=True) & (Q(matches=False) | Q(source__isnull=True) | Q(source__may_match=True))


def contacts() -> QuerySet[Contact]:
    """Return everybody who was seen with a client, but for those who are being erased."""
    return Contact.objects.filter(erasure__isnull=True).select_related("client")


def erasures() -> QuerySet[Erasure]:
    """Return whose data were erased, without saying whose. `stopped_by`: the job that does not go on by itself."""
    chain = Q(pk=OuterRef("job_id")) | Q(parent_id=OuterRef("job_id"))
    stopped = Job.objects.filter(chain, state__in=STOPPED).order_by("id").values("public_id")[:1]
    return Erasure.objects.select_related("client", "asked_by", "job").annotate(stopped_by=Subquery(stopped))


def files_waited_for(erasure: Erasure) -> QuerySet[FileImport]:
    """Return the client's files that came before somebody's erasure was asked for and are not all landed."""
    files = FileImport.objects.filter(source__client=erasure.client_id, created_at__lte=erasure.created_at)
    return files.filter(Exists(FileBlock.objects.filter(file=OuterRef("pk"))))


def bodies_waited_for(erasure: Erasure) -> QuerySet[HookBody]:
    """Return what was posted before somebody's erasure was asked for and is still to be digested."""
    of_client = HookBody.objects.filter(hook__source__client=erasure.client_id, created_at__lte=erasure.created_at)
    return of_client.filter(job__state__in=OPEN)


def exports() -> QuerySet[Export]:
    """Return archives of people that have not expired, without what is in them."""
    standing = Q(expires_at__isnull=True) | Q(expires_at__gt=Now())
    kept = Export.objects.filter(standing, contact__erasure__isnull=True)
    return kept.select_related("contact__client", "asked_by", "job").defer("content")


def whole(some: Collection[Contact]) -> list[Contact]:
    """Return every contact of the person who is these, all of one client, in the order of their numbers."""
    found = {it.pk: it for it in some}
    new = list(found.values())
    while new:
        client_id, keys = new[0].client_id, [bytes(it.key) for it in new]
        links = IdentityLink.objects.filter(HOLDS, client_id=client_id)
        met = links.filter(Q(contact__in=[it.pk for it in new]) | Q(key__in=keys)).values_list("contact_id", "key")
        others = Contact.objects.filter(client_id=client_id).filter(
            Q(pk__in=[contact for contact, _ in met]) | Q(key__in=[bytes(key) for _, key in met])
        )
        new = [it for it in others if it.pk not in found]
        found |= {it.pk: it for it in new}
    return [found[pk] for pk in sorted(found)]


def keys_of(person: Collection[Contact]) -> set[bytes]:
    """Return the keys of every identifier of a person: of their contacts, and of what the links in force lead from."""
    linked = IdentityLink.objects.filter(HOLDS, contact__in=[it.pk for it in person]).values_list("key", flat=True)
    return {bytes(it.key) for it in person} | {bytes(key) for key in linked}


def elsewhere(person: Collection[Contact]) -> list[Contact]:
    """Return the contacts of other clients that share an identifier with a person."""
    keys, clients = keys_of(person), {it.client_id for it in person}
    linked = IdentityLink.objects.filter(HOLDS, key__in=keys).exclude(client_id__in=clients).values("contact_id")
    others = contacts().exclude(client_id__in=clients).filter(Q(key__in=keys) | Q(pk__in=linked))
    return list(others.order_by("client_id", "id"))


@dataclass(frozen=True)
class Known:
    """What is known of a person: identifiers, links that ended included; facts; the latest acts and outcomes.

    `act.prospect`: the handle of the prospect on whose account it was done, which counts for nothing; null: it counts.
    """

    links: list[IdentityLink]
    facts: list[ContactFact]
    acts: list[Engagement]
    outcomes: list[Outcome]


def known_of(person: Sequence[Contact], *, most: int) -> Known:
    """Return what is known of a person; of acts and outcomes as many at most."""
    ids, keys = [it.pk for it in person], [bytes(it.key) for it in person]
    to_them = IdentityLink.objects.filter(contact__erasure__isnull=True, client_id=person[0].client_id)
    links = to_them.filter(Q(contact__in=ids) | Q(key__in=keys)).select_related("contact", "source", "linked_by")
    acts = Engagement.objects.filter(contact__in=ids).select_related("delivery__source").order_by("-occurred_at", "-id")
    acts = acts.annotate(prospect=prospects.whose())
    outcomes = Outcome.objects.filter(contact__in=ids).select_related("delivery__source")
    return Known(
        list(links.order_by("known_at", "id")),
        list(ContactFact.objects.filter(contact__in=ids).order_by("name", "-at", "-id")),
        list(acts[:most]),
        list(outcomes.order_by("-occurred_at", "-id")[:most]),
    )


def being_erased(erasure_id: str) -> list[int]:
    """Return the row numbers of the contacts that the erasure of this public id is about."""
    return list(Contact.objects.filter(erasure__public_id=erasure_id).order_by("id").values_list("id", flat=True))


def known_since(contact_ids: Collection[int]) -> dict[str, datetime]:
    """Return since when anything was known of a person, by the public id of the source that said it."""
    known: dict[str, datetime] = {}
    for model in (Engagement, Outcome):
        theirs = model._default_manager.filter(contact_id__in=contact_ids).order_by()
        for source_id, since in theirs.values_list("delivery__source__public_id").annotate(since=Min("known_at")):
            known[source_id] = min(since, known.get(source_id, since))
    return known


def insiders() -> QuerySet[Insider]:
    """Return the handles of staff, partners and family, ended ones included; but those of who is being erased."""
    erased = Contact.objects.filter(client=OuterRef("client"), key=OuterRef("key"), erasure__isnull=False)
    return Insider.objects.filter(~Exists(erased)).select_related("client", "entered_by", "ended_by")


def insiders_among(person: Collection[Contact]) -> list[Insider]:
    """Return the handles, in force, by which a person is left out."""
    clients = {it.client_id for it in person}
    return list(insiders().filter(client__in=clients, key__in=keys_of(person), ended_at__isnull=True))


def known_by(some: Collection[Insider]) -> list[Contact]:
    """Return every contact of the people who are known by these handles."""
    found: list[Contact] = []
    for client_id in sorted({it.client_id for it in some}):
        keys = [bytes(it.key) for it in some if it.client_id == client_id]
        linked = IdentityLink.objects.filter(HOLDS, client_id=client_id, key__in=keys).values("contact_id")
        named = Contact.objects.filter(Q(key__in=keys) | Q(pk__in=linked), client_id=client_id)
        found += whole(named.select_related("client"))
    return found


def insiders_seen() -> int:
    """Return how many people are left out as staff, partners or family, of those who were seen."""
    left = {it.pk: it for it in known_by(Insider.objects.filter(ended_at__isnull=True))}
    people = 0
    while left:
        _, contact = left.popitem()
        for it in whole([contact]):
            left.pop(it.pk, None)
        people += 1
    return people


def withheld(client_id: int | None = None) -> set[int]:
    """Return the row numbers of contacts that are not to be scored: they objected to it, are being erased, or belong to
    the brand.
    """
    found = Contact.objects.filter(Q(objected_at__isnull=False) | Q(erasure__isnull=False))
    inside = Insider.objects.filter(ended_at__isnull=True)
    if client_id is not None:
        found, inside = found.filter(client_id=client_id), inside.filter(client_id=client_id)
    return {*found.values_list("id", flat=True), *(it.pk for it in known_by(inside))}


def has_objected(contact_id: str) -> bool:
    """Whether the contact of this public id has objected to profiling."""
    return contacts().filter(public_id=contact_id, objected_at__isnull=False).exists()


def erasures_asked_for() -> set[int]:
    """Return the row numbers of all erasures that were ever asked for."""
    return set(Erasure.objects.values_list("id", flat=True))
