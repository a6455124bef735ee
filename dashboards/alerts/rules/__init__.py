"""The warning rules: pure functions of what is known of a project on a day (facts.py) and of the parameters in force.

A rule that needs records which the platform does not keep yet is not here; it joins with its records.
"""

import hashlib
from collections.abc import Collection
from typing import Final

from dashboards.alerts.facts import Facts
from dashboards.alerts.rules import course, hotline, money, reports, schedule
from dashboards.alerts.rules.base import Finding, Limits, Rule

__all__ = ["BY_ID", "RULES", "Finding", "Limits", "Rule", "judged", "key_of", "version"]

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted((*schedule.RULES, *money.RULES, *reports.RULES, *hotline.RULES, *course.RULES), key=lambda rule: rule.id)
)
BY_ID: Final[dict[str, Rule]] = {rule.id: rule for rule in RULES}


def judged(facts: Facts, limits: Limits, *, enabled: Collection[str]) -> dict[str, Finding]:
    """What the enabled rules find, by rule."""
    found = ((rule.id, rule.judge(facts, limits)) for rule in RULES if rule.id in enabled)
    return {rule: finding for rule, finding in found if finding is not None}


def version() -> str:
    """The versions of all rules in one text, as a scan keeps it: W01.1 W02.1 …"""
    return " ".join(f"{rule.id}.{rule.version}" for rule in RULES)


def key_of(enabled: Collection[str], limits: Limits) -> str:
    """Which rules in which version with which parameters: two judgements with the same key judge alike."""
    known = [f"{rule.id}.{rule.version}" for rule in RULES if rule.id in enabled]
    values = [f"{key}={limits[key].normalize():f}" for key in sorted(limits)]
    return hashlib.sha256(" ".join([*known, *values]).encode()).hexdigest()
