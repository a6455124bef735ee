"""The questions of a preview which recorded project a row of nearly the same name means."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from geodata.exchange.batches import folders, permits
from geodata.exchange.models import Batch
from geodata.projects.visibility import visible
from geodata.stewards.scope import Scope

SHOWN: Final = 100


def alike(batch: Batch, scope: Scope) -> dict[str, Any]:
    """The questions, for those who may answer them; empty for any other state or person."""
    if batch.state != Batch.State.PREVIEWED or not permits.may_import(scope, batch.dataset):
        return {}
    asked = folders.alike(batch.pk) if batch.uploaded else []
    shown = asked[:SHOWN]
    serials = {one["serial"] for row in shown for one in row["candidates"]}
    facts = {
        serial: {"unit": unit, "location": location}
        for serial, unit, location in visible(scope)
        .filter(serial_no__in=serials)
        .values_list("serial_no", "management_unit__name", "location_text")
    }
    rows = [{**row, "candidates": [_linked(one, facts) for one in row["candidates"]]} for row in shown]
    return {"alike": rows, "alike_count": len(asked), "more_alike": len(asked) - len(shown)} if rows else {}


def _linked(one: dict[str, Any], facts: dict[str, dict[str, str]]) -> dict[str, Any]:
    """A project of the record as far as the person may look at it."""
    seen = facts.get(one["serial"])
    url = reverse("workbench:project", args=[one["serial"]]) if seen else ""
    return {**one, "url": url, "where": " · ".join(filter(None, (seen or {}).values()))}
