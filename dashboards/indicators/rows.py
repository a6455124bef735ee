"""Sums over project rows by area: what a project says of itself on a day, as numerators and denominators."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Sum, When
from django.db.models.expressions import Combinable

from dashboards.indicators.parts import NOTHING, Part, Parts
from geodata.gathering import gathered
from geodata.progress.models import PlanYear
from geodata.projects.choices import NOT_BEGUN, Status
from geodata.projects.models import ProjectAreaShare
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows
from geodata.summary.sums import COUNT_RATES, RATES

FINISHED: Final = (Status.ACCEPTED, Status.HANDED_OVER, Status.IN_OPERATION, Status.CLOSED)
_LIVE: Final = ~Q(status=Status.CANCELLED)
_BEGUN: Final = ~Q(status__in=NOT_BEGUN)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two amounts of a row; a project counts in neither sum without a denominator."""

    above: Combinable
    below: str
    needs: str = ""  # a column without which the row does not count

    @property
    def counted(self) -> Q:
        has = Q(**{f"{self.below}__isnull": False}) & ~Q(**{self.below: 0})
        return has & Q(**{f"{self.needs}__isnull": False}) if self.needs else has


RATIOS: Final[dict[str, Ratio]] = {
    **{name: Ratio(F(above), below) for name, (above, below) in RATES.items()},
    "arrival": Ratio(F("arrived"), "allocated"),  # I11
    "paid_of_allocated": Ratio(F("disbursed"), "allocated"),  # I12A
    "paid_of_budget": Ratio(F("disbursed"), "budget"),  # I12T
    "physical": Ratio(F("physical_pct") * F("budget") / 100, "budget", "physical_pct"),  # I09
}


def _to_begin(day: date) -> Q:
    """Planned to begin in the year of a day (年度计划开工): in its plan, not carried over, not cancelled."""
    late = Q(planned_start_on__gt=date(day.year, 12, 31))
    earlier = Q(actual_start_on__lt=date(day.year, 1, 1))
    return _LIVE & Q(years__contains=[day.year]) & Q(carried_over=False) & ~_sure(late) & ~_sure(earlier)


def _sure(condition: Q) -> Q:
    """The condition where its column is known: `NOT (NULL > day)` is not true in SQL."""
    ((name, _value),) = condition.children
    return condition & Q(**{f"{str(name).split('__')[0]}__isnull": False})


def _to_finish(day: date) -> Q:
    """Planned to be complete in the year of a day (年度计划竣工)."""
    return _LIVE & Q(planned_end_on__range=(date(day.year, 1, 1), date(day.year, 12, 31)))


Conditions = Callable[[date], tuple[Q, Q]]  # of a day: what counts above, what counts below
COUNTS: Final[dict[str, Conditions]] = {
    "starts": lambda day: (_to_begin(day) & _BEGUN, _to_begin(day)),  # I01
    "accepted": lambda day: (_to_finish(day) & Q(status__in=FINISHED), _to_finish(day)),  # I03
    "works_done": lambda day: (
        _to_finish(day) & Q(status__in=(Status.WORKS_COMPLETED, *FINISHED)),
        _to_finish(day),
    ),  # I03W
    "building": lambda _day: (Q(status=Status.UNDER_CONSTRUCTION), Q(status=Status.UNDER_CONSTRUCTION)),  # C03
}


def row_parts(
    rows: ProjectRows, *, measures: Collection[str], column: str, day: date, chosen: ProjectFilter, today: date
) -> Parts:
    """The parts of the measures by the values of a column, "" for the rows that have none. One query.

    By 行政区划 a project with stated shares gives each county its share of the money: one query more, two where any has.
    """
    prepared = _prepared(rows, measures, day)
    found: Iterable[dict[str, Any]] = (
        prepared.order_by()
        .values(*([column] if column else []))
        .annotate(projects=Count("pk"), **_aggregates(measures, day))
    )
    parts: Parts = {}
    for row in found if column else [prepared.order_by().aggregate(projects=Count("pk"), **_aggregates(measures, day))]:
        area = (row[column] or "") if column else ""
        for name in measures:
            add = Part(Decimal(row[f"{name}_above"] or 0), Decimal(row[f"{name}_below"] or 0), row[f"{name}_n"])
            parts[name, area] = parts.get((name, area), NOTHING) + add
        parts["projects", area] = parts.get(("projects", area), NOTHING) + Part(
            Decimal(row["projects"]), n=row["projects"]
        )
    if column == "region" and (shared := [name for name in measures if name in RATIOS]):
        _move_shares(parts, shared, day=day, chosen=chosen, today=today)
    return parts


def _prepared(rows: ProjectRows, measures: Collection[str], day: date) -> ProjectRows:
    if "starts" not in measures:
        return rows
    carried = PlanYear.objects.filter(project=OuterRef("pk"), year=day.year, carryover=True)
    return rows.annotate(carried_over=Exists(carried))


def _aggregates(measures: Collection[str], day: date) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in measures:
        if name in RATIOS:
            ratio = RATIOS[name]
            found[f"{name}_above"] = Sum(ratio.above, filter=ratio.counted, default=Decimal(0))
            found[f"{name}_below"] = Sum(ratio.below, filter=ratio.counted, default=Decimal(0))
            found[f"{name}_n"] = Count("pk", filter=ratio.counted)
        elif name in COUNT_RATES:
            found[f"{name}_above"] = COUNT_RATES[name].above(day)
            found[f"{name}_below"] = found[f"{name}_n"] = COUNT_RATES[name].below(day)
        else:
            above, below = COUNTS[name](day)
            found[f"{name}_above"] = Count("pk", filter=above)
            found[f"{name}_below"] = found[f"{name}_n"] = Count("pk", filter=below)
    return found


def _move_shares(parts: Parts, measures: Collection[str], *, day: date, chosen: ProjectFilter, today: date) -> None:
    """Takes the money of projects with stated shares from their own county and gives it out by the shares.

    What the shares leave over goes to the rest; counts and `n` stay where the project is.
    """
    ids = list(ProjectAreaShare.objects.order_by("project_id").values_list("project_id", flat=True).distinct())
    if not ids:
        return
    shares = gathered(
        ProjectAreaShare.objects.filter(project=OuterRef("pk")).order_by("id"), "share_pct", code="area__code"
    )
    columns = {f"{name}_above": _counted(RATIOS[name], RATIOS[name].above) for name in measures}
    columns |= {f"{name}_below": _counted(RATIOS[name], F(RATIOS[name].below)) for name in measures}
    rows = chosen.apply(ProjectRow.objects.of(ids, day, today=today)).annotate(shares=shares, **columns)
    for row in rows.order_by().values("region", "shares", *columns):
        for name in measures:
            if row[f"{name}_below"]:
                whole = Part(Decimal(row[f"{name}_above"] or 0), Decimal(row[f"{name}_below"]))
                _give_out(parts, name, whole, row)


def _counted(ratio: Ratio, amount: Combinable) -> Case:
    return Case(When(ratio.counted, then=amount))


def _give_out(parts: Parts, name: str, whole: Part, row: dict[str, Any]) -> None:
    left = Decimal(1)
    for share in row["shares"]:
        one = Decimal(share["share_pct"]) / 100
        _move(parts, name, share["code"], whole, one)
        left -= one
    _move(parts, name, "", whole, left)
    _move(parts, name, row["region"] or "", whole, Decimal(-1))


def _move(parts: Parts, name: str, code: str, whole: Part, share: Decimal) -> None:
    if share:
        part = Part(whole.above * share, whole.below * share)
        parts[name, code] = parts.get((name, code), NOTHING) + part
