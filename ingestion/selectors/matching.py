"""Of whom an outcome is known: whether they are seen engaging, too, by the links that hold."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from ingestion.models import Contact, Delivery, Direction, Engagement, IdentityLink, Nature, Outcome
from ingestion.selectors.people import HOLDS
from ingestion.selectors.prospects import counts


@dataclass(frozen=True)
class Matched:
    """People of one client of whom an outcome is known. seen: how many of them engage; waiting: the contacts of those
    who do not, whose outcomes wait until somebody is known to be them.

    Left out: rows that say who somebody is by an address or a customer number, and came while their source might not
    be matched; links, which rows made while it might be, of sources that may not now.
    """

    people: int
    seen: int
    waiting: frozenset[int]
    rows_left_out: int
    links_left_out: int


def matched(client_id: int) -> Matched:
    """Return how many people with an outcome are seen engaging: of their own accord, whenever, with the brand and not
    on the accounts of prospects.
    """
    outcomes = Outcome.objects.filter(contact__client_id=client_id, contact__erasure__isnull=True).order_by()
    bought = set(outcomes.values_list("contact_id", flat=True).distinct())
    person = _persons(client_id)
    theirs = {person.get(contact, contact) for contact in bought}
    members = bought | {contact for contact, whose in person.items() if whose in theirs}
    seen = {person.get(contact, contact) for contact in _engaging(members)}
    waiting = {contact for contact in bought if person.get(contact, contact) not in seen}
    rows = Delivery.objects.filter(source__client_id=client_id, removed_at__isnull=True).aggregate(
        rows=Sum("unmatched")
    )
    resting = IdentityLink.objects.filter(
        client_id=client_id,
        ended_at__isnull=True,
        matches=True,
        source__may_match=False,
        contact__erasure__isnull=True,
    )
    return Matched(len(theirs), len(theirs & seen), frozenset(waiting), rows["rows"] or 0, resting.count())


def outcomes() -> QuerySet[Outcome]:
    """Return what engagement led to, as far as it is known."""
    shown = Outcome.objects.filter(contact__erasure__isnull=True)
    return shown.select_related("contact__client", "delivery__source")


def _engaging(contacts: Iterable[int]) -> QuerySet[Contact, int]:
    acts = Engagement.objects.filter(
        counts(),
        contact_id=OuterRef("pk"),
        nature=Nature.ACT,
        direction__in=[Direction.INBOUND, Direction.TWO_SIDED],
    )
    return Contact.objects.filter(Exists(acts), pk__in=list(contacts)).order_by().values_list("pk", flat=True)


def _persons(client_id: int) -> dict[int, int]:
    """Return who is who: contact → a number that is equal for those that are one person; of nobody who stands alone."""
    links = IdentityLink.objects.filter(HOLDS, client_id=client_id).exclude(key=F("contact__key")).order_by()
    leading = [(contact, bytes(key)) for contact, key in links.values_list("contact_id", "key")]
    known = Contact.objects.filter(client_id=client_id, key__in=links.values("key")).values_list("key", "pk")
    at = {bytes(key): pk for key, pk in known}
    person: dict[int, int] = {}

    def find(contact: int) -> int:
        while person.setdefault(contact, contact) != contact:
            person[contact] = person[person[contact]]  # halves the way for whoever comes next
            contact = person[contact]
        return contact

    for one, key in leading:
        if key in at:
            person[find(one)] = find(at[key])
    return {contact: find(contact) for contact in list(person)}
