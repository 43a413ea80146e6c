"""Where scoring meets what came in: one moment of the database as the facts that features are made of."""

from collections.abc import Collection, Iterator
from datetime import datetime

from ingestion import selectors as ingested
from ingestion.selectors import frames, said, watched
from scoring import selectors
from scoring.features.clock import Facts, Span, confirmations, words_on_leads
from scoring.integrity.catalog import PRACTICES
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
    confirmed = list(_confirmed(before, client_id))
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


def _confirmed(before: datetime, client_id: int | None) -> Iterator[Span]:
    """Yield what was confirmed of what people did, by what each practice sets aside."""

    def spans(sets_aside: str) -> list[tuple[int, int, datetime, datetime, datetime, datetime | None]]:
        codes = [it.code for it in PRACTICES.values() if it.sets_aside == sets_aside]
        return selectors.confirmed_spans(known_before=before, client_id=client_id, practices=codes)

    for channel, client, start, end, at, until in spans("acts"):
        yield channel, client, 0, start, end, at, until
    for _, client, start, end, at, until in spans("on_posts"):
        # What was known by then: a post that comes in later changes nothing that was said before.
        for post in watched.begging(client_id=client, known_before=at, start=start, end=end):
            yield 0, client, post, start, end, at, until


def learnable_of(known_: Facts, *, before: datetime, client_id: int | None = None) -> Facts:
    """Return of facts those that may be learnt from: all of them, or read again where a source may not be."""
    if ingested.may_all_be_learnt_from(client_id):
        return known_
    return known(before=before, client_id=client_id, learnable=True)


def moment(stated: str | None) -> datetime:
    """Return the moment that a job is to speak of: as it was stated, else the database's now."""
    return clock.now() if stated is None else datetime.fromisoformat(stated)
