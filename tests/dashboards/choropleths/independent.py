"""The five rates of every unit out of the bare tables with pandas and geopandas: no SQL of ours, no sums.py.

County by the place of a project's shape, unit by its 属地管理单位; the facts are chosen by date as the data dictionary
says.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
from django.db.models import QuerySet
from shapely import from_wkb

from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.funding.models import (
    BudgetLine,
    Disbursement,
    DisbursementAssignment,
    DisbursementStatus,
    FundArrival,
)
from geodata.progress.models import PeriodReport, PlanYear
from geodata.projects.models import Project, ProjectAreaShare, StatusChange
from geodata.regions.models import AreaUnit

NIL = Decimal(0)
Parts = tuple[Decimal, Decimal, int]


def frame(rows: QuerySet[Any], *columns: str) -> pd.DataFrame:
    return pd.DataFrame(list(rows.values_list(*columns)), columns=list(columns), dtype=object)


def newest(found: pd.DataFrame, by: str, *order: str) -> pd.DataFrame:
    """One row of each, the last in the order."""
    return found.sort_values(list(order)).drop_duplicates(by, keep="last").set_index(by)


def projects(as_of: date) -> gpd.GeoDataFrame:
    """A row a project with the figures that the rates need; the geometry is the project's own in EPSG:4490."""
    found = frame(Project.objects.filter(is_deleted=False), "id", "planned_start_on", "management_unit__code", "geom")
    shapes = [None if geom is None else from_wkb(bytes(geom.wkb)) for geom in found.pop("geom")]
    table = gpd.GeoDataFrame(found, geometry=shapes, crs=4490).set_index("id")
    table["plan"], table["done"] = _plan_and_done(as_of)
    table["arrived"], table["paid"] = _arrived(as_of), _paid(as_of)
    table["complaints"] = _complaints(as_of)
    changes = frame(StatusChange.objects.filter(effective_on__lte=as_of), "id", "project_id", "effective_on", "status")
    table["status"] = newest(changes, "project_id", "effective_on", "id")["status"]
    table["status"] = table["status"].where(table["status"].notna(), "preliminary")
    table["county"] = _counties(table)
    return table


def _plan_and_done(as_of: date) -> tuple[pd.Series, pd.Series]:
    plans = frame(PlanYear.objects.filter(year=as_of.year), "project_id", "planned_amount", "adjusted_amount")
    plans = plans.set_index("project_id")
    plan = plans["adjusted_amount"].where(plans["adjusted_amount"].notna(), plans["planned_amount"])
    reports = frame(
        PeriodReport.objects.filter(state="approved", period_end__lte=as_of),
        "id", "project_id", "period_end", "kind", "version", "invested_year",
    )  # fmt: skip
    reports["week"] = reports["kind"].eq("month").astype(int)  # a month goes before a week of the same end
    last = newest(reports, "project_id", "period_end", "week", "version", "id")
    of_year = last[[end.year == as_of.year for end in last["period_end"]]]
    return plan, of_year["invested_year"]


def _arrived(as_of: date) -> pd.Series:
    lines = frame(BudgetLine.objects.all(), "id", "project_id").set_index("id")["project_id"]
    found = frame(FundArrival.objects.filter(arrived_on__lte=as_of), "project_id", "budget_line_id", "amount")
    found["project"] = found["project_id"].where(found["project_id"].notna(), found["budget_line_id"].map(lines))
    return found.groupby("project")["amount"].sum()


def _paid(as_of: date) -> pd.Series:
    found = frame(Disbursement.objects.filter(level="to_payee", paid_on__lte=as_of), "id", "amount").set_index("id")
    states = newest(frame(DisbursementStatus.objects.all(), "id", "disbursement_id", "status"), "disbursement_id", "id")
    given = newest(
        frame(DisbursementAssignment.objects.all(), "id", "disbursement_id", "project_id"), "disbursement_id", "id"
    )
    found["status"], found["project"] = states["status"], given["project_id"]
    return found[found["status"].isin(["cleared", "returned"])].groupby("project")["amount"].sum()


def _complaints(as_of: date) -> pd.Series:
    """Those received in the month of the day, as far as it is over."""
    days = (as_of.replace(day=1), as_of + timedelta(days=1))
    first, end = (datetime.combine(day, time(), ZoneInfo("Asia/Shanghai")) for day in days)
    orders = frame(
        WorkOrder.objects.filter(received_at__gte=first, received_at__lt=end), "id", "kind", "duplicate_of_id"
    ).set_index("id")
    matches = frame(OrderMatch.objects.filter(state="confirmed"), "order_id", "project_id").join(orders, on="order_id")
    counted = matches[matches["kind"].isin(["complaint", "report_violation"])].copy()
    counted["group"] = counted["duplicate_of_id"].where(counted["duplicate_of_id"].notna(), counted["order_id"])
    return counted.groupby("project_id")["group"].nunique()


