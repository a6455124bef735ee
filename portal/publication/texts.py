"""How changes and checks read on the page: plain dictionaries for the templates."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from geodata.figures.wording import percent, yuan
from geodata.projects.choices import Nature, Precision, Stage, Status
from geodata.summary.columns import COLUMNS, PERCENT, RATIO, YUAN
from portal import wording
from portal.public.models import PublishedProject, Snapshot
from portal.publication.allowlist import TABLES

TABLE: Final = {
    "public_publishedproject": gettext_noop("Projects"),
    "public_publishedpayment": gettext_noop("Payments"),
    "public_publishedcontract": gettext_noop("Contracts"),
    "public_publishedcontractchange": gettext_noop("Contract changes"),
    "public_publishedfunding": gettext_noop("Sources of money"),
    "public_publishedplanyear": gettext_noop("Plan years"),
    "public_publishedmilestone": gettext_noop("Milestones"),
    "public_publishedphoto": gettext_noop("Photos"),
    "public_publisheddocument": gettext_noop("Documents"),
    "public_publishedarea": gettext_noop("Areas"),
    "public_publishedbasefeature": gettext_noop("Base map"),
    "public_publishedlabel": gettext_noop("Names of codes"),
}
OTHER_COLUMNS: Final = {
    "payee": gettext_noop("Payee"),
    "supplier": gettext_noop("Contractor"),
    "responsible_unit": gettext_noop("Responsible unit"),
    "office_phone": gettext_noop("Office telephone"),
    "complaints_band": gettext_noop("Complaints (band)"),
    "reason": gettext_noop("Reason"),
    "content": gettext_noop("Content"),
    "caption": gettext_noop("Caption"),
    "title": gettext_noop("Title"),
}
_ORDER: Final = {
    name: place for place, name in enumerate(next(t.columns for t in TABLES if t.model is PublishedProject))
}
_KNOWN: Final = {column.name: column for column in COLUMNS}
_CODED: Final[dict[str, Any]] = {"status": Status, "stage": Stage, "nature": Nature}


def column_label(name: str) -> str:
    column = _KNOWN.get(name)
    return wording.label(column.label) if column else _(OTHER_COLUMNS.get(name, name))


def value_text(name: str, value: str | None, places: Mapping[str, str]) -> str:
    """A value of the report, which is always a text, as people read it."""
    if value in {None, "", "[]"}:
        return "—"
    text = str(value)
    if name in _CODED and text in _CODED[name].values:
        return wording.label(_CODED[name](text).label)
    if name.endswith("_precision") and text in Precision.values:
        return wording.label(Precision(text).label)
    if name in {"unit", "region", "township"}:
        return wording.label(places.get(text, text))
    if text in {"true", "false"}:
        return _("yes") if text == "true" else _("no")
    return _number_or_day(name, text)


def _number_or_day(name: str, text: str) -> str:
    unit = _KNOWN[name].unit if name in _KNOWN else ""
    try:
        if unit == YUAN:
            return f"{yuan(Decimal(text))} {_('yuan')}"
        if unit == RATIO:
            return percent(Decimal(text), 1)
        if unit == PERCENT:
            return percent(Decimal(text) / 100, 1)
        if name.endswith("_on") or name == "updated":
            return wording.day(date.fromisoformat(text))
    except (InvalidOperation, ValueError):
        return text
    return text.strip("[]").replace('"', "") if text.startswith("[") else text


def snapshot_counts(snapshot: Snapshot) -> dict[str, str]:
    """Counts of a snapshot in groups of three."""
    return {"projects": f"{snapshot.projects:,}", "payments": f"{snapshot.payments:,}"}


def _signed(change: Decimal, text: str) -> str:
    return f"+{text}" if change > 0 else text


def totals(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is public now, what it would be, and the difference."""
    lines = (
        ("projects", _("Projects"), False),
        ("budget", _("Total investment"), True),
        ("funding", _("Money planned by source"), True),
        ("contracts", _("Contracts with changes"), True),
        ("payments", _("Number of payments"), False),
        ("disbursed", _("Disbursed"), True),
    )
    found = []
    for name, label, is_money in lines:
        old, new = (Decimal(str(report["totals"][when][name])) for when in ("old", "new"))

        def text(amount: Decimal, is_money: bool = is_money) -> str:
            return f"{yuan(amount)} {_('yuan')}" if is_money else f"{amount:,}"

        difference = _signed(new - old, text(new - old)) if new != old else "—"
        found.append({"label": label, "old": text(old), "new": text(new), "difference": difference})
    return found


