"""The published facts by which completeness of disclosure is judged (portal/public/disclosure.py)."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any, Final

from django.db.models import OuterRef, QuerySet

from geodata.gathering import gathered
from portal.public import disclosure
from portal.public.disclosure import Counts, Facts, GroupCounts, Late
from portal.public.models import (
    PublishedContract,
    PublishedContractChange,
    PublishedMilestone,
    PublishedProject,
    Snapshot,
)
from portal.public.selectors.rows import NEWEST, Edition, at

HERE: Final = OuterRef("code")
_READ: Final = ("code", "name", "unit", "status", "project_code", "owner_unit", "scope_content", "budget")
PIECE: Final = 2000


def facts_of(rows: QuerySet[PublishedProject], edition: Edition = NEWEST) -> Iterator[Facts]:
    """Of each project, in one statement; memory does not grow with rows, which are those of the edition."""
    nodes = at(PublishedMilestone, edition).filter(code=HERE, node__in=disclosure.NODES, actual_on__isnull=False)
    contracts = at(PublishedContract, edition).filter(code=HERE)
    grave = at(PublishedContractChange, edition).filter(code=HERE, level__in=disclosure.GRAVE)
    read = rows.only("row", *_READ, "actual_start_on", "accepted_on").annotate(
        reached=gathered(nodes, "node", "actual_on"),
        signed=gathered(contracts, "kind", "supplier", "price", "signed_on"),
        changed=gathered(grave, "level", "approved_on", "reason", "content"),
    )
    for row in read.iterator(chunk_size=PIECE):
        yield _facts(row)


def _facts(row: Any) -> Facts:
    return Facts(
        row=row,
        reached={node["node"]: date.fromisoformat(node["actual_on"]) for node in row.reached},
        contracts=[_with_days(one, "signed_on") for one in row.signed],
        changes=[_with_days(one, "approved_on") for one in row.changed],
    )


def _with_days(values: dict[str, Any], name: str) -> SimpleNamespace:
    """Far lighter than a row of the model: a city has half a million of them."""
    text = values[name]
    return SimpleNamespace(**{**values, name: date.fromisoformat(text) if text else None})


def disclosure_counts(snapshot: Snapshot) -> Counts | None:
    """Unit → group → state → number of projects, kept with the snapshot; None for one of before they were kept.

    They are not counted while somebody waits for a page: of 100,000 projects that takes fourteen seconds.
    """
    kept: Counts | None = snapshot.whole.get("disclosure")
    return kept


def disclosure_of(snapshot: Snapshot, unit: str) -> tuple[GroupCounts, Late, list[Facts]] | None:
    """What is kept of a unit, and the facts of those of its projects that wait longest; None as above."""
    if "late" not in snapshot.whole:
        return None
    number, codes = snapshot.whole["late"].get(unit, (0, []))
    rows = at(PublishedProject, snapshot.edition).filter(code__in=codes).order_by()
    counts: GroupCounts = snapshot.whole["disclosure"].get(unit, {})
    return counts, (number, codes), list(facts_of(rows, snapshot.edition)) if codes else []
