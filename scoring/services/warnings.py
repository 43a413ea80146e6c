"""What a warning says."""

from datetime import tzinfo

from scoring import selectors
from scoring.integrity.catalog import PRACTICES
from scoring.integrity.check import Answer, Result
from scoring.integrity.evidence import Evidence
from scoring.integrity.evidence import evidence as in_words
from scoring.models import EthicsWarning, Finding


def evidence(warning: EthicsWarning, *, zone: tzinfo) -> Evidence:
    """Return what a warning says, in words. zone: of whom its dates are for."""
    return in_words(
        PRACTICES[warning.practice],
        {it.check_code: result(it) for it in selectors.findings_of(warning)},
        channel=str(warning.channel),
        start=warning.start,
        end=warning.end,
        zone=zone,
        counting=warning.families,
    )


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
