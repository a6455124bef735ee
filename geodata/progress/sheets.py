"""The sheet of a period: everything that the form of a report and its review page show, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from geodata.errors import NotFound
from geodata.gathering import gathered, opened
from geodata.progress import reporting
from geodata.progress.consistency import Figures
from geodata.progress.models import Attachment, Milestone, NodeTemplate, PeriodReport, Photo, PlanYear, ReportNode
from geodata.progress.periods import Period, period_of
from geodata.progress.reporting import FIRST_WORK, LAST_WORK, NOT_KNOWN, WHOLE, Elsewhere
from geodata.progress.schedule import WorkNode
from geodata.projects.models import Project, StatusChange
from geodata.projects.selectors import NOT_FOUND
from geodata.projects.visibility import visible, within
from geodata.stewards.scope import Scope

_REPORT: Final = (
    "id",
    "kind",
    "period_start",
    "period_end",
    "version",
    "revision",
    "state",
    "physical_pct",
    "physical_desc",
    "invested_period",
    "invested_year",
    "invested_cumulative",
    "work_done",
    "next_plan",
    "problems",
    "delay_reason",
    "delay_note",
    "explanation",
    "correction_reason",
    "submitted_at",
    "reviewed_at",
    "review_comment",
    "hands",
    "updated_at",
)
_PEOPLE: Final = {
    "submitter": "submitted_by__display_name",
    "submitter_account": "submitted_by__username",
    "reviewer": "reviewed_by__display_name",
    "reviewer_account": "reviewed_by__username",
}
_NODE: Final = ("report_id", "code", "name", "weight_pct", "done_pct")
_PAPER: Final = ("id", "report_id", "title", "media_type", "bytes", "uploaded_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A project and a period. `versions` newest first; they bear `submitter`, `reviewer` and their account names.
    `nodes` are those that a new report would state; `stated` those that each version states, by its id."""

    project: Project
    period: Period
    versions: Sequence[Any]
    past: Any | None
    nodes: Sequence[WorkNode]
    stated: dict[int, list[ReportNode]]
    annual_plan: Decimal | None
    status: str
    photos: Sequence[Any]
    papers: Sequence[Any]

    @property
    def newest(self) -> Any | None:
        return self.versions[0] if self.versions else None

    @property
    def approved(self) -> Any | None:
        """The version that counts."""
        return next((one for one in self.versions if one.state == PeriodReport.State.APPROVED), None)

    def shares(self, report: Any | None) -> dict[str, Decimal]:
        """Done percent by code of a version, or of the report of the period before."""
        return {node.code: node.done_pct for node in self.stated.get(report.pk, [])} if report is not None else {}

    def figures(
        self,
        *,
        physical_pct: Decimal | None,
        invested_period: Decimal | None,
        invested_year: Decimal | None,
        invested_cumulative: Decimal | None,
        elsewhere: Elsewhere = NOT_KNOWN,
    ) -> Figures:
        """What the check of contradictions wants, of what is stated here."""
        return reporting.figures(
            self.project,
            self.period,
            self.past,
            plan=self.annual_plan,
            status=self.status,
            physical_pct=physical_pct,
            invested_period=invested_period,
            invested_year=invested_year,
            invested_cumulative=invested_cumulative,
            elsewhere=elsewhere,
        )


def sheet(scope: Scope, code: str, period: Period) -> Sheet:
    """The sheet of a project of the scope. Raises NotFound. One query."""
    return _opened(_gathered(visible(scope).filter(serial_no=code), period), period)


def report_sheet(scope: Scope, report_id: int) -> tuple[Sheet, Any]:
    """The sheet of a report with the version itself. Raises NotFound outside the scope. Two queries."""
    rows = within(PeriodReport.objects.filter(project__is_deleted=False), scope, project="project")
    found = rows.filter(pk=report_id).values_list("project__serial_no", "kind", "period_end").first()
    if found is None:
        raise NotFound("没有这份报告，或者它不在您的工作范围内")
    held = sheet(scope, found[0], period_of(found[1], found[2]))
    asked = next((one for one in held.versions if one.pk == report_id), None)
    if asked is None:  # an imported report whose last day is no month's or week's
        raise NotFound("这份报告的报告期不是整月或整周，没有审核页面")
    return held, asked


