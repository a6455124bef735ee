"""The panels beside the map: categories, tasks, units in their two groups, townships, and whether the parts add up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards.cockpit.groups import Sum
from dashboards.cockpit.reconciling import Gap, Reconciliation
from dashboards.cockpit.selectors import Screen
from dashboards.cockpit.tasks import Task
from geodata.figures.wording import half_up, percent
from geodata.projects.choices import Status
from geodata.summary.models import ProjectRow
from portal import wording
from portal.dashboard import links
from portal.dashboard.strip import plan_done
from portal.dashboard.view import ScreenAsked
from portal.workbench.city_map.selectors import Names
from portal.workbench.lights import options

Texts = dict[str, Any]
FULL = 100  # percent: a bar holds no more


def branches(found: Screen, asked: ScreenAsked, names: Mapping[str, str]) -> list[Texts]:
    """The year's plan done by branch of categories, in the order of their codes, each a filter of the screen."""
    return [
        {
            "code": code,
            "name": names.get(code, code),
            "text": percent(part.totals.annual_rate, 1),
            "bar": _bar(part.totals.annual_rate),
            "projects": part.totals.projects,
            "url": asked.url(category="" if asked.filter.category == code else code),
            "rows_url": links.projects(replace(found.chosen, category=code)),
            "rate_url": links.behind("I04", replace(found.chosen, category=code)),
            "basis": plan_done(part.totals.rates["annual"]),
            "selected": asked.filter.category.startswith(code),
        }
        for code, part in found.branches.items()
        if part.totals.projects
    ]


def _bar(rate: Any) -> str | None:
    """The share as a bar shows it: 0 to 100, None without a denominator."""
    return None if rate is None else str(min(max(half_up(rate * 100, 1), 0), FULL))


def tasks(found: Sequence[Task]) -> list[Texts]:
    """Each task with target, done and share; what is no sum says whether it is met."""
    return [task(each) for each in found]


def task(one: Task) -> Texts:
    return {
        "number": one.number,
        "name": wording.label(one.name),
        "indicator": wording.label(one.indicator),
        "target": one.target_text or _quantity(one.target, one.quantity_unit),
        "done": _quantity(one.done, one.quantity_unit),
        "text": percent(one.share, 1) if one.met is None else (_("met") if one.met else _("not met")),
        "bar": _bar(one.share),
        "projects": one.projects,
        "as_of": wording.day(one.data_as_of) if one.data_as_of else "",
        "url": reverse("dashboard:task", args=[one.id]),
    }


def serving(row: ProjectRow, quantity: Any, one: Task) -> Texts:
    """A project that serves a task, with what it adds to it."""
    return {
        "code": row.code,
        "name": row.name,
        "unit_name": wording.label(row.unit_name or ""),
        "status_label": wording.label(Status(row.status).label),
        "shape": wording.SHAPE[Status(row.status)],
        "quantity": _quantity(quantity, one.quantity_unit),
        "progress": wording.progress_text(row.physical_pct),
        "url": links.project(row.code or ""),
    }


def served(quantities: Iterable[Decimal | None], one: Task) -> Texts | None:
    """The foot of the table: what the projects add, what was reported without a project (or is counted twice), and
    what the task reports as done. None for targets that are no sum, and where nothing is reported."""
    if one.done is None or one.met is not None:
        return None
    known = [amount for amount in quantities if amount is not None]
    of_projects = sum(known, Decimal(0))
    return {
        "projects": _quantity(of_projects if known else None, one.quantity_unit),
        "others": _quantity(abs(one.done - of_projects), one.quantity_unit),
        "is_over": of_projects > one.done,
        "total": _quantity(one.done, one.quantity_unit),
    }


def _quantity(amount: Any, unit: str) -> str:
    if amount is None:
        return "—"
    exact = amount.normalize()
    return f"{exact:,f} {wording.label(unit)}".strip()


# --- do they add up


def reconciliation(checked: Reconciliation | None) -> Texts | None:
    """One line where the parts add up, a banner with both sums where they do not."""
    if checked is None:
        return None
    return {
        "holds": checked.holds,
        "text": _("%(parts)s parts + %(rest)s in none = %(whole)s projects, money to the fen")
        % {"parts": checked.parts, "rest": f"{checked.rest:,}", "whole": f"{checked.whole:,}"},
        "gaps": [_gap(gap) for gap in checked.gaps],
    }


def _gap(gap: Gap) -> str:
    def shown(amount: Any) -> str:
        return f"{amount:,}" if gap.name == "projects" else wording.exact_money(amount)

    return _("%(name)s: the parts add up to %(parts)s, the whole is %(whole)s, %(off)s apart") % {
        "name": wording.label(gap.label),
        "parts": shown(gap.parts),
        "whole": shown(gap.whole),
        "off": shown(abs(gap.difference)),
    }


# --- where one is


def limits(asked: ScreenAsked, known: Names) -> Texts:
    """What else than a place and a day limits the screen, with the names of its codes, as components/_chips.html reads
    it."""
    rest = replace(asked.plain, unit="", region="", as_of=None)
    return {
        "filters": rest.to_query(),
        "choices": {
            "categories": wording.labels(known.categories).items(),
            "statuses": wording.status_choices(),
            "lights": options(),
            "sources": wording.labels(known.sources).items(),
        },
    }


def crumbs(asked: ScreenAsked, names: Mapping[str, str], towns: Mapping[tuple[str, str], Sum]) -> list[Texts]:
    """City → unit → township, each with its address; the last is where one is. The filter stays."""
    trail = [{"text": _("The whole city"), "url": asked.url(unit="", region="", bbox=None)}]
    unit = asked.unit
    if unit:
        trail.append({"text": names.get(unit[1], unit[1]), "url": asked.url(region="", unit=unit[1])})
        if unit[0] == "admin":
            trail[-1]["url"] = asked.url(region=unit[1], unit="")
    if asked.town:
        known = {code: name for code, name in towns if code}
        trail.append({"text": wording.label(known.get(asked.town, asked.town)), "url": asked.url()})
    return trail
