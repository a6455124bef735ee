"""Districts with one of everything each, every text of it marked, so that what crosses a border can be recognised."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils import timezone
from PIL import Image

from geodata.complaints.models import OrderMatch, WorkOrder
from geodata.exchange.batches import folders
from geodata.exchange.models import Batch, BatchRun, SourceMapping
from geodata.funding.models import Contract, Disbursement, DisbursementAssignment, DisbursementStatus, Measurement
from geodata.notices.models import Notice
from geodata.organisations.models import Organisation
from geodata.progress import paper_files, photo_files
from geodata.progress.models import Attachment, Milestone, PeriodReport, Photo, StatusRequest
from geodata.projects.models import Category, GeometryVersion, Project, ProjectParty
from geodata.projects.reference import ensure_categories
from geodata.regions.models import AreaUnit
from geodata.sandbox.documents import Picture
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from geodata.visits.models import CheckIn
from tests.conftest import PASSWORD
from tests.security.judged import Judged, judge, pair_up
from tests.seeded import lay_out

# nine counties and four zones, in official order
ALL_UNITS = (
    "430602", "430603", "430611", "430621", "430623", "430624", "430626", "430681", "430682",
    "ZONE_YYJKQ", "ZONE_XGQ", "ZONE_NHXQ", "430671",
)  # fmt: skip
# a county with a zone cut out of it, that zone, and a zone whose projects name no township
SOME_UNITS = ("430602", "ZONE_YYJKQ", "430671")
SIZE = 0.002  # degrees: 200 m


@dataclass(kw_only=True)
class District:
    """A unit with its people and what they hold. `mark` stands in every text, `digits` in every drafted coordinate."""

    unit: AreaUnit
    mark: str
    digits: str
    author: User
    approver: User
    mixed: User  # audits the whole city and works for this district: sees all, may write here alone
    centre: tuple[float, float]
    project: Project = field(init=False)  # internal: nobody else may know of it
    public: Project = field(init=False)  # published, but not the draft that is under way
    organisation: Organisation = field(init=False)
    report: PeriodReport = field(init=False)
    draft_report: PeriodReport = field(init=False)
    milestone: Milestone = field(init=False)
    request: StatusRequest = field(init=False)
    attachment: Attachment = field(init=False)
    photo: Photo = field(init=False)
    check_in: CheckIn = field(init=False)
    order: WorkOrder = field(init=False)
    match: OrderMatch = field(init=False)
    notice: Notice = field(init=False)
    batch: Batch = field(init=False)
    mapping: SourceMapping = field(init=False)
    judged: Judged = field(init=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody of another district may read anywhere."""
        return (self.mark, self.digits)

    def geojson(self) -> dict[str, object]:
        west, south = self.centre
        east, north = west + SIZE * 2, south + SIZE * 2
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {"type": "MultiPolygon", "coordinates": [[ring]]}


def _square(centre: tuple[float, float], digits: str, size: float) -> GEOSGeometry:
    """A square in which one corner's longitude is the district's own number."""
    west, south = round(centre[0], 2), centre[1]
    corner = float(digits or f"{west:.2f}")
    made = shapely.MultiPolygon(
        [shapely.Polygon([(corner, south), (west + size, south), (west + size, south + size), (corner, south + size)])]
    )
    return GEOSGeometry(shapely.to_wkt(made, rounding_precision=-1), srid=4490)


def make_districts(codes: Iterable[str], *, now: datetime) -> list[District]:
    """The regions of the demo city with these units, each with one of everything."""
    ensure_categories()
    today = timezone.localdate(now)
    lay_out(today)
    units = {unit.code: unit for unit in AreaUnit.objects.filter(code__in=list(codes))}
    made = [_district(units[code], at, now) for at, code in enumerate(codes)]
    pair_up([district.project for district in made] + [district.public for district in made], today)
    return made


def _person(code: str, name: str, mark: str) -> User:
    return ensure_account(
        username=f"{name}_{code}",
        display_name=f"{mark}{name}",
        password=PASSWORD,
        role=Role.COUNTY_STAFF,
        unit_code=code,
    )


