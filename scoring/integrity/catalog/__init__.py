"""The practices that are looked for, the checks that look, and what is advised. docs/integrity.md shows the same; a
test compares.
"""

from collections.abc import Sequence

from scoring.integrity.catalog.automated_engagement import AUTOMATED_ENGAGEMENT
from scoring.integrity.catalog.bought_followers import BOUGHT_FOLLOWERS
from scoring.integrity.catalog.conduct import COMMUNITY, CONDUCT
from scoring.integrity.catalog.engagement_pods import ENGAGEMENT_PODS
from scoring.integrity.catalog.giveaway_bait import GIVEAWAY_BAIT
from scoring.integrity.catalog.own_automation import OWN_AUTOMATION
from scoring.integrity.catalog.practice import Advice, Check, Practice
from scoring.integrity.catalog.vetting import VETTING

PRACTICES = {
    it.code: it for it in (BOUGHT_FOLLOWERS, ENGAGEMENT_PODS, AUTOMATED_ENGAGEMENT, OWN_AUTOMATION, GIVEAWAY_BAIT)
}
LOOKED_AT: dict[str, Practice | Advice] = {**PRACTICES, **{it.code: it for it in (CONDUCT, COMMUNITY, VETTING)}}
# Of a client as a whole; the others are of a channel.
OF_CLIENTS: Sequence[Practice | Advice] = (*(it for it in PRACTICES.values() if it.window), CONDUCT, COMMUNITY)
CHECKS = {check.code: check for it in LOOKED_AT.values() for check in it.checks}

__all__ = ["CHECKS", "LOOKED_AT", "OF_CLIENTS", "PRACTICES", "VETTING", "Advice", "Check", "Practice"]
