"""Identity links by hand: two contacts are said to be one person, and a link is taken back."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from ingestion.errors import CannotLink
from ingestion.models import Contact, IdentityLink, LinkedHow
from tenants.models import User


def link(contact: Contact, same_as: Contact, *, by: User) -> IdentityLink:
    """Say that whoever is known as `same_as` is `contact`. Counted together from the next run on. Raises CannotLink."""
    if contact.pk == same_as.pk:
        raise CannotLink("Choose two contacts; a contact is itself already.")
    if Contact.objects.filter(pk__in=[contact.pk, same_as.pk], erasure__isnull=False).exists():
        raise CannotLink("One of the two is not here any more. Choose two contacts that are.")
    if contact.client_id != same_as.client_id:
        raise CannotLink("Choose two contacts of one client. What one brand's people do is not told to another.")
    try:
        with transaction.atomic():
            return IdentityLink.objects.create(
                contact=contact, client_id=contact.client_id, key=same_as.key, kind=same_as.kind, how=LinkedHow.BY_HAND,
                linked_by=by, known_at=Now(),
            )  # fmt: skip
    except IntegrityError as taken:
        raise CannotLink(f"{same_as} leads to somebody already. End that link first.") from taken


def end(link: IdentityLink, *, by: User) -> None:
    """Take a link back: what was counted together is counted apart from the next run on.

    It is not made again by itself. Raises CannotLink where it has ended already.
    """
    ended = IdentityLink.objects.filter(pk=link.pk, ended_at__isnull=True).update(ended_at=Now(), ended_by=by)
    if not ended:
        raise CannotLink("This link has ended already.")
