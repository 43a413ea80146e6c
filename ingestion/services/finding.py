"""Finding somebody by what they are known by."""

from collections.abc import Collection, Iterator

from django.db.models import Q, QuerySet

from ingestion import selectors
from ingestion.errors import CannotFind
from ingestion.formats.person import Known, Person, Register
from ingestion.formats.refusal import RowRefused
from ingestion.models import Contact, IdentityLink, Source
from ingestion.selectors.people import HOLDS
from ingestion.services.landing import IDENTITY
from tenants.models import Platform
from tenants.services.secret import secret_for


def find(*, handle: str = "", email: str = "", customer: str = "") -> QuerySet[Contact]:
    """Return the contacts, of any client, who are known by any of these; a handle with or without the @, in any case,
    on any platform. Raises CannotFind where what was asked is no handle, or no address.
    """
    try:
        keys = set(_keys(handle=handle, email=email, customer=customer))
    except RowRefused as wrong:
        raise CannotFind(wrong.detail) from wrong
    return _of(keys)


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


def known_as(who: Known, *, client_id: int) -> QuerySet[Contact]:
    """Return the contacts of a client who are known as a row's somebody is."""
    return _of({who.key}).filter(client_id=client_id)


def _of(keys: Collection[bytes]) -> QuerySet[Contact]:
    linked = IdentityLink.objects.filter(HOLDS, key__in=keys).values("contact_id")
    return selectors.contacts().filter(Q(key__in=keys) | Q(pk__in=linked))


def _keys(*, handle: str, email: str, customer: str) -> Iterator[bytes]:
    secret = secret_for(IDENTITY)
    if handle.strip():
        for platform in Platform.values:
            yield by_handle(handle, platform=platform).key
    asked = [Person(email=email)] * bool(email.strip()) + [Person(customer=customer)] * bool(customer.strip())
    if not asked:
        return
    for apart in ("", *Source.objects.values_list("public_id", flat=True)):
        register = Register(secret, apart, Platform.OTHER, frozenset(Platform.values))
        yield from (register.known(person, "").key for person in asked)
