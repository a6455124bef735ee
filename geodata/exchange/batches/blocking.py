"""What stands in the way of rolling a batch back: changes of its rows since, and rows of others that rest on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db.models import Model
from django.utils import timezone

from geodata.exchange.batches.trail import Done, done_by
from geodata.exchange.models import Batch
from geodata.funding.models import Disbursement, DisbursementAssignment, DisbursementStatus
from geodata.progress.models import PeriodReport
from geodata.projects.models import Project, StatusChange
from geodata.stewards.models import User

NAMES: Final[Mapping[str, str]] = {
    "projects.Project": "项目",
    "projects.ProjectParty": "参建单位",
    "projects.StatusChange": "状态变更",
    "projects.GeometryVersion": "图形",
    "projects.InvestmentApproval": "投资批复",
    "projects.LivelihoodTask": "民生实事任务",
    "projects.TaskContribution": "实事任务的关联项目",
    "progress.PlanYear": "年度计划",
    "progress.Milestone": "节点",
    "progress.PeriodReport": "进度报表",
    "progress.Photo": "照片",
    "progress.Attachment": "附件",
    "progress.Release": "公开记录",
    "progress.StatusRequest": "状态申请",
    "visits.CheckIn": "现场签到",
    "funding.FundingPlan": "资金筹措",
    "funding.BudgetLine": "预算指标",
    "funding.FundArrival": "资金到位",
    "funding.Contract": "合同",
    "funding.ContractChange": "合同变更",
    "funding.Measurement": "计量",
    "funding.BudgetProjectMap": "预算项目对应",
    "funding.Disbursement": "支付",
    "funding.DisbursementStatus": "支付状态",
    "funding.DisbursementAssignment": "支付归集",
    "complaints.WorkOrder": "工单",
    "complaints.OrderMatch": "工单与项目的关联",
    "complaints.PersonReveal": "诉求人信息的查看",
}
# drawn from the record by jobs: they follow it by themselves
DERIVED_APPS: Final = frozenset(
    {"summary", "notices", "quality", "alerts", "conflicts", "curves", "exchange", "publication", "organisations"}
)
_NAMED, _NAMED_AT_MOST = 100, 3  # rows that are looked at for the names of what they rest on; names in a sentence
# they go and come with the rows that they hang on
FOLLOW: Final = frozenset({"complaints.WorkOrderPerson", "projects.ProjectAreaShare", "funding.PaymentStanding"})


def blockers(batch: Batch) -> list[str]:
    """Chinese phrases, one a finding; empty when the batch can be rolled back."""
    done = [table for table in done_by(batch) if table.model._meta.app_label not in DERIVED_APPS]
    found = [*_changed_since(batch, done), *_resting(batch, done), *_grown(batch, done), *_frozen(done)]
    return list(dict.fromkeys(found))


def _name(model: type[Model]) -> str:
    return NAMES.get(model._meta.label, str(model._meta.verbose_name))


def _changed_since(batch: Batch, done: list[Done]) -> Iterator[str]:
    for table in done:
        if table.label in FOLLOW:
            continue
        events = table.later(batch.context_id)
        people = _people(events)
        for event in events:
            who = people.get(_user_of(event), "")
            when = timezone.localtime(event.pgh_created_at)
            yield f"{_name(table.model)}“{_which(event)}”已被{who or '后来的处理'}改动（{when:%Y-%m-%d %H:%M}）"
        missing = table.changed | table.removed
        if missing and len(table.earlier(sorted(missing))) < len(missing):
            yield f"{_name(table.model)}没有更早的记录可以恢复"


def _user_of(event: Model) -> int | None:
    context = getattr(event, "pgh_context", None)
    found = (context.metadata or {}).get("user") if context is not None else None
    return int(found) if found else None


def _people(events: list[Model]) -> dict[int | None, str]:
    ids = {number for event in events if (number := _user_of(event)) is not None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}


def _which(event: Any) -> str:
    """What people call the row: its number, name or project."""
    for name in ("serial_no", "number", "order_no", "doc_no", "name", "code"):
        value = getattr(event, name, "")
        if value:
            return str(value)[:40]
    project = getattr(event, "project_id", None)
    serial = Project.objects.filter(pk=project).values_list("serial_no", flat=True).first() if project else None
    return str(serial or getattr(event, "pgh_obj_id", event.pk))


def _resting(batch: Batch, done: list[Done]) -> Iterator[str]:
    """Rows that others made since and that name a row of the batch."""
    own = {table.model: table.made for table in done}
    for table in done:
        if not table.made:
            continue
        for relation in table.model._meta.related_objects:
            model = relation.related_model
            if isinstance(model, str) or not _counts(model):
                continue
            rows = model._default_manager.filter(**{f"{relation.field.name}__in": table.made})
            rows = rows.exclude(pk__in=own.get(model, set()))
            if any(field.name == "batch" for field in model._meta.fields):
                rows = rows.exclude(batch=batch.pk)
            if model._meta.label == "complaints.OrderMatch":
                rows = rows.filter(decided_by__isnull=False)
            number = rows.count()
            if number:
                named = _some(table.model, set(rows.order_by().values_list(relation.field.attname, flat=True)[:_NAMED]))
                yield f"{_name(table.model)}“{named}”已有 {number} 条{_name(model)}"


def _some(model: type[Model], numbers: set[int]) -> str:
    """What people call these rows; the first of them where there are many."""
    names = [
        _which(row) for row in model._default_manager.filter(pk__in=sorted(numbers)[:_NAMED_AT_MOST]).order_by("pk")
    ]
    return "、".join(names) + ("等" if len(numbers) > len(names) else "")


def _counts(model: type[Model]) -> bool:
    options = model._meta
    if options.app_label in DERIVED_APPS or options.label in FOLLOW or options.proxy:
        return False
    return not hasattr(model, "pgh_tracked_model")


def _grown(batch: Batch, done: list[Done]) -> Iterator[str]:
    """What only grows: a later payment's standing, reversal or assignment, a later change of status."""
    new = next((table.made for table in done if table.model is Project), set())
    first = StatusChange.objects.filter(batch=batch.pk).exclude(project__in=new).order_by("pk").first()
    if first is not None:
        projects = StatusChange.objects.filter(batch=batch.pk).exclude(project__in=new).values("project")
        later = StatusChange.objects.filter(project__in=projects, pk__gt=first.pk).exclude(batch=batch.pk)
        for serial in later.values_list("project__serial_no", flat=True).distinct()[:10]:
            yield f"项目“{serial}”之后又有状态变更"
    yield from _payments(batch)