def _district(unit: AreaUnit, at: int, now: datetime) -> District:
    mark = f"界桩甲{at:02d}号"
    outline = unit.management_geom or unit.geom
    assert outline is not None
    inner = shapely.maximum_inscribed_circle(shapely.from_wkb(bytes(outline.wkb))).coords[0]
    mixed = _person(unit.code, "mixed", mark)
    ensure_account(username=mixed.username, display_name="", password=PASSWORD, role=Role.AUDITOR, unit_code="")
    made = District(
        unit=unit,
        mark=mark,
        digits=f"{inner[0]:.2f}0017{at:02d}3",
        author=_person(unit.code, "author", mark),
        approver=_person(unit.code, "approver", mark),
        mixed=mixed,
        centre=(round(inner[0], 2), round(inner[1], 4)),
    )
    _projects(made, at, now)
    _papers(made, at, now)
    _money(made, at, now)
    _orders(made, at, now)
    _others(made, at, now)
    made.judged = judge(made.project, mark, made.author, at=at, now=now)
    return made


def _projects(here: District, at: int, now: datetime) -> None:
    today = timezone.localdate(now)
    for index, disclosure in enumerate(("internal", "public")):
        name = f"{here.mark}内部工程" if index == 0 else f"公开修路工程{at:02d}"
        serial = f"YYMS-2026-{4000 + at * 10 + index}"
        project = Project.objects.create(
            serial_no=serial,
            name=name,
            name_key=name,
            search_text=f"{name} {serial}".lower(),
            category=Category.objects.get(code="01"),
            plan_year=today.year,
            management_unit=here.unit,
            admin_area=here.unit if here.unit.kind == "county" else None,
            township=None if here.unit.code == "430671" else here.unit.children.filter(kind="township").first(),
            total_investment=Decimal("10000000"),
            status="under_construction",
            stage="construction",
            disclosure=disclosure,
            scope_content=here.mark if index == 0 else "",
            problems=here.mark if index == 0 else "",
        )
        approved = _square((here.centre[0], here.centre[1]), "", SIZE)
        _versions(here, project, approved, now)
        if index == 0:
            here.project = project
        else:
            here.public = project


def _versions(here: District, project: Project, approved: GEOSGeometry, now: datetime) -> None:
    """An approved shape, and one under way whose coordinates and reason nobody else may see."""
    day = timezone.localdate(now)
    GeometryVersion.objects.create(
        project=project,
        number=1,
        geom=approved,
        state="approved",
        source="declared",
        valid_from=day,
        author=here.author,
    )
    Project.objects.filter(pk=project.pk).update(geom=approved, geom_source="declared")
    GeometryVersion.objects.create(
        project=project,
        number=2,
        geom=_square(here.centre, here.digits, SIZE),
        state="submitted",
        source="drawn",
        valid_from=day,
        reason=f"{here.mark}改线",
        author=here.author,
        submitted_by=here.author,
        submitted_at=now,
        parent=GeometryVersion.objects.get(project=project, number=1),
        findings=[],
    )
    project.refresh_from_db()


def months_back(day: date, count: int) -> tuple[date, date]:
    """First and last day of an earlier month."""
    first = day.replace(day=1)
    for _month in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _papers(here: District, at: int, now: datetime) -> None:
    today, project, author = timezone.localdate(now), here.project, here.author
    texts = {"work_done": f"{here.mark}本期工作", "problems": f"{here.mark}问题", "next_plan": here.mark}
    for back, state in ((2, "submitted"), (1, "draft")):
        start, end = months_back(today, back)
        report = PeriodReport.objects.create(
            project=project,
            kind="month",
            period_start=start,
            period_end=end,
            state=state,
            physical_pct=30 + at,
            submitted_by=author if state == "submitted" else None,
            submitted_at=now if state == "submitted" else None,
            hands=[author.pk],
            **texts,
        )
        if state == "submitted":
            here.report = report
        else:
            here.draft_report = report
    here.milestone = Milestone.objects.create(
        project=project,
        code="M0801",
        name=f"{here.mark}开工",
        planned_on=today,
        is_key=True,
        evidence=here.mark,
        reported_on=today,
        reported_by=author,
        reported_at=now,
        hands=[author.pk],
    )
    here.request = StatusRequest.objects.create(
        project=project,
        from_status="under_construction",
        status="suspended",
        stage="construction",
        effective_on=today,
        reason=f"{here.mark}停工",
        submitted_by=author,
        submitted_at=now,
        hands=[author.pk],
    )
    body = f"%PDF-1.4 {here.mark}".encode()
    photo_files.write_whole(paper_files.place(hashlib.sha256(body).hexdigest(), "application/pdf"), body)
    here.attachment = Attachment.objects.create(
        project=project,
        request=here.request,
        title=f"{here.mark}停工报告",
        sha256=hashlib.sha256(body).hexdigest(),
        upload_sha256=hashlib.sha256(body).hexdigest(),
        media_type="application/pdf",
        bytes=len(body),
        uploaded_by=author,
        uploaded_at=now,
    )


