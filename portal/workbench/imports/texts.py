"""Batches, their findings and what they did, as texts for the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import shapely
from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geodata.exchange.batches import folders, permits, uploading
from geodata.exchange.batches.blocking import NAMES
from geodata.exchange.batches.trail import tally
from geodata.exchange.datasets import dataset as find_dataset
from geodata.exchange.mappings import KNOWN_UNITS
from geodata.exchange.models import Batch, BatchIssue
from geodata.projects.visibility import visible
from geodata.stewards.scope import Scope
from portal import maps, wording
from portal.workbench.imports import offers
from portal.workbench.project_page.page import GROUND

State = Batch.State
SLOW: Final = timedelta(minutes=2)  # nobody has taken it up by then: the page says so
# mark of a state: components/_mark.html
SHAPES: Final = {
    State.QUEUED: "hollow",
    State.READING: "hollow",
    State.PREVIEWED: "diamond",
    State.COMMITTING: "hollow",
    State.ROLLING_BACK: "hollow",
    State.COMMITTED: "triangle",
    State.REFUSED: "square",
    State.FAILED: "square",
    State.ROLLED_BACK: "cross",
    State.DISCARDED: "cross",
}
WORK: Final = {
    State.QUEUED: gettext_lazy("Reading the file"),
    State.READING: gettext_lazy("Reading the file"),
    State.COMMITTING: gettext_lazy("Writing into the record"),
    State.ROLLING_BACK: gettext_lazy("Rolling back"),
}
SEVERITIES: Final = ("error", "question", "warning", "notice")
ISSUES_A_PAGE: Final = 100
CHANGES_SHOWN: Final = 100


def label_of(dataset: str) -> str:
    return wording.label(find_dataset(dataset).title)


def kinds(scope: Scope) -> list[dict[str, str]]:
    """What the person may import."""
    return [{"key": name, "label": label_of(name), "hint": _hint(name)} for name in permits.importable(scope)]


def _hint(name: str) -> str:
    hints = {
        "regions": _("boundaries and population, as GeoJSON, shapefile or GeoPackage"),
        "base": _("lakes, rivers, roads and names under the maps"),
        "projects": _("ledgers in Excel or CSV, and files with the places of projects"),
        "progress": _("monthly reports, milestones, yearly plans"),
        "budget": _("financing plans, budget lines, arrivals"),
        "contracts": _("contracts, their changes and measurements"),
        "disbursements": _("payments of the treasury"),
        "complaints": _("work orders of the hotline; such files are kept seven days at most"),
    }
    return hints[name]


def row(batch: Batch) -> dict[str, Any]:
    """One line of the list."""
    state = State(batch.state)
    in_doubt = batch.blocked and state is State.PREVIEWED
    return {
        "id": batch.pk,
        "url": reverse("workbench:import_batch", args=[batch.pk]),
        "file_name": batch.file_name,
        "kind_label": label_of(batch.dataset),
        "state": state.value,
        "state_label": _("Cannot come in yet") if in_doubt else wording.label(str(state.label)),
        "state_shape": "square" if in_doubt else SHAPES[state],
        "active": state in Batch.WORKING,
        "who": str(batch.user) if batch.user else _("command"),
        "when": moment(batch.opened_at),
        "counts": counts(batch),
        "size_text": size(batch.size_bytes),
    }


def counts(batch: Batch) -> dict[str, int]:
    names = ("new", "changed", "unchanged", "refused", "skipped")
    return {name: int(batch.counts.get(name, 0)) for name in names}


def size(number: int) -> str:
    """Bytes as people say them."""
    return f"{number / 1024 / 1024:.1f} MB" if number >= 1024 * 1024 else f"{max(1, round(number / 1024))} KB"


def moment(value: datetime | None) -> str:
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{wording.day(local.date())} {date_format(local, 'H:i')}"


def progress(batch: Batch, now: datetime) -> dict[str, Any]:
    """How far the worker is; for the page and for the module that asks again and again."""
    run = getattr(batch, "run", None)
    active = batch.state in Batch.WORKING
    idle = active and run is not None and run.told_at is None and now - run.asked_at > SLOW
    return {
        "id": batch.pk,
        "active": active,
        "title": str(WORK.get(State(batch.state), "")),
        "percent": run.percent if run and active else 100,
        "step": _("The background worker has not taken it up yet; it is carried out as soon as it runs.")
        if idle
        else (run.step if run and active else ""),
        "who": str(batch.user) if batch.user else "",
        "since": moment(run.asked_at) if run else "",
    }


def page(batch: Batch, scope: Scope, *, severity: str) -> dict[str, Any]:
    """A batch with everything that was found and everything that it would do or did."""
    said = Counter(dict(batch.issues.values_list("severity").annotate(n=Count("pk")).order_by()))
    told = counts(batch)
    return {
        **row(batch),
        "committed": moment(batch.committed_at),
        "rolled_back": moment(batch.rolled_back_at),
        "rolled_back_by": str(batch.rolled_back_by) if batch.rolled_back_by else "",
        "rollback_reason": batch.rollback_reason,
        "sha256": batch.sha256,
        "rows": sum(told.values()),
        "writable": told["new"] + told["changed"],
        "blocked": batch.blocked,
        "mark": uploading.mark(batch),
        "severities": [
            {
                "key": key,
                "label": wording.label(str(BatchIssue.Severity(key).label)),
                "count": said[key],
                "current": key == severity,
            }
            for key in SEVERITIES
            if said[key]
        ],
        "issue_count": sum(said.values()),
        "totals": [total(one) for one in batch.control_totals],
        "changes": batch.changes[:CHANGES_SHOWN],
        "added": batch.added[:CHANGES_SHOWN],
        "more_changes": max(told["changed"] - CHANGES_SHOWN, 0),
        "more_added": max(told["new"] - CHANGES_SHOWN, 0),
        "has_workbook": folders.errors(batch.pk).is_file(),
        "has_source": batch.uploaded and bool(_source(batch)) and permits.may_read_file(scope, batch),
        "may": permits.may_import(scope, batch.dataset),
        "options": batch.options.get("options", {}),
        "uploaded": batch.uploaded,
        "mappable": batch.uploaded and permits.may_read_file(scope, batch) and bool(folders.sketch(batch.pk)),
        "foreign": batch.blocked and not sum(told.values()) and bool(folders.sketch(batch.pk)),
        "doubt": _doubt(batch) if batch.blocked else "",
        "unread": _unread(batch) if batch.blocked and not sum(told.values()) else "",
    }


def _doubt(batch: Batch) -> str:
    """What is asked or said of a whole sheet or layer first."""
    found = (
        batch.issues.filter(severity__in=("question", "error"), row__isnull=True).order_by("-severity", "pk").first()
    )
    return found.message if found else ""


def _unread(batch: Batch) -> str:
    """Why a file could not be opened at all; "" for one that was read."""
    if folders.sketch(batch.pk):
        return ""
    first = batch.issues.filter(severity="error").order_by("pk").first()
    return first.message if first else ""


def _source(batch: Batch) -> str:
    found = next(iter(folders.folder(batch.pk).glob("source*")), None)
    return str(found or "")


def total(one: dict[str, Any]) -> dict[str, Any]:
    """A printed sum beside the sum of the rows, in 元 with thousands apart."""
    sums = {name: f"{Decimal(one[name]):,}" for name in ("declared", "computed")}
    return {**one, **sums, "row_text": _("row %(row)s") % {"row": one["row"]}}


def issues(batch: Batch, severity: str) -> list[dict[str, Any]]:
    """The findings, gravest first, by sheet and row."""
    rows = batch.issues.all()
    if severity:
        rows = rows.filter(severity=severity)
    order = {key: place for place, key in enumerate(SEVERITIES)}
    found = sorted(rows, key=lambda one: (order[one.severity], one.sheet, one.row or 0, one.pk))
    return [
        {
            "severity": one.severity,
            "label": wording.label(str(BatchIssue.Severity(one.severity).label)),
            "sheet": one.sheet,
            "row": one.row,
            "column": one.column,
            "message": one.message,
            "value": "" if one.value == "worker" else one.value,
        }
        for one in found
    ]


def deeds(batch: Batch) -> list[dict[str, Any]]:
    """What the commit did, table by table, as the audit trail says."""
    return [
        {"label": wording.label(NAMES[label]), "made": made, "changed": changed, "removed": removed}
        for label, made, changed, removed in tally(batch)
        if label in NAMES
    ]


def projects(batch: Batch, scope: Scope) -> list[dict[str, str]]:
    """Links to projects that the batch speaks of, as far as the keys of its rows name them or they came with it."""
    keys = [one["key"] for one in [*batch.added, *batch.changes]]
    serials = list(dict.fromkeys(word for key in keys for word in key.split()[:1] if "-" in word))[:CHANGES_SHOWN]
    rows = visible(scope).filter(serial_no__in=serials) | visible(scope).filter(batch=batch.pk)
    return [
        {"name": name, "code": code, "url": reverse("workbench:project", args=[code])}
        for name, code in rows.order_by("serial_no").values_list("name", "serial_no")[:CHANGES_SHOWN]
    ]


def shapes(batch: Batch) -> dict[str, Any]:
    """The map of the preview; empty without shapes."""
    found = folders.shapes(batch.pk) if batch.uploaded else None
    if not found:
        return {}
    moved = found.get("unshifted")
    return {
        "shapes": {"before": moved or found["before"], "after": found["after"]},
        "unshifted": bool(moved),
        "shown": found["shown"],
        "shape_total": found["total"],
        "map": maps.map_context(tiles=GROUND, bounds=_bounds(found), labels={}, projects=False),
    }


def _bounds(found: dict[str, Any]) -> str:
    drawn = [shapely.geometry.shape(one["geometry"]) for one in found["after"]["features"]]
    if not drawn:
        west, south, east, north = settings.CITY_VIEW
    else:
        west, south, east, north = shapely.total_bounds(drawn)
    return f"{west - 0.004:.5f},{south - 0.004:.5f},{east + 0.004:.5f},{north + 0.004:.5f}"


def choices(batch: Batch) -> dict[str, Any]:
    """What the form of a new reading offers, with what was chosen last."""
    held = batch.options.get("options", {})
    sheets: Sequence[str] = sorted({one for one in batch.issues.values_list("sheet", flat=True) if one})
    return {
        "crs": offers.systems(held.get("crs", "")),
        "units": offers.plain(KNOWN_UNITS, held.get("unit", "")),
        "encodings": offers.encodings(uploading.ENCODINGS, held.get("encoding", "")),
        "sheet": held.get("sheet", ""),
        "sheets": sheets,
        "hidden": held.get("hidden") == "include",
        "old_datums": offers.old_datums() if batch.dataset == "projects" else [],
        "control_points": held.get("control_points", ""),
        "places": batch.dataset == "projects",
    }
