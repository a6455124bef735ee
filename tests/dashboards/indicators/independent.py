"""Every indicator computed a second time from the raw tables with pandas, without the summary and its SQL.

Written from docs/indicators.md: nothing of dashboards/indicators or geodata/summary is imported. Numerators and
denominators are floats; a value that has none is left out.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd

from geodata.complaints.models import OrderMatch
from geodata.funding.models import (
    BudgetLine,
    Disbursement,
    DisbursementAssignment,
    DisbursementStatus,
    FundArrival,
)
from geodata.progress.models import Milestone, PeriodReport, PlanYear
from geodata.projects.models import InvestmentApproval, Project, ProjectAreaShare, ProjectParty, StatusChange
from geodata.regions.models import AreaPopulation

ZONE = ZoneInfo("Asia/Shanghai")
BEGUN = ["under_construction", "suspended", "works_completed", "accepted", "handed_over", "in_operation", "closed"]
FINISHED = ["accepted", "handed_over", "in_operation", "closed"]
LEAD = "the lead unit"
Figure = tuple[float, float | None, int]  # numerator, denominator, n


def frame(rows: object, *columns: str) -> pd.DataFrame:
    return pd.DataFrame.from_records(list(rows.values_list(*columns)), columns=list(columns))  # type: ignore[attr-defined]


def newest(rows: pd.DataFrame, *order: str) -> pd.DataFrame:
    """The last row of every project in the order given."""
    return rows.sort_values(list(order), kind="stable").groupby("project_id").tail(1).set_index("project_id")


@dataclass
class Independent:
    """One day of the city; `area` is the column of the projects by which the sums are wanted."""

    day: date
    area: str  # "admin_area__code", "management_unit__code", "township__code", or LEAD
    leaves_out: bool = False  # reported stops, out of all rates of progress and money but that of idle money

    @property
    def first(self) -> date:
        return self.day.replace(day=1)

    @cached_property
    def leaders(self) -> pd.Series:
        """The name of the body that leads each project on the day."""
        rows = frame(
            ProjectParty.objects.filter(role="lead_unit"),
            *("project_id", "valid_from", "valid_to", "organisation__name"),
        )
        begun = rows["valid_from"].fillna(date.min) <= self.day
        return rows[begun & (rows["valid_to"].fillna(date.max) > self.day)].set_index("project_id")[
            "organisation__name"
        ]

    @cached_property
    def projects(self) -> pd.DataFrame:
        """A row a project with what is known of it on the day."""
        own = frame(
            Project.objects.filter(is_deleted=False),
            *("id", "admin_area__code", "management_unit__code", "township__code", "category__code", "plan_year"),
            *("planned_start_on", "planned_end_on", "actual_start_on", "total_investment", "benefited_households"),
        ).set_index("id")
        own["area"] = (self.leaders.reindex(own.index) if self.area == LEAD else own[self.area]).fillna("")
        own["status"] = self.status_on(self.day).reindex(own.index).fillna("preliminary")
        own = own.join(
            self.reports_until(self.day)[["period_end", "invested_cumulative", "invested_year", "physical_pct"]]
        )
        approved = frame(InvestmentApproval.objects.all(), "project_id", "approved_on", "amount", "id")
        approved["on"] = approved["approved_on"].fillna(date.min)
        approved = newest(approved[approved["on"] <= self.day], "on", "id")
        own["budget"] = (
            approved["amount"].reindex(own.index).where(lambda found: found.notna(), own["total_investment"])
        )
        own["allocated"] = self.sums(frame(BudgetLine.objects.all(), "project_id", "issued_on", "amount"), "issued_on")
        own["arrived"] = self.sums(self.arrivals, "arrived_on")
        own["disbursed"] = self.sums(self.payments, "paid_on")
        plans = frame(
            PlanYear.objects.filter(year=self.day.year), "project_id", "planned_amount", "adjusted_amount", "carryover"
        )
        plans = plans.set_index("project_id")
        plan = plans["adjusted_amount"].where(plans["adjusted_amount"].notna(), plans["planned_amount"])
        own["plan"] = plan.reindex(own.index)
        own["carried"] = plans["carryover"].reindex(own.index).eq(True)
        own["in_plan"] = own.index.isin(plans.index) | (own["plan_year"] == self.day.year)
        this_year = own["period_end"].map(lambda end: isinstance(end, date) and end.year == self.day.year)
        own["annual"] = own["invested_year"].where(this_year)
        for name in ("allocated", "arrived", "disbursed"):
            own[name] = own[name].fillna(0)
        return own

    def status_on(self, day: date) -> pd.Series:
        changes = frame(
            StatusChange.objects.filter(effective_on__lte=day), "project_id", "effective_on", "id", "status"
        )
        return newest(changes, "effective_on", "id")["status"]

    @cached_property
    def left_out(self) -> set[int]:
        """The projects whose history ends in a stop with a report by the day."""
        changes = frame(
            StatusChange.objects.filter(effective_on__lte=self.day),
            *("project_id", "effective_on", "id", "status", "suspension_kind", "reported_on"),
        ).sort_values(["effective_on", "id"], ascending=False)
        found = set()
        for project, own in changes.groupby("project_id", sort=False):
            for row in own.to_dict("records"):
                if row["status"] != "suspended":
                    break
                told = row["reported_on"]
                if told <= self.day if isinstance(told, date) else row["suspension_kind"] == "reported":
                    found.add(project)
                    break
        return found

    def reports_until(self, day: date) -> pd.DataFrame:
        rows = frame(
            PeriodReport.objects.filter(state="approved", period_end__lte=day),
            *(
                "project_id",
                "period_end",
                "kind",
                "version",
                "id",
                "invested_cumulative",
                "invested_year",
                "physical_pct",
            ),
        )
        rows["month_last"] = rows["kind"].map({"month": 1, "week": 0})
        return newest(rows, "period_end", "month_last", "version", "id")

    @cached_property
    def arrivals(self) -> pd.DataFrame:
        rows = frame(FundArrival.objects.all(), "id", "project_id", "budget_line__project_id", "arrived_on", "amount")
        rows["project_id"] = rows["project_id"].where(rows["project_id"].notna(), rows["budget_line__project_id"])
        return rows.dropna(subset=["project_id"])

    @cached_property
    def payments(self) -> pd.DataFrame:
        paid = frame(Disbursement.objects.filter(level="to_payee"), "id", "paid_on", "amount").set_index("id")
        for model, column in ((DisbursementAssignment, "project_id"), (DisbursementStatus, "status")):
            rows = frame(model.objects.all(), "id", "disbursement_id", column).sort_values("id")
            paid[column] = (
                rows.groupby("disbursement_id")[column].last()
                if column == "status"
                else (rows.groupby("disbursement_id").tail(1).set_index("disbursement_id")[column])
            )
        return paid[paid["status"].isin(["cleared", "returned"])].dropna(subset=["project_id"])

    def sums(self, rows: pd.DataFrame, on: str) -> pd.Series:
        return rows[rows[on] <= self.day].groupby("project_id")["amount"].sum()

    # --- sums of two columns by area ----------------------------------------------------------------------------

    def ratio(
        self, above: pd.Series, below: pd.Series, *, shared: bool = False, of_all: bool = False
    ) -> dict[str, Figure]:
        """Sums by area of the projects that have a denominator, with stated shares given out where `shared`."""
        table = pd.DataFrame({"above": above, "below": below, "area": self.projects["area"]})
        if self.leaves_out and not of_all:
            table = table[~table.index.isin(self.left_out)]
        table = table[table["below"].notna()]
        table[["above", "below"]] = table[["above", "below"]].fillna(0).astype(float)
        table = table[table["below"] != 0]
        n = table.groupby("area").size()
        if shared and self.area == "admin_area__code":
            table = self.shared_out(table)
        sums = table.groupby("area")[["above", "below"]].sum()
        return {area: (row.above, row.below, int(n.get(area, 0))) for area, row in sums.iterrows()}

    def shared_out(self, table: pd.DataFrame) -> pd.DataFrame:
        shares = frame(ProjectAreaShare.objects.all(), "project_id", "area__code", "share_pct")
        parts = [table[~table.index.isin(shares["project_id"])]]
        for project, given in shares[shares["project_id"].isin(table.index)].groupby("project_id"):
            row, left = table.loc[project], 1.0
            for code, pct in zip(given["area__code"], given["share_pct"].astype(float), strict=True):
                parts.append(
                    pd.DataFrame([{"above": row["above"] * pct / 100, "below": row["below"] * pct / 100, "area": code}])
                )
                left -= pct / 100
            parts.append(pd.DataFrame([{"above": row["above"] * left, "below": row["below"] * left, "area": ""}]))
        return pd.concat(parts)

    def share(self, above: pd.Series, below: pd.Series, *, of_all: bool = False) -> dict[str, Figure]:
        """How many of the projects below the line are above it."""
        return self.ratio((above & below).astype(float), below.where(below).astype(float), of_all=of_all)

    # --- the indicators -----------------------------------------------------------------------------------------

    def figures(self) -> dict[str, dict[str, Figure]]:
        """Numerator, denominator and n by indicator and area."""
        return self.progress() | self.money() | self.complaints()

    def progress(self) -> dict[str, dict[str, Figure]]:
        p, day = self.projects, self.day
        live, begun = p["status"] != "cancelled", p["status"].isin(BEGUN)
        start, end = p["planned_start_on"], p["planned_end_on"]
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
        to_begin = live & p["in_plan"] & ~p["carried"] & ~after(start, last) & ~before(p["actual_start_on"], first)
        to_finish = live & ~before(end, first) & ~after(end, last) & end.notna()
        due = live & start.notna() & ~after(start, day)
        months = day.month if day.day == calendar.monthrange(day.year, day.month)[1] else day.month - 1
        plan = p["plan"].astype(float)
        points = 100 * (p["annual"].astype(float) / plan.where(plan != 0) - months / 12)
        annual = self.ratio(p["annual"], p["plan"], shared=True)
        everything = p.groupby("area").size()
        return {
            "I01": self.share(begun, to_begin),
            "I02": self.share(begun, due),
            "I03": self.share(p["status"].isin(FINISHED), to_finish),
            "I03W": self.share(p["status"].isin([*FINISHED, "works_completed"]), to_finish),
            "I04": annual,
            "I05": self.ratio(p["invested_cumulative"], p["budget"], shared=True),
            "I06": {area: (float(months), 12.0, int(n)) for area, n in everything.items()},
            "I07": annual,
            "I08": {area: (above, below * months / 12, n) for area, (above, below, n) in annual.items()},
            "I09": self.ratio(
                p["physical_pct"].astype(float) * p["budget"].astype(float) / 100,
                p["budget"].where(p["physical_pct"].notna()),
                shared=True,
            ),
            "I10": self.planned(),
            "I20": self.in_time(),
            "NODES": self.nodes(),
            "BEHIND": self.share(points <= -10, points.notna()),
        }

    def planned(self) -> dict[str, Figure]:
        nodes = frame(Milestone.objects.exclude(planned_on=None), "project_id", "code", "planned_on", "weight_pct")
        p = self.projects
        found = {}
        for project, row in p[(p["status"] != "cancelled") & (p["budget"].astype(float) > 0)].iterrows():
            own = nodes[nodes["project_id"] == project]
            works = own[(own["weight_pct"] > 0) & own["code"].between("M0802", "M0819")].sort_values(
                ["planned_on", "code"]
            )
            begin = own.loc[own["code"] == "M0801", "planned_on"]
            since = begin.iloc[0] if len(begin) else row["planned_start_on"]
            if len(works):
                done = 0.0
                for on, weight in zip(works["planned_on"], works["weight_pct"].astype(float), strict=True):
                    done += weight * along(self.day, since if isinstance(since, date) else on, on)
                    since = on
                found[project] = done / works["weight_pct"].astype(float).sum()
            elif (
                len(dates := row[["planned_start_on", "planned_end_on"]].dropna()) == 2
                and dates.iloc[1] > dates.iloc[0]
            ):
                found[project] = along(self.day, *dates)
        share = pd.Series(found, dtype=float).reindex(p.index)
        budget = p["budget"].astype(float)
        return self.ratio(share * budget, budget.where(share.notna()))

    def in_time(self) -> dict[str, Figure]:
        due_on = self.first.replace(day=5)
        if due_on > self.day:
            return {}
        end = self.first - timedelta(days=1)
        status, p = self.status_on(end).reindex(self.projects.index), self.projects
        owed = status.isin(["under_construction", "suspended", "works_completed"]) & ~after(p["actual_start_on"], end)
        sent = frame(
            PeriodReport.objects.filter(kind="month", period_end=end, submitted_at__isnull=False),
            "project_id",
            "submitted_at",
        )
        limit = midnight(due_on + timedelta(days=1))
        in_time = set(sent.loc[[moment < limit for moment in sent["submitted_at"]], "project_id"])
        return self.share(pd.Series(p.index.isin(in_time), index=p.index), owed, of_all=True)

    def nodes(self) -> dict[str, Figure]:
        rows = frame(
            Milestone.objects.filter(is_key=True, planned_on__lte=self.day), "project_id", "planned_on", "actual_on"
        )
        p = self.projects
        rows = rows[rows["project_id"].isin(p.index[p["status"] != "cancelled"])]
        rows = rows[~rows["project_id"].isin(self.left_out)] if self.leaves_out else rows
        rows["area"] = rows["project_id"].map(p["area"])
        found = {}
        for area, own in rows.groupby("area"):
            good = sum(
                isinstance(a, date) and a <= on for a, on in zip(own["actual_on"], own["planned_on"], strict=True)
            )
            found[area] = (float(good), float(len(own)), own["project_id"].nunique())
        return found

    def money(self) -> dict[str, dict[str, Figure]]:
        p = self.projects
        idle = (p["arrived"].astype(float) - p["disbursed"].astype(float)).clip(lower=0)
        shares = self.ratio(idle, p["arrived"], shared=True, of_all=True)
        return {
            "I11": self.ratio(p["arrived"], p["allocated"], shared=True),
            "I12": self.ratio(p["disbursed"], p["arrived"], shared=True),
            "I12A": self.ratio(p["disbursed"], p["allocated"], shared=True),
            "I12Y": self.ratio(p["disbursed"], p["plan"], shared=True),
            "I12T": self.ratio(p["disbursed"], p["budget"], shared=True),
            "I15": {area: (above, None, n) for area, (above, _below, n) in shares.items()},
            "I15R": shares,
            "I15A": self.ages(),
        }

    def ages(self) -> dict[str, Figure]:
        """What lies idle of each project, the newest arrivals first."""
        found: dict[str, list[float]] = {}
        counts: dict[str, int] = {}
        for project, row in self.projects.iterrows():
            left = float(row["arrived"]) - float(row["disbursed"])
            own = self.arrivals[(self.arrivals["project_id"] == project) & (self.arrivals["arrived_on"] <= self.day)]
            if left <= 0 or not len(own):
                continue
            counts[row["area"]] = counts.get(row["area"], 0) + 1
            sums = found.setdefault(row["area"], [0.0, 0.0])
            for on, amount in own.sort_values(["arrived_on", "id"], ascending=False)[["arrived_on", "amount"]].values:
                part = max(0.0, min(float(amount), left))
                sums[0] += part * (self.day - on).days
                sums[1] += part
                left -= part
        return {area: (above, below, counts[area]) for area, (above, below) in found.items()}

    @cached_property
    def orders(self) -> pd.DataFrame:
        rows = frame(
            OrderMatch.objects.filter(state="confirmed", order__received_at__lt=midnight(self.day + timedelta(days=1))),
            *("project_id", "order_id", "order__received_at", "order__kind", "order__state", "order__due_at"),
            *(
                "order__closed_at",
                "order__rework_count",
                "order__revisit_at",
                "order__satisfaction",
                "order__duplicate_of_id",
            ),
        ).rename(columns=lambda name: name.removeprefix("order__"))
        rows = rows[rows["project_id"].isin(self.projects.index)].copy()
        rows["area"] = rows["project_id"].map(self.projects["area"])
        rows["on"] = [moment.astimezone(ZONE).date() for moment in rows["received_at"]]
        rows["root"] = rows["duplicate_of_id"].where(rows["duplicate_of_id"].notna(), rows["order_id"])
        rows["complaint"] = rows["kind"].isin(["complaint", "report_violation"])
        return rows

    def merged(self, first: date, last: date, projects: object = None) -> pd.Series:
        rows = self.orders[self.orders["complaint"] & (self.orders["on"] >= first) & (self.orders["on"] <= last)]
        if projects is not None:
            rows = rows[rows["project_id"].isin(projects)]
        return rows.drop_duplicates(["project_id", "root"]).groupby("area").size()

    def complaints(self) -> dict[str, dict[str, Figure]]:
        p, rows = self.projects, self.orders
        now = rows[(rows["on"] >= self.first) & (rows["on"] <= self.day)]
        told = now[now["complaint"]].groupby("area").size()
        merged = self.merged(self.first, self.day)
        areas = sorted(set(p["area"]))
        building = p[p["status"] == "under_construction"].groupby("area").size()
        house = p[p["category__code"].str.startswith("01") & (p["benefited_households"].fillna(0) > 0)]
        households = house.groupby("area")["benefited_households"].sum()
        of_house = self.merged(self.first, self.day, house.index)
        earlier = self.reports_until(self.first - timedelta(days=1))["invested_cumulative"]
        gained = p["invested_cumulative"].fillna(0).astype(float) - earlier.reindex(p.index).fillna(0).astype(float)
        gained = gained.where(p["invested_cumulative"].notna(), 0).groupby(p["area"]).sum()
        fresh = p[~before(p["period_end"], self.first) & p["invested_cumulative"].notna()].groupby("area").size()
        at = {area: int(merged.get(area, 0)) for area in areas}
        found = {
            "C01": {a: (float(at[a]), None, int(told.get(a, 0))) for a in areas},
            "C02": {a: (float(n), None, int(n)) for a, n in now.groupby("area").size().items()},
            "C03": {a: (float(at[a]), float(building.get(a, 0)), int(building.get(a, 0))) for a in areas},
            "C05": {
                a: (float(of_house.get(a, 0)), float(households.get(a, 0)), int((house["area"] == a).sum()))
                for a in areas
            },
            "C06": {a: (float(at[a]), float(gained.get(a, 0)), int(fresh.get(a, 0))) for a in areas},
        }
        for name, months in (("C07Y", 12), ("C07M", 1)):
            base = self.merged(back(self.first, months), back(self.day, months))
            found[name] = {
                a: (float(at[a] - base.get(a, 0)), float(base.get(a, 0)), int(base.get(a, 0))) for a in areas
            }
        return found | self.handling(now)

    def handling(self, now: pd.DataFrame) -> dict[str, dict[str, Figure]]:
        end = midnight(self.day + timedelta(days=1))
        sums: dict[str, dict[str, list[int]]] = {name: {} for name in ("C08", "C09", "C10", "C10L", "C11")}
        for row in now.to_dict("records"):
            closed = row["state"] == "closed" and before_moment(row["closed_at"], end)
            done = row["closed_at"] if closed else end
            late = known(row["due_at"]) and row["due_at"] < done
            due = row["state"] not in ("direct_answered", "invalid")
            said = row["satisfaction"] in ("satisfied", "basically", "dissatisfied", "unknown")
            asked = (known(row["revisit_at"]) or said) and (not known(row["revisit_at"]) or row["revisit_at"] < end)
            for name, below, above in (
                ("C08", due, closed and not late),
                ("C09", due and asked, row["satisfaction"] == "satisfied"),
                ("C10", due, row["rework_count"] > 0),
                ("C10L", due, late),
                ("C11", row["complaint"] and row["state"] != "invalid", known(row["duplicate_of_id"])),
            ):
                if below:
                    pair = sums[name].setdefault(row["area"], [0, 0])
                    pair[0] += bool(above)
                    pair[1] += 1
        return {
            name: {area: (float(above), float(below), below) for area, (above, below) in own.items()}
            for name, own in sums.items()
        }

    def populations(self) -> dict[str, tuple[int, int]]:
        rows = frame(AreaPopulation.objects.filter(year__lte=self.day.year), "area__code", "year", "residents")
        rows = rows.sort_values("year").groupby("area__code").tail(1)
        return {code: (residents, year) for code, year, residents in rows.itertuples(index=False)}


def known(value: object) -> bool:
    return value is not None and not pd.isna(value)


def before_moment(value: object, end: datetime) -> bool:
    return known(value) and value < end  # type: ignore[operator]


def after(days: pd.Series, day: date) -> pd.Series:
    return days.map(lambda one: isinstance(one, date) and one > day).astype(bool)


def before(days: pd.Series, day: date) -> pd.Series:
    return days.map(lambda one: isinstance(one, date) and one < day).astype(bool)


def along(day: date, start: date, end: date) -> float:
    if day >= end:
        return 1.0
    return 0.0 if day <= start else (day - start).days / (end - start).days


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONE)


def back(day: date, months: int) -> date:
    """So many months before; a month's last day stays one."""
    number = day.year * 12 + day.month - 1 - months
    last = calendar.monthrange(number // 12, number % 12 + 1)[1]
    ends = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(number // 12, number % 12 + 1, last if ends else min(day.day, last))
