"""Where scoring meets what came in: one moment of the database as the facts that features are made of."""

from collections.abc import Collection
from datetime import datetime

from ingestion import selectors as ingested
from ingestion.selectors import frames, said
from scoring import selectors
from scoring.features.clock import Facts, confirmations, words_on_leads
from tenants.services import clock


def known(
    *,
    before: datetime,
    client_id: int | None = None,
    contact_ids: Collection[int] | None = None,
    learnable: bool = False,
) -> Facts:
    """Return what was known before a moment, of one client or all, of some contacts or all. learnable: only of sources
    to learn from.
    """
    confirmed = selectors.confirmed_spans(known_before=before, client_id=client_id)
    channels = {channel for channel, *_ in confirmed if channel}
    return Facts(
        acts=frames.acts(known_before=before, client_id=client_id, contact_ids=contact_ids, learnable=learnable),
        outcomes=frames.outcomes(
            known_before=before, client_id=client_id, contact_ids=contact_ids, learnable=learnable
        ),
        links=frames.links(known_before=before, client_id=client_id, contact_ids=contact_ids),
        contacts=frames.contacts(client_id=client_id, contact_ids=contact_ids),
        posts=frames.posts(known_before=before, channel_ids=channels),
        campaigns=frames.campaigns(known_before=before, client_id=client_id),
        confirmed=confirmations(confirmed),
        audience=said.audience(client_id=client_id),
        said=said.facts(known_before=before, client_id=client_id, contact_ids=contact_ids, learnable=learnable),
        feedback=words_on_leads(selectors.feedback(known_before=before, client_id=client_id, contact_ids=contact_ids)),
    )


def learnable_of(known_: Facts, *, before: datetime, client_id: int | None = None) -> Facts:
    """Return of facts those that may be learnt from: all of them, or read again where a source may not be."""
    if ingested.may_all_be_learnt_from(client_id):
        return known_
    return known(before=before, client_id=client_id, learnable=True)


def moment(stated: str | None) -> datetime:
    """Return the moment that a job is to speak of: as it was stated, else the database's now."""
    return clock.now() if stated is None else datetime.fromisoformat(stated)
