"""Random but repeatable writes of every kind of fact, for tests that hold whatever was written."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from geodata.complaints.models import WorkOrder
from geodata.funding.models import BudgetLine, Contract, Disbursement, FundingPlan
from geodata.progress.models import PeriodReport
from geodata.projects.models import InvestmentApproval, Project
from tests.geodata.summary import facts


def some_of_everything(project: Project) -> None:
    """One fact of each source that a figure comes from."""
    InvestmentApproval.objects.create(project=project, basis="estimate", amount=5)
    facts.status(project, date(2026, 1, 1), "not_started")
    facts.report(project, date(2026, 2, 28), invested_cumulative=3, invested_year=2)
    facts.plan(project, planned_amount=9)
    FundingPlan.objects.create(project=project, source=facts.source("municipal"), amount=4)
    facts.arrival(facts.budget_line(project, "80.01"), "70.02")
    made = facts.contract(project, "500")
    facts.change(made, "6", date(2026, 2, 2))
    facts.measurement(made, date(2026, 2, 20), "33.33")
    facts.payment(project, "20.20")
    facts.order(project)


class Writer:
    """Writes facts of the projects given; the same seed writes the same."""

    def __init__(self, projects: list[Project], seed: int) -> None:
        self.chance = random.Random(seed)
        self.projects = projects
        for project in projects:
            some_of_everything(project)
        self.payments: list[Disbursement] = []
        self.orders: list[WorkOrder] = []
        self.contracts = list(Contract.objects.filter(project__in=projects).order_by("id"))
        self.lines = list(BudgetLine.objects.filter(project__in=projects).order_by("id"))

    def write(self, times: int) -> None:
        """So many random facts, from January to April 2026."""
        actions: list[Any] = [
            *[self.pay] * 3, self.pay_status, self.reassign, self.change_status, self.report,
            *[self.complain] * 2, self.merge, self.arrive, self.measure, self.change_contract,
        ]  # fmt: skip
        for _ in range(times):
            self.chance.choice(actions)()

    def project(self) -> Project:
        return self.chance.choice(self.projects)

    def day(self) -> date:
        return date(2026, 1, 1) + timedelta(days=self.chance.randrange(120))

    def amount(self) -> str:
        return str(Decimal(self.chance.randrange(1, 10_000_000)) / 100 * self.chance.choice([1, 1, 1, -1]))

    def pay(self) -> None:
        level = self.chance.choice(["to_payee", "to_payee", "to_unit"])
        to = self.chance.choice([*self.projects, None])
        self.payments.append(facts.payment(to, self.amount(), self.day(), level=level))

    def pay_status(self) -> None:
        if self.payments:
            status = self.chance.choice(["pending", "void", "cleared", "returned"])
            facts.set_status(self.chance.choice(self.payments), status)

    def reassign(self) -> None:
        if self.payments:
            facts.assign(self.chance.choice(self.payments), self.chance.choice([*self.projects, None]))

    def change_status(self) -> None:
        facts.status(self.project(), self.day(), self.chance.choice(["under_construction", "suspended", "accepted"]))

    def report(self) -> None:
        project, day = self.project(), self.day()
        earlier = PeriodReport.objects.filter(project=project, period_end=day, kind="month").count()
        facts.report(
            project,
            day,
            version=earlier + 1,
            state=self.chance.choice(["approved", "draft"]),
            invested_cumulative=self.chance.randrange(10**9),
            invested_year=self.chance.randrange(10**8),
        )

    def complain(self) -> None:
        twin = self.chance.choice([None, *self.orders])
        self.orders.append(facts.order(self.project(), duplicate_of=twin))

    def merge(self) -> None:
        if self.orders:
            twin = self.chance.choice(self.orders)
            WorkOrder.objects.filter(duplicate_of=None).exclude(pk=twin.pk).update(duplicate_of=twin)

    def arrive(self) -> None:
        to = self.chance.choice([self.project(), None])
        facts.arrival(self.chance.choice(self.lines), self.amount(), self.day(), project=to)

    def measure(self) -> None:
        facts.measurement(self.chance.choice(self.contracts), self.day(), self.amount().lstrip("-"))

    def change_contract(self) -> None:
        facts.change(self.chance.choice(self.contracts), self.amount(), self.chance.choice([self.day(), None]))
