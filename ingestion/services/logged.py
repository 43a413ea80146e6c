"""Calls, letters and meetings that members log by hand: they land as every other row does, and can be taken back."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from ingestion.errors import CannotEnter
from ingestion.formats.engagement import Direction
from ingestion.formats.engagement import Engagement as Row
from ingestion.formats.person import Identifier, Known
from ingestion.formats.reading import FORMATS, read
from ingestion.models import Contact, Delivery, Engagement, LoggedAct, Receipt, Shape, Source, What
from ingestion.models.source import SourceKind
from ingestion.services import landing
from tenants.models import Client, Platform, User
from tenants.services import clock

SOURCE = "Logged by hand"
# What each is on the ladder. Both took part, or the person alone: it counts. What the brand did alone is kept, and does
# not count by itself.
ACTS: dict[What, tuple[str, Direction]] = {
    What.CALL: ("call", "two-sided"),
    What.CALL_UNANSWERED: ("call", "outbound"),
    What.MEETING: ("visit", "two-sided"),
    What.EVENT: ("event_attended", "two-sided"),
    What.LETTER_FROM_THEM: ("letter", "inbound"),
    What.LETTER_FROM_US: ("letter", "outbound"),
}
TWICE = "This is logged already, with the same person, at the same moment."


def check(contact: Contact, *, what: str, occurred_at: datetime) -> None:
    """Raise CannotEnter where this cannot be logged."""
    if occurred_at > clock.now():
        raise CannotEnter("This moment has not come yet. Log it once it has happened.")
    standing = LoggedAct.objects.filter(taken_back_at__isnull=True)
    if standing.filter(contact=contact, what=what, occurred_at=occurred_at).exists():
        raise CannotEnter(TWICE)


def log(contact: Contact, *, what: str, occurred_at: datetime, by: User) -> LoggedAct:
    """Land what happened with a contact. Scores know of it from the next run on. Raises CannotEnter."""
    check(contact, what=what, occurred_at=occurred_at)
    act = LoggedAct(
        client_id=contact.client_id, contact=contact, what=what, occurred_at=occurred_at, logged_by=by
    )  # fmt: skip
    try:
        with transaction.atomic():
            act.delivery = _land(act)
            act.save()
    except IntegrityError as twice:  # somebody else did, meanwhile
        raise CannotEnter(TWICE) from twice
    return act


def take_back(act: LoggedAct, *, by: User) -> None:
    """Let the act go: from the next run on, it is as if it had never been. Raises CannotEnter where it has gone."""
    taken = LoggedAct.objects.filter(pk=act.pk, taken_back_at__isnull=True)
    if not taken.update(taken_back_at=Now(), taken_back_by=by):
        raise CannotEnter("This has been taken back already.")
    # The receipt, too, so that the same id can land again.
    source_id = act.delivery.source_id
    Engagement.objects.filter(
        contact=act.contact_id, occurred_at=act.occurred_at, delivery=act.delivery_id, ext_id=act.public_id
    ).delete()
    Receipt.objects.filter(source_id=source_id, shape=Shape.ENGAGEMENTS, ext_id=act.public_id).delete()


def put_back(act: LoggedAct) -> None:
    """Land an act again that was taken back; it is known from now on. Raises CannotEnter."""
    locked = LoggedAct.objects.select_for_update().get(pk=act.pk)
    if locked.taken_back_at is None:
        raise CannotEnter("This has not been taken back.")
    try:
        with transaction.atomic():
            locked.taken_back_at = locked.taken_back_by = None
            locked.delivery = _land(locked)
            locked.save(update_fields=["taken_back_at", "taken_back_by", "delivery"])
    except IntegrityError as twice:
        raise CannotEnter(TWICE) from twice


def _land(act: LoggedAct) -> Delivery:
    source = _source(act.client)
    terms = landing.terms(source, Shape.ENGAGEMENTS)
    them = terms.register.introduce(_known(act.contact))
    kind, direction = ACTS[What(act.what)]
    is_ours = direction == "outbound"
    row = Row(
        id=act.public_id,
        kind=kind,
        direction=direction,
        actor=None if is_ours else them,
        target=them if is_ours else None,
        occurred_at=act.occurred_at,
        known_at=terms.now if terms.known_at == "stated" else None,
        provenance="logged by hand",
    )
    reading = read(FORMATS[Shape.ENGAGEMENTS.label], terms, [row], decode=lambda it: it, kept=str)
    landed = landing.land(reading, source=source, shape=Shape.ENGAGEMENTS)
    for verdict in (*landed.quarantined, *landed.duplicate, *landed.erased):
        raise CannotEnter(verdict.detail)
    return landed.delivery


def _source(client: Client) -> Source:
    """Return where a client's logged acts come from: a source as any other, made when it is needed first."""
    made_of = {"name": SOURCE, "platform": Platform.OFFLINE}
    try:
        return Source.objects.get_or_create(client=client, kind=SourceKind.BY_HAND, defaults=made_of)[0]
    except IntegrityError as taken:
        raise CannotEnter(f"Another source of this client is called “{SOURCE}”. Give it another name first.") from taken


def _known(contact: Contact) -> Known:
    """Return a contact as a row would have named them, by the identifier under which they are matched."""
    key = bytes(contact.key)
    return Known(key, key, Identifier(contact.kind), contact.platform, "", contact.handle, "")
