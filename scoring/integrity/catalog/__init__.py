"""The practices that are looked for, and the checks that look. docs/integrity.md shows the same; a test compares."""

from scoring.integrity.catalog.bought_followers import BOUGHT_FOLLOWERS
from scoring.integrity.catalog.practice import Check, Practice

PRACTICES = {it.code: it for it in (BOUGHT_FOLLOWERS,)}
CHECKS = {check.code: check for practice in PRACTICES.values() for check in practice.checks}

__all__ = ["CHECKS", "PRACTICES", "Check", "Practice"]
