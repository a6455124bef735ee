"""The history of the page in words: who, when, what from what to what, why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geodata.figures.wording import wan
from geodata.progress.history import Happening, Kind
from geodata.progress.models import PeriodReport
from geodata.projects.choices import (
    Disclosure,
    GeometrySource,
    InvestmentBasis,
    Nature,
    Precision,
    PublicGeometry,
    Stage,
    Status,
    SuspensionKind,
    TaskLevel,
    VersionState,
)
from geodata.projects.models import Project
from geodata.summary.columns import COLUMNS
from portal import wording

KINDS: Final = {
    Kind.STATUS: gettext_lazy("Status"),
    Kind.SHAPE: gettext_lazy("Shape on the map"),
    Kind.INVESTMENT: gettext_lazy("Investment approval"),
    Kind.REPORT: gettext_lazy("Report"),
    Kind.RECORD: gettext_lazy("Facts of the record"),
}
# columns of the record under the names that every list uses, and those that no list has
_LABELS: Final = {column.name: column.label for column in COLUMNS} | {
    "serial_no": "平台编号",
    "category_id": "项目类别",
    "management_unit_id": "属地管理单位",
    "admin_area_id": "行政区划",
    "township_id": "乡镇街道",
    "parent_id": "上级项目",
    "is_livelihood_task": "民生实事",
    "task_level": "实事级别",
    "handed_over_on": "移交日期",
    "total_investment": "总投资",
    "investment_basis": "投资依据",
    "physical_desc": "形象进度描述",
    "person_in_charge": "项目负责人",
    "office_phone": "办公电话",
    "sponsor_leader": "包保领导",
    "benefited_households": "受益户数",
    "benefited_population": "受益人口",
    "problems": "存在问题",
    "data_as_of": "数据截止",
}
_CHOICES: Final[dict[str, Any]] = {
    "nature": Nature,
    "task_level": TaskLevel,
    "planned_start_precision": Precision,
    "planned_end_precision": Precision,
    "investment_basis": InvestmentBasis,
    "disclosure": Disclosure,
    "public_geometry": PublicGeometry,
}

Pairs = list[dict[str, str]]


def happening_texts(one: Happening) -> dict[str, Any]:
    """One line of the history."""
    return {
        "kind": one.kind,
        "kind_label": str(KINDS[Kind(one.kind)]),
        "day": wording.day(one.day) if one.day else wording.day(localtime(one.recorded_at).date()),
        "recorded": localtime(one.recorded_at).strftime("%Y-%m-%d %H:%M"),
        "who": one.who or (_("import no. %(number)s") % {"number": one.batch} if one.batch else _("the system")),
        "said": one.said,
        **_TEXTS[Kind(one.kind)](one),
    }


def _status(one: Happening) -> dict[str, Any]:
    before, after = one.before.get("status"), one.after["status"]
    more: Pairs = [_pair(_("Stage"), wording.label(Stage(one.after["stage"]).label))]
    if one.after["suspension_kind"]:
        more.append(_pair(_("Kind of stop"), wording.label(SuspensionKind(one.after["suspension_kind"]).label)))
    if one.after["reported_on"]:
        more.append(_pair(_("Stop reported on"), wording.day(date.fromisoformat(one.after["reported_on"]))))
    if one.after["expected_resume_on"]:
        more.append(_pair(_("Expected to resume"), wording.day(date.fromisoformat(one.after["expected_resume_on"]))))
    if one.after["doc_no"]:
        more.append(_pair(_("Document"), one.after["doc_no"]))
    if one.after["is_backward"]:
        more.append(_pair("", _("out of the usual order")))
    changed = {
        "old": wording.label(Status(before).label) if before else "",
        "new": wording.label(Status(after).label),
        "shape": wording.SHAPE[after],
    }
    return {"changed": [{"name": "", **changed}], "more": more}


def _shape(one: Happening) -> dict[str, Any]:
    after = one.after
    more = [_pair(_("Source of the shape"), wording.label(GeometrySource(after["source"]).label))]
    if after["area_m2"]:
        more.append(_pair(_("Area"), _("%(n)s m²") % {"n": f"{after['area_m2']:,.0f}"}))
    if after["length_m"]:
        more.append(_pair(_("Length"), _("%(n)s m") % {"n": f"{after['length_m']:,.0f}"}))
    title = _("version %(number)s") % {"number": after["number"]}
    return {
        "changed": [{"name": title, "old": "", "new": wording.label(VersionState(after["state"]).label)}],
        "more": more,
    }


def _investment(one: Happening) -> dict[str, Any]:
    basis = wording.label(InvestmentBasis(one.after["basis"]).label)
    more = [_pair(_("Approved by"), one.after["approving_unit"])] if one.after["approving_unit"] else []
    return {
        "changed": [{"name": basis, "old": _amount(one.before.get("amount")), "new": _amount(one.after["amount"])}],
        "more": more,
    }


def _amount(value: Any) -> str:
    return "" if value is None else f"{wan(value)} {_('10,000 yuan')}"


def _report(one: Happening) -> dict[str, Any]:
    after = one.after
    more: Pairs = []
    if after["physical_pct"] is not None:
        more.append(_pair(_("Physical progress"), wording.progress_text(after["physical_pct"])))
    if after["invested_cumulative"] is not None:
        more.append(_pair(_("Done so far"), _amount(after["invested_cumulative"])))
    kind = _("Weekly report") if after["kind"] == PeriodReport.Kind.WEEK else _("Monthly report")
    version = "" if after["version"] == 1 else _("version %(number)s") % {"number": after["version"]}
    return {"changed": [{"name": kind, "old": "", "new": version or _("approved")}], "more": more}


def _record(one: Happening) -> dict[str, Any]:
    if not one.after:
        return {"changed": [{"name": "", "old": "", "new": _("entered into the record")}], "more": []}
    return {
        "changed": [
            {
                "name": wording.label(_LABELS.get(name, name)),
                "old": _value(name, one.before.get(name)) or "—",
                "new": _value(name, one.after[name]) or "—",
            }
            for name in one.after
        ],
        "more": [],
    }


def _value(name: str, value: Any) -> str:
    """A column's value as people read it."""
    if value is None or value in ("", []):
        return ""
    if name in _CHOICES:
        return wording.label(_CHOICES[name](value).label)
    if name == "total_investment":
        return _amount(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "、".join(map(str, value))
    return wording.day(date.fromisoformat(value)) if name in _DAYS else str(value)


_DAYS: Final = frozenset(
    field.name for field in Project._meta.concrete_fields if field.get_internal_type() == "DateField"
)


def _pair(name: str, text: str) -> dict[str, str]:
    return {"name": name, "text": text}


_TEXTS: Final[Mapping[Kind, Callable[[Happening], dict[str, Any]]]] = {
    Kind.STATUS: _status,
    Kind.SHAPE: _shape,
    Kind.INVESTMENT: _investment,
    Kind.REPORT: _report,
    Kind.RECORD: _record,
}