def areas(dimension: str) -> gpd.GeoDataFrame:
    """The polygons of a dimension: nine counties, or counties without their zones and the zones."""
    kinds, column = {
        "admin": (["county"], "geom"),
        "management": (["county", "zone"], "management_geom"),
    }[dimension]
    found = frame(AreaUnit.objects.filter(kind__in=kinds), "code", "official_order", column)
    shapes = [from_wkb(bytes(geom.wkb)) for geom in found.pop(column)]
    return gpd.GeoDataFrame(found, geometry=shapes, crs=4490)


def _counties(table: gpd.GeoDataFrame) -> pd.Series:
    """The county in which a point on the project's shape lies; of two that touch there the first in official order."""
    points = table.geometry.dropna().representative_point().to_frame("geometry")
    pairs = gpd.sjoin(points, areas("admin"), predicate="intersects")
    return pairs.sort_values("official_order").groupby(level=0)["code"].first()


def rates(as_of: date, dimension: str) -> dict[str, dict[str, Parts]]:
    """Indicator → code → (numerator, denominator, projects in the denominator); the rest has the code ""."""
    table = projects(as_of)
    table["code"] = table["county"] if dimension == "admin" else table["management_unit__code"]
    table["code"] = table["code"].where(table["code"].notna(), "")
    table = _shared(table) if dimension == "admin" else table.assign(share=Decimal(1), own=1)
    return {name: _rate(table, name, as_of) for name in ("I04", "I12", "C03", "BEHIND", "I02")}


def _shared(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """A row a project and county: money by the stated shares, counts (`own`) where the project lies."""
    table = table.assign(share=Decimal(1), own=1)
    parts = [table]
    for project, code, percent in ProjectAreaShare.objects.values_list("project_id", "area__code", "share_pct"):
        row = table.loc[[project]]
        share = percent / 100
        parts.append(row.assign(code=code, share=share, own=0))
        parts.append(row.assign(share=-share, own=0))
    return pd.concat(parts)


def _rate(table: pd.DataFrame, name: str, as_of: date) -> dict[str, Parts]:
    above, below, n = _PARTS[name](table, as_of)
    summed = pd.DataFrame({"code": table["code"], "above": above, "below": below, "n": n}).groupby("code").sum()
    return {str(code): (_exact(row["above"]), _exact(row["below"]), int(row["n"])) for code, row in summed.iterrows()}


def _exact(number: Any) -> Decimal:
    """A sum as a decimal; pandas counts in integers of its own."""
    return number if isinstance(number, Decimal) else Decimal(int(number))


def _money(table: pd.DataFrame, above: str, below: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    counted = table[below].notna() & table[below].ne(0)
    share = table["share"]
    nothing = pd.Series([NIL] * len(table), index=table.index, dtype=object)
    filled = table[above].where(table[above].notna(), NIL)
    return (
        (filled * share).where(counted, nothing),
        (table[below].where(counted, NIL) * share).where(counted, nothing),
        counted.astype(int) * table["own"],
    )


def _behind(table: pd.DataFrame, as_of: date) -> tuple[pd.Series, pd.Series, pd.Series]:
    months = (as_of + timedelta(days=1)).month - 1 if (as_of + timedelta(days=1)).year == as_of.year else 12
    reported = table["plan"].notna() & table["plan"].ne(0) & table["done"].notna()
    late = [
        bool(counted) and 100 * done / plan - Decimal(100 * months) / 12 <= -10
        for counted, done, plan in zip(reported, table["done"], table["plan"], strict=True)
    ]
    counted = reported.astype(int) * table["own"]
    return pd.Series(late, index=table.index).astype(int) * table["own"], counted, counted


def _started(table: pd.DataFrame, as_of: date) -> tuple[pd.Series, pd.Series, pd.Series]:
    planned = pd.Series([day is not None and day <= as_of for day in table["planned_start_on"]], index=table.index)
    due = (planned & table["status"].ne("cancelled")).astype(int) * table["own"]
    return due * (~table["status"].isin(["preliminary", "not_started"])).astype(int), due, due


def _complained(table: pd.DataFrame, as_of: date) -> tuple[pd.Series, pd.Series, pd.Series]:
    building = table["status"].eq("under_construction").astype(int) * table["own"]
    return table["complaints"].where(table["complaints"].notna(), 0) * table["own"], building, building


_PARTS = {
    "I04": lambda table, _day: _money(table, "done", "plan"),
    "I12": lambda table, _day: _money(table, "paid", "arrived"),
    "C03": _complained,
    "BEHIND": _behind,
    "I02": _started,
}
