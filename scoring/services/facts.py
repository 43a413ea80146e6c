"""Where scoring meets what came in: one moment of the database as the facts that features are made of."""

from datetime import datetime

from ingestion.selectors import frames
from scoring.features.clock import Facts
from tenants.services import clock


def known(*, before: datetime, client_id: int | None = None, learnable: bool = False) -> Facts:
    """Return what was known before a moment, of one client or all. learnable: only of sources to learn from."""
    return Facts(
        acts=frames.acts(known_before=before, client_id=client_id, learnable=learnable),
        outcomes=frames.outcomes(known_before=before, client_id=client_id, learnable=learnable),
        links=frames.links(known_before=before, client_id=client_id),
        contacts=frames.contacts(client_id=client_id),
    )


def moment(stated: str | None) -> datetime:
    """Return the moment that a job is to speak of: as it was stated, else the database's now."""
    return clock.now() if stated is None else datetime.fromisoformat(stated)
