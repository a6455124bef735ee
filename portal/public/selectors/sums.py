"""Sums by unit, category and year over the projects that a filter finds: in one statement, exact to the fen.

A year is that of the money: planned and issued for it, paid in it. What a project is as a whole (its investment, its
number) has no year and is given where `year` is not asked for: else it would count as often as the project has years.
"""

from decimal import Decimal
from typing import Any, Final

from django.db import connections
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce, Substr

from geodata.summary.filters import ProjectFilter
from portal.public.models import PublishedProject
from portal.public.selectors.rows import NEWEST, projects

YEARLY: Final = ("projects", "planned", "allocated", "paid", "payments")
MONEY: Final = ("budget", "completed", "arrived", "disbursed", "contract_total")
_COLUMN: Final = {"unit": "p.unit", "category": "left(p.category, 2)", "year": "f.year"}
# one row a project and year, plans and payments together, before they meet `p`, the projects that the filter finds;
# under a filter only theirs are read: adding up those of all first would take a second
_BY_YEAR: Final = """
WITH p AS MATERIALIZED ({projects}), each AS (
    SELECT code, year::int, coalesce(adjusted, planned) AS planned, allocated, NULL::numeric AS amount, 0 AS n
      FROM public_publishedplanyear WHERE to_snapshot IS NULL {theirs}
     UNION ALL
    SELECT code, extract(year FROM paid_on)::int, NULL, NULL, amount, 1
      FROM public_publishedpayment WHERE to_snapshot IS NULL {theirs}
), f AS (
    SELECT code, year, sum(planned) AS planned, sum(allocated) AS allocated, sum(amount) AS amount, sum(n) AS n
      FROM each {where} GROUP BY code, year
)
SELECT {columns}, count(*), coalesce(sum(f.planned), 0), coalesce(sum(f.allocated), 0), coalesce(sum(f.amount), 0),
       coalesce(sum(f.n), 0)::bigint
  FROM f JOIN p USING (code) GROUP BY {groups} ORDER BY {groups}
"""


def sums(by: tuple[str, ...], year: int | None, chosen: ProjectFilter) -> list[dict[str, Any]]:
    """A line each group, by the names of its columns; without `year`: number, MONEY, payments. One question."""
    rows = projects(NEWEST, chosen).order_by()
    return _by_year(by, year, rows, chosen != ProjectFilter()) if "year" in by else _standing(by, rows)


def _standing(by: tuple[str, ...], rows: QuerySet[PublishedProject]) -> list[dict[str, Any]]:
    columns: dict[str, Any] = {"unit": F("unit"), "category": Substr("category", 1, 2)}
    named = {f"by_{name}": columns[name] for name in by}
    grouped = (
        rows.annotate(**named)
        .values(*named)
        .annotate(
            n=Count("row"),
            payments=Coalesce(Sum("payment_count"), 0),
            **{f"sum_{name}": Coalesce(Sum(name), Decimal(0)) for name in MONEY},
        )
    )
    return [
        {name: group[f"by_{name}"] for name in by}
        | {"projects": group["n"]}
        | {name: group[f"sum_{name}"] for name in MONEY}
        | {"payments": group["payments"]}
        for group in grouped.order_by(*named)
    ]


def _by_year(
    by: tuple[str, ...], year: int | None, rows: QuerySet[PublishedProject], is_limited: bool
) -> list[dict[str, Any]]:
    inner, parameters = rows.values("code", "unit", "category").query.get_compiler("public").as_sql()
    statement = _BY_YEAR.format(
        projects=inner,
        columns=", ".join(_COLUMN[name] for name in by),
        groups=", ".join(str(number + 1) for number in range(len(by))),
        theirs="AND code IN (SELECT code FROM p)" if is_limited else "",
        where="WHERE year = %s" if year is not None else "",
    )
    with connections["public"].cursor() as cursor:
        cursor.execute(statement, [*parameters, *([year] if year is not None else [])])
        found = cursor.fetchall()
    return [dict(zip((*by, *YEARLY), row, strict=True)) for row in found]