def _gathered(projects: QuerySet[Project], period: Period) -> QuerySet[Project]:
    versions = PeriodReport.objects.filter(project=OuterRef("pk"), kind=period.kind, period_end=period.end)
    past = _before(OuterRef("pk"), period)
    past_of_node = _before(OuterRef(OuterRef("pk")), period)
    works = Milestone.objects.filter(project=OuterRef("pk"), code__range=(FIRST_WORK, LAST_WORK), weight_pct__gt=0)
    usual = NodeTemplate.objects.filter(Q(category=OuterRef("category")) | Q(category=OuterRef("category__parent")))
    nodes = ReportNode.objects.filter(report__project=OuterRef("pk"))
    shown = Q(report__kind=period.kind, report__period_end=period.end) | Q(
        report__in=Subquery(past_of_node.values("pk")[:1])
    )
    photos = Photo.objects.filter(
        project=OuterRef("pk"), removed_at__isnull=True, taken_on__range=(period.start, period.end)
    )
    papers = Attachment.objects.filter(
        removed_at__isnull=True,
        report__project=OuterRef("pk"),
        report__kind=period.kind,
        report__period_end=period.end,
    )
    status = StatusChange.objects.filter(project=OuterRef("pk"), effective_on__lte=period.end)
    return projects.select_related("category", "management_unit").defer(
        "geom", "geom_3857", "anchor_3857", "search_text"
    ).annotate(
        gathered_versions=gathered(versions.order_by("-version"), *_REPORT, **_PEOPLE),
        gathered_past=gathered(past[:1], *_REPORT),
        gathered_works=gathered(works.order_by("code"), "code", "name", "weight_pct"),
        gathered_usual=gathered(usual.order_by("code"), "category_id", "code", "name", "weight_pct"),
        gathered_nodes=gathered(nodes.filter(shown).order_by("report", "code"), *_NODE),
        gathered_plan=gathered(
            PlanYear.objects.filter(project=OuterRef("pk"), year=period.end.year), "planned_amount", "adjusted_amount"
        ),
        gathered_photos=gathered(
            photos.order_by("-taken_on", "-pk"),
            "id",
            "taken_on",
            "caption",
            "width",
            "height",
            display_name="uploaded_by__display_name",
            username="uploaded_by__username",
        ),
        gathered_papers=gathered(papers.order_by("pk"), *_PAPER, state="report__state"),
        status_then=Subquery(status.order_by("-effective_on", "-id").values("status")[:1]),
    )  # fmt: skip


def _before(project: Any, period: Period) -> QuerySet[PeriodReport]:
    rows = PeriodReport.objects.filter(project=project, state=PeriodReport.State.APPROVED, period_end__lt=period.start)
    return rows.order_by("-period_end", "kind", "-version", F("pk").desc())


def _opened(rows: QuerySet[Any], period: Period) -> Sheet:
    project = rows.first()
    if project is None:
        raise NotFound(NOT_FOUND)
    stated: dict[int, list[ReportNode]] = {}
    for node in opened(ReportNode, project.gathered_nodes):
        stated.setdefault(node.report_id, []).append(node)
    plan = next(iter(opened(PlanYear, project.gathered_plan)), None)
    return Sheet(
        project=project,
        period=period,
        versions=opened(PeriodReport, project.gathered_versions),
        past=next(iter(opened(PeriodReport, project.gathered_past)), None),
        nodes=_nodes(project),
        stated=stated,
        annual_plan=None if plan is None else reporting.plan_that_counts(plan.planned_amount, plan.adjusted_amount),
        status=project.status_then or "",
        photos=opened(Photo, project.gathered_photos),
        papers=opened(Attachment, project.gathered_papers),
    )


def _nodes(project: Any) -> list[WorkNode]:
    """As `reporting.work_nodes`: the project's own, else its category's, else those of the category above."""
    own = opened(Milestone, project.gathered_works)
    usual = opened(NodeTemplate, project.gathered_usual)
    nearest = [node for node in usual if node.category_id == project.category_id] or usual
    for rows in (own, nearest):
        if sum((row.weight_pct for row in rows), Decimal(0)) == WHOLE:
            return [WorkNode(row.code, row.name, row.weight_pct) for row in rows]
    return []
