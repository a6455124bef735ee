"""What has changed of a project since it was first published: plan, cost and state, each with its reason or paper.

Dates, cost and state are compared from snapshot to snapshot, so nothing has to be stored for it and nothing that was
public once can be taken out of it; annual plans and changes of design bring their own paper or reason.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from geodata.projects.choices import Status
from portal import wording
from portal.public import ledger
from portal.public.models import PublishedContract, PublishedContractChange, PublishedPlanYear
from portal.public.selectors.whole import Version, WholeProject


@dataclass(frozen=True)
class Change:
    """A line: `on` orders it, all else is text in the language of the page; `reason` is empty where none is public."""

    on: date
    date_text: str
    what: str
    was: str
    now: str
    reason: str = ""


def change_lines(
    whole: WholeProject, versions: Sequence[Version], contracts: Iterable[PublishedContract]
) -> list[Change]:
    """The newest first. `versions` are the project's states of the snapshots up to the one that is shown."""
    names = {contract.key: contract.name for contract in contracts}
    lines = [
        *(line for before, after in pairwise(versions) for line in _between(before, after)),
        *_annual(whole.years),
        *(_design(change, names) for change in whole.changes if change.reason),
    ]
    return sorted(lines, key=lambda line: line.on, reverse=True)


def context(whole: WholeProject, versions: Sequence[Version], contracts: Iterable[PublishedContract]) -> dict[str, Any]:
    """The section of the project page; it also says since when there is anything to compare."""
    since = versions[0] if versions else None
    return {
        "plan_changes": change_lines(whole, versions, contracts),
        "compared_since": wording.day(since.as_of) if since else "",
    }


def _between(before: Version, after: Version) -> Iterator[Change]:
    """What two published states of a project differ in. Money that was or became secret is no change of cost."""
    seen, words = after.as_of, _published(after)
    dates = (
        (_("Planned start"), before.planned_start, after.planned_start),
        (_("Planned completion"), before.planned_end, after.planned_end),
    )
    for what, was, now in dates:
        if was != now:
            yield Change(seen, words, what, _day(*was), _day(*now))
    if before.budget != after.budget and before.budget is not None and after.budget is not None:
        yield Change(seen, words, _("Total investment"), wording.money(before.budget), wording.money(after.budget))
    if before.status != after.status:
        on = after.status_on or seen
        yield Change(on, wording.day(on), _("Status"), _status(before), _status(after))


def _published(version: Version) -> str:
    return _("%(date)s, no. %(number)s") % {"date": wording.day(version.as_of), "number": version.number}


def _day(day: date | None, precision: str) -> str:
    return wording.day(day, precision) or "—"


def _status(version: Version) -> str:
    return wording.label(Status(version.status).label)


def _annual(years: Iterable[PublishedPlanYear]) -> Iterator[Change]:
    """The day of an adjustment is not kept, only its year and its paper."""
    for row in years:
        if row.adjusted is not None and row.planned is not None and row.adjusted != row.planned:
            year, paper = str(row.year), row.adjusted_by
            yield Change(
                date(row.year, 1, 1),
                _("in %(year)s") % {"year": year},
                _("Plan of the year %(year)s") % {"year": year},
                wording.money(row.planned),
                wording.money(row.adjusted),
                _("adjusted by %(paper)s") % {"paper": paper} if paper else "",
            )


def _design(change: PublishedContractChange, names: dict[str, str]) -> Change:
    texts = ledger.change_texts(change)
    what = _("%(contract)s: change %(number)s (%(level)s)") % {
        "contract": names.get(change.contract_key, ""),
        "number": texts["number"],
        "level": texts["level_label"],
    }
    reason = _("%(reason)s: %(content)s") % texts if texts["content"] else texts["reason"]
    return Change(change.approved_on, texts["date_text"], what, "", texts["amount_text"], reason)
