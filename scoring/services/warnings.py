"""What warnings and findings say, and how often the rules were wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from ingestion import selectors as ingestion
from scoring import selectors
from scoring.integrity import plots as plotting
from scoring.integrity.beside import AFTER, Deed, beside
from scoring.integrity.catalog import CHECKS, PRACTICES, Practice
from scoring.integrity.catalog.bought_followers import GROWTH
from scoring.integrity.check import Answer, Result
from scoring.integrity.evidence import Evidence
from scoring.integrity.evidence import evidence as in_words
from scoring.integrity.plots import Plot
from scoring.learning.rates import wilson
from scoring.models import EthicsWarning, Finding
from tenants.models import ChannelRole, Tenant
from tenants.scope import tenant_id_in_force


@dataclass(frozen=True)
class Told:
    """A warning with what it says."""

    warning: EthicsWarning
    evidence: Evidence
    plots: Sequence[Plot] = ()


def told(warnings: Sequence[EthicsWarning]) -> list[Told]:
    """Return some warnings in words, with dates of the agency's time zone, and what else their clients did then."""
    zone = zone_in_force()
    findings: dict[tuple[object, ...], list[Finding]] = {}
    for finding in selectors.findings_of(warnings):
        findings.setdefault(_window(finding), []).append(finding)
    deeds = _deeds(warnings)
    found = []
    for it in warnings:
        # What a client had done was done for its own channels, not for those of a creator who is being vetted.
        of_client = [] if _is_of_prospect(it) else deeds.get(it.whose.pk, [])
        context = beside(of_client, start=it.start, end=it.end, zone=zone)
        found.append(Told(it, replace(_evidence(it, findings[_window(it)], zone), context=context)))
    return found


def zone_in_force() -> ZoneInfo:
    """Return the time zone of the agency in force, which dates in sentences are for."""
    return ZoneInfo(Tenant.objects.get(pk=tenant_id_in_force()).zone)


def plots(warning: EthicsWarning) -> list[Plot]:
    """Return what a warning rests on as series: the growth before and after, and what its checks can draw."""
    drawn = [(CHECKS[it.check_code].plot, result(it)) for it in selectors.findings_of([warning])]
    screened = [(it.start, it.end, result(it)) for it in selectors.screened_around(warning, GROWTH.code)]
    around = [plotting.growth(screened)] if screened else []
    of_checks = [draw(seen) for draw, seen in drawn if draw]
    return [*around, *(it for it in of_checks if it)]


@dataclass(frozen=True)
class Record:
    """How often people took what one version of a practice's rules warned of for organic: of `decided` warnings `false`
    were explained or dismissed, the others confirmed or resolved. rate, low, high: None where nothing is decided.
    """

    practice: Practice
    version: int
    warnings: int
    decided: int
    false: int
    rate: float | None
    low: float | None
    high: float | None


def records() -> list[Record]:
    """Return one for each practice's rules in force, and for those before by which there are warnings."""
    counted = selectors.answered_by_rules()
    rules = {(it.code, it.version) for it in PRACTICES.values()} | counted.keys()
    found = []
    for code, version in sorted(rules):
        states = counted.get((code, version), {})
        false = sum(states.get(it, 0) for it in selectors.ORGANIC)
        decided = false + sum(states.get(it, 0) for it in selectors.CONFIRMS)
        rate = (false / decided, *wilson(false, decided)) if decided else (None, None, None)
        found.append(Record(PRACTICES[code], version, sum(states.values()), decided, false, *rate))
    return found


def _evidence(warning: EthicsWarning, findings: Sequence[Finding], zone: ZoneInfo) -> Evidence:
    # What a warning opened on was stored with it, in one transaction.
    later = {it.check_code: it.q for it in findings if it.q is not None and it.created_at > warning.created_at}
    return in_words(
        PRACTICES[warning.practice],
        {it.check_code: result(it) for it in findings},
        subject=str(warning.subject),
        window=(warning.start, warning.end),
        zone=zone,
        counting=warning.families,
        later=later,
        of_prospect=_is_of_prospect(warning),
    )


def _is_of_prospect(warning: EthicsWarning) -> bool:
    return warning.channel is not None and warning.channel.role == ChannelRole.PROSPECT


def _deeds(warnings: Sequence[EthicsWarning]) -> dict[int, list[Deed]]:
    """Return what the clients of some warnings had done around the time of these: client → deeds."""
    found: dict[int, list[Deed]] = {}
    if warnings:
        first, last = min(it.start for it in warnings), max(it.end for it in warnings)
        clients = {it.whose.pk for it in warnings}
        for client_id, what, name, start, end in ingestion.done_between(first - AFTER, last, clients=clients):
            found.setdefault(client_id, []).append(Deed(what, name, start, end))
    return found


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
