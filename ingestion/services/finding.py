"""Finding somebody by what they are known by."""

from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from ingestion import selectors
from ingestion.errors import CannotFind
from ingestion.formats.person import Identifier, Known, Person, Register
from ingestion.formats.refusal import RowRefused
from ingestion.models import Contact, IdentityLink, Outcome, Source
from ingestion.selectors.people import HOLDS
from ingestion.services.landing import IDENTITY
from tenants.models import Platform
from tenants.services.secret import secret_for


def find(*, handle: str = "", email: str = "", customer: str = "") -> QuerySet[Contact]:
    """Return the contacts, of any client, who are known by any of these; a handle with or without the @, in any case,
    on any platform. Also found is whoever is shown by the handle and known by an id, for another account may have had
    the handle first. Raises CannotFind where what was asked is no handle, or no address.
    """
    try:
        keys = set(_keys(handle=handle, email=email, customer=customer))
    except RowRefused as wrong:
        raise CannotFind(wrong.detail) from wrong
    linked = IdentityLink.objects.filter(HOLDS, key__in=keys).values("contact_id")
    found = Q(key__in=keys) | Q(pk__in=linked)
    if shown := handle.strip().removeprefix("@"):
        found |= Q(kind=Identifier.EXTERNAL_ID, handle__iexact=shown)
    return selectors.contacts().filter(found)


def find_any(text: str) -> QuerySet[Contact]:
    """Return the contacts who are known by this, whichever it is; nobody where it can be none of them."""
    try:
        return find(handle=text, email=text if "@" in text.strip()[1:] else "", customer=text)
    except CannotFind:
        return Contact.objects.none()


def by_handle(handle: str, *, platform: str) -> Known:
    """Return whoever has a handle on a platform, seen here or not. Raises CannotFind where it is no handle."""
    try:
        return Register(secret_for(IDENTITY), "", platform, frozenset(Platform.values)).known(Person(handle=handle), "")
    except RowRefused as wrong:
        raise CannotFind(wrong.detail) from wrong


def by_number(customer: str, *, source: Source) -> QuerySet[Contact]:
    """Return the contacts of whom a source has told an outcome under this customer number, whether or not it might be
    matched at the time. Raises CannotFind where it is no number.
    """
    try:
        keys = list(_apart([Person(customer=customer)], "", source.public_id))
    except RowRefused as wrong:
        raise CannotFind(wrong.detail) from wrong
    told = Outcome.objects.filter(contact=OuterRef("pk"), delivery__source=source)
    return selectors.contacts().filter(Exists(told), client=source.client_id, key__in=keys)


def _keys(*, handle: str, email: str, customer: str) -> Iterator[bytes]:
    if handle.strip():
        for platform in Platform.values:
            yield by_handle(handle, platform=platform).key
    asked = [Person(email=email)] * bool(email.strip()) + [Person(customer=customer)] * bool(customer.strip())
    if asked:
        yield from _apart(asked, "", *Source.objects.values_list("public_id", flat=True))


def _apart(people: Iterable[Person], *realms: str) -> Iterator[bytes]:
    """Yield the keys of people by what holds within a source, or the client ("")."""
    for realm in realms:
        register = Register(secret_for(IDENTITY), realm, Platform.OTHER, frozenset(Platform.values))
        yield from (register.known(person, "").key for person in people)
