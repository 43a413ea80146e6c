"""What is known of creators' channels before they are hired, as pages and the API tell it."""

from datetime import tzinfo

from django.db.models import QuerySet

from scoring import selectors
from scoring.integrity.catalog import CHECKS, VETTING
from scoring.integrity.catalog.bought_followers import BOUGHT_FOLLOWERS
from scoring.integrity.check import Judged
from scoring.integrity.vetting import Vetted, vet
from scoring.models import Finding, Prospect
from scoring.services.warnings import result

RULES = [(it.code, it.version) for it in (BOUGHT_FOLLOWERS, VETTING)]


def prospects() -> QuerySet[Prospect]:
    """Return the channels of creators that are being vetted, with what there is to tell of each."""
    return selectors.prospects(RULES)


def vetted(prospect: Prospect, *, zone: tzinfo) -> Vetted:
    """Return what is known of one of `prospects()`, in words."""
    said: list[Finding] = prospect.said  # type: ignore[attr-defined]
    tested = (
        (CHECKS[it.check_code], Judged(it.window, it.place, it.start, it.end, result(it), channel=it.channel_id))
        for it in said
    )
    return vet(tested, zone=zone)
