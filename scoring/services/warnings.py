"""What warnings say."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from scoring import selectors
from scoring.integrity.catalog import PRACTICES
from scoring.integrity.check import Answer, Result
from scoring.integrity.evidence import Evidence
from scoring.integrity.evidence import evidence as in_words
from scoring.models import EthicsWarning, Finding
from tenants.models import ChannelRole, Tenant
from tenants.scope import tenant_id_in_force


@dataclass(frozen=True)
class Told:
    """A warning with what it says."""

    warning: EthicsWarning
    evidence: Evidence


def told(warnings: Sequence[EthicsWarning]) -> list[Told]:
    """Return some warnings in words, with dates of the agency's time zone."""
    zone = ZoneInfo(Tenant.objects.get(pk=tenant_id_in_force()).zone)
    results: dict[tuple[object, ...], dict[str, Result]] = {}
    for finding in selectors.findings_of(warnings):
        results.setdefault(_window(finding), {})[finding.check_code] = result(finding)
    return [Told(warning, _evidence(warning, results[_window(warning)], zone)) for warning in warnings]


def _evidence(warning: EthicsWarning, results: dict[str, Result], zone: ZoneInfo) -> Evidence:
    return in_words(
        PRACTICES[warning.practice],
        results,
        subject=str(warning.subject),
        start=warning.start,
        end=warning.end,
        zone=zone,
        counting=warning.families,
        of_prospect=warning.channel is not None and warning.channel.role == ChannelRole.PROSPECT,
    )


def _window(spoken_of: Finding | EthicsWarning) -> tuple[object, ...]:
    return tuple(getattr(spoken_of, name) for name in ("channel_id", "client_id", *selectors.WINDOW))


def result(finding: Finding) -> Result:
    """Return a finding as its check gave it."""
    return Result(
        Answer(finding.answer),
        n=finding.n,
        effect=finding.effect,
        low=finding.low,
        high=finding.high,
        p=finding.p,
        why=finding.why,
        seen=finding.seen,
    )