def _money(here: District, at: int, now: datetime) -> None:
    name = f"{here.mark}建设有限公司"
    here.organisation = Organisation.objects.create(name=name, name_key=name)
    ProjectParty.objects.create(project=here.project, organisation=here.organisation, role="contractor")
    contract = Contract.objects.create(
        number=f"{here.mark}-HT",
        project=here.project,
        name=f"{here.mark}施工合同",
        contractor=here.organisation,
        price=Decimal("9000000"),
        signed_on=timezone.localdate(now),
    )
    Measurement.objects.create(
        contract=contract,
        period_no=1,
        measured_to=timezone.localdate(now),
        certified_amount=Decimal("1000"),
        cumulative_amount=Decimal("1000"),
    )
    payment = Disbursement.objects.create(
        fiscal_year=timezone.localdate(now).year,
        voucher_no=f"{here.mark}-ZF",
        budget_unit_code="306001",
        paid_on=timezone.localdate(now),
        payee_name=name,
        payee=here.organisation,
        payee_is_person=False,
        amount=Decimal("1000.00"),
        summary=f"{here.mark}进度款",
    )
    DisbursementStatus.objects.create(disbursement=payment, status="cleared")
    DisbursementAssignment.objects.create(disbursement=payment, project=here.project, contract=contract)


def _orders(here: District, at: int, now: datetime) -> None:
    here.order = WorkOrder.objects.create(
        order_no=f"12345-{here.mark}",
        received_at=now,
        kind="complaint",
        title=f"{here.mark}施工噪声",
        address=f"{here.mark}路1号",
        area=here.unit,
        state="processing",
        geom=Point(*here.centre, srid=4490),
    )
    here.match = OrderMatch.objects.create(
        order=here.order, project=here.project, score=Decimal("0.9"), state="suggested", method="rule"
    )


def _others(here: District, at: int, now: datetime) -> None:
    picture = _picture(at)
    here.photo = Photo.objects.create(
        project=here.project,
        taken_on=timezone.localdate(now),
        caption=f"{here.mark}现场",
        sha256=photo_files.keep(picture),
        upload_sha256=hashlib.sha256(here.mark.encode()).hexdigest(),
        width=picture.width,
        height=picture.height,
        bytes=len(picture.large),
        uploaded_by=here.author,
        uploaded_at=now,
    )
    here.check_in = CheckIn.objects.create(
        key=uuid4(),
        project=here.project,
        person=here.author,
        fixed_at=now,
        received_at=now,
        position=Point(*here.centre, srid=4490),
        accuracy_m=Decimal("10"),
        distance_m=Decimal("0"),
        inside=True,
        allowed_m=Decimal("110"),
        note=f"{here.mark}签到",
    )
    here.notice = Notice.objects.create(
        person=here.author,
        kind="returned",
        event_key=f"report:{here.report.pk}:returned",
        text=f"{here.mark}月报被退回",
        project_code=here.project.serial_no,
        subject="report",
        subject_id=here.report.pk,
        happened_at=now,
    )
    here.batch = Batch.objects.create(
        dataset="projects",
        file_name=f"{here.mark}.xlsx",
        sha256=hashlib.sha256(here.digits.encode()).hexdigest(),
        size_bytes=1,
        opened_at=now,
        user=here.author,
        uploaded=True,
    )
    BatchRun.objects.create(batch=here.batch, step=here.mark)
    here.batch.issues.create(severity="error", sheet=here.mark, row=1, message=here.mark)
    folders.keep_source(here.batch.pk, "a.xlsx", [here.mark.encode()])
    folders.errors(here.batch.pk).write_bytes(here.mark.encode())
    sheet = {"name": here.mark, "features": False, "titles": [here.mark], "rows": [], "words": {}}
    folders.keep_sketch(here.batch.pk, [sheet])
    here.mapping = SourceMapping.objects.create(
        dataset="projects",
        name=here.mark,
        header_sha256=here.batch.sha256,
        titles=[here.mark],
        document={"columns": {here.mark: "name"}},
        made_by=here.author,
        made_at=now,
        changed_by=here.author,
        changed_at=now,
    )


def _picture(at: int) -> Picture:
    body = io.BytesIO()
    Image.new("RGB", (40, 30), (at * 15, 80, 120)).save(body, "JPEG")
    return Picture(large=body.getvalue(), small=body.getvalue(), width=40, height=30)