def _payments(batch: Batch) -> Iterator[str]:
    own = Disbursement.objects.filter(batch=batch.pk)
    for number in Disbursement.objects.filter(reverses__in=own).exclude(batch=batch.pk).values_list("voucher_no")[:10]:
        yield f"支付已被凭证“{number[0]}”冲销"
    for model in (DisbursementStatus, DisbursementAssignment):
        touched = model.objects.filter(batch=batch.pk).order_by("pk")
        first = touched.first()
        if first is None:
            continue
        payments = Disbursement.objects.filter(pk__in=list(touched.values_list("disbursement_id", flat=True)))
        later = model.objects.filter(disbursement__in=payments, pk__gt=first.pk)
        for number in later.exclude(batch=batch.pk).values_list("disbursement__voucher_no")[:10]:
            yield f"凭证“{number[0]}”之后又有{_name(model)}"


def _frozen(done: list[Done]) -> Iterator[str]:
    """Approved reports of known projects cannot be taken out: a correction is a new version of the period."""
    reports = next((table for table in done if table.model is PeriodReport), None)
    if reports is None:
        return
    new = next((table.made for table in done if table.model is Project), set())
    rows = PeriodReport.objects.filter(pk__in=reports.made, state=PeriodReport.State.APPROVED).exclude(project__in=new)
    number = rows.count()
    if number:
        yield f"{number} 份进度报表已审核、已冻结，请以更正版本改正"