def changes(report: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """The report of a look ahead."""
    projects, payments, counts = report["projects"], report["payments"], report["tables"]
    of_projects = counts["public_publishedproject"]
    return {
        "base": report["base"],
        "nothing": not any(any(table.values()) for table in counts.values()),
        "tables": [{"label": _(TABLE.get(name, name)), **counts[name]} for name in TABLE if name in counts],
        "totals": totals(report),
        "new": _listed(projects["new"], of_projects["new"], places),
        "gone": _listed(projects["gone"], of_projects["gone"], places),
        "changed": {
            "rows": [_fields(project, places) for project in projects["changed"]],
            "total": of_projects["changed"],
            "more": of_projects["changed"] - len(projects["changed"]),
            "columns": [{"label": column_label(name), "times": n} for name, n in projects["columns"].items()],
        },
        "statuses": _statuses(projects, places),
        "payments": _payments(payments),
    }


def _statuses(projects: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    rows = [
        {
            **_place(row["code"], row["name"]),
            "old": value_text("status", row["old"], places),
            "new": value_text("status", row["new"], places),
        }
        for row in projects["statuses"]
    ]
    total = projects["columns"].get("status", 0)
    return {"rows": rows, "total": total, "more": total - len(rows)}


def _place(code: str, name: str) -> dict[str, str]:
    return {"code": code, "name": name or code, "url": project_url(code)}


def project_url(code: str) -> str:
    try:
        return reverse("workbench:project", args=[code]) if code else ""
    except NoReverseMatch:
        return ""


def _listed(rows: list[dict[str, Any]], total: int, places: Mapping[str, str]) -> dict[str, Any]:
    shown = [
        {
            **_place(row["code"], row["name"]),
            "unit": value_text("unit", row["unit"], places),
            "status": value_text("status", row["status"], places),
            "budget": wording.money(Decimal(row["budget"])) if row["budget"] else "—",
        }
        for row in rows
    ]
    return {"rows": shown, "total": total, "more": total - len(shown)}


def _fields(project: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    lines = []
    for name, old, new in sorted(project["fields"], key=lambda field: _ORDER.get(field[0], len(_ORDER))):
        if name == "geom":
            words = _("added") if old is None else _("removed") if new is None else _("moved or redrawn")
            lines.append({"label": column_label(name), "old": "", "new": words})
        else:
            old_text, new_text = (value_text(name, value, places) for value in (old, new))
            lines.append({"label": column_label(name), "old": old_text, "new": new_text})
    return {**_place(project["code"], project["name"]), "fields": lines}


def yuan_text(amount: Decimal) -> str:
    return f"{yuan(amount)} {_('yuan')}"


def _yuan(amount: str) -> str:
    return yuan_text(Decimal(amount))


def _payments(payments: Mapping[str, Any]) -> dict[str, Any]:
    kinds = (("new", _("added"), "new"), ("gone", _("removed"), "old"), ("changed", _("changed"), "new"))
    return {
        "lines": [
            {"label": label, "number": payments[what]["number"], "amount": _yuan(payments[what][side])}
            for what, label, side in kinds
            if what in payments
        ],
        "rows": [
            {**_place(row["code"], row["name"]), "number": row["number"], "amount": _yuan(row["amount"])}
            for row in payments["places"]
        ],
    }


def checks(report: Mapping[str, Any]) -> dict[str, Any]:
    """Checks with their places; what blocks stands first."""
    found = [
        {
            "label": wording.label(check["label"]),
            "state": "fine" if not check["total"] else "block" if check["blocking"] else "note",
            "total": check["total"],
            "more": check["total"] - len(check["places"]),
            "places": [_check_place(place) for place in check["places"]],
        }
        for check in report.get("checks", ())
    ]
    order = {"block": 0, "note": 1, "fine": 2}
    return {
        "rows": sorted(found, key=lambda check: order[check["state"]]),
        "blocks": sum(check["state"] == "block" for check in found),
        "notes": sum(check["state"] == "note" for check in found),
    }


def _withdraw_url(code: str) -> str:
    return reverse("publication:project", args=[code]) if code else ""


def _check_place(place: Mapping[str, str]) -> dict[str, str]:
    where = _(TABLE.get(place["table"], "")) if place["table"] else ""
    facts = [where, column_label(place["column"]) if place["column"] else "", place["key"] if not place["code"] else ""]
    return {
        "name": place["name"] or place["code"] or place["key"] or place["text"],
        "code": place["code"] if place["name"] else "",
        "url": project_url(place["code"]),
        "withdraw_url": reverse("publication:project", args=[place["code"]])
        if place["code"] and place["table"]
        else "",
        "facts": " · ".join(fact for fact in facts if fact),
        "text": place["text"] if place["name"] or place["code"] or place["key"] else "",
    }
