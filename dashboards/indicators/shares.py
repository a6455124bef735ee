"""Projects that lie in several counties by stated shares: each county has its share of the money, never a guess."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import OuterRef

from dashboards.indicators.parts import NOTHING, Part, Parts
from dashboards.indicators.rows import IN_RATES, OF_ALL, RATIOS, measured
from geodata.gathering import gathered
from geodata.projects.models import ProjectAreaShare
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow

SHARED: Final = "shared"  # the measure under whose name facts.py tells which projects have shares


def move_shares(parts: Parts, measures: Collection[str], *, day: date, chosen: ProjectFilter, today: date) -> None:
    """Takes the money of such projects from their own county and gives it out; counts and `n` stay where it is.

    What the shares leave over (they should add to 100 %) goes to the rest. One query where any project has shares.
    """
    amounts = [name for name in measures if name in RATIOS]
    ids = [int(project) for measure, project in parts if measure == SHARED]
    for project in ids:
        del parts[SHARED, str(project)]
    if not amounts or not ids:
        return
    shares = ProjectAreaShare.objects.filter(project=OuterRef("pk")).order_by("id")
    rows, columns = measured(ProjectRow.objects.of(ids, day, today=today), amounts, day)
    rows = chosen.apply(rows).annotate(shares=gathered(shares, "share_pct", code="area__code"))
    for row in rows.order_by().values("region", "shares", *columns):
        for name in amounts:
            if row[f"{name}_below"] and (row[IN_RATES] or name in OF_ALL):
                _give_out(parts, name, row)


def _give_out(parts: Parts, name: str, row: dict[str, Any]) -> None:
    whole = Part(Decimal(row[f"{name}_above"] or 0), Decimal(row[f"{name}_below"]))
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
