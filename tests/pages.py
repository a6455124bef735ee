"""Every route of the site, what it answers, and the addresses that the proofs over pages ask for.

A route of the URLconf without a row here fails (tests/portal/test_markup.py): no page escapes the proofs of markup,
accessibility, number of queries, planted callers and time. A row whose route this process does not serve is left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.conf import settings
from django.db.models import Count
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import override

from dashboards.alerts.choices import OPEN_STATES
from dashboards.alerts.models import Alert, AlertStep, BacktestRun, ScanRun
from dashboards.alerts.scanning import scan
from geodata.complaints.choices import MatchState
from geodata.complaints.models import OrderMatch
from geodata.funding.models import Contract
from geodata.progress.models import PeriodReport
from geodata.projects.choices import Disclosure, TaskLevel
from geodata.projects.models import LivelihoodTask, Project, TaskContribution
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.services import ensure_account
from portal.publication.models import PublicationRun
from tests import seeded
from tests.conftest import PASSWORD

HTML = {"accept": "text/html"}


class Answer(Enum):
    """What a GET of a route gives."""

    PAGE = "a page for people"
    PART = "a piece of a page or JSON for one of our scripts"
    FILE = "a file"
    TILE = "a vector tile"
    NONE = "a redirect, or nothing to GET"


@dataclass(frozen=True)
class Places:
    """What a city has to show: a public project with geometry, money and orders, its unit, township and contractor."""

    code: str
    unit: str
    township: str
    organisation: int
    company: str
    match: int = 1
    run: int = 1
    snapshot: int = 1
    person: int = 1
    report: int = 1
    alert: int = 1
    backtest: int = 1
    task: int = 1


@dataclass(frozen=True)
class Row:
    """`arguments`: argument of the route → attribute of Places, or a fixed text after "=". `queries`: worth a look."""

    answer: Answer
    arguments: tuple[tuple[str, str], ...] = ()
    queries: tuple[str, ...] = ("",)


_TILE = (("layer", "=projects"), ("z", "=9"), ("x", "=416"), ("y", "=213"))
_CODE = (("code", "code"),)
_NOTHING_FOUND = "q=没有叫这个名字的项目"

TABLE: dict[str, Row] = {
    "public:home": Row(Answer.PAGE, queries=("", "unit=430602&status=under_construction", _NOTHING_FOUND)),
    "public:projects": Row(Answer.PAGE, queries=("", "page=2", "category=01&located=yes", _NOTHING_FOUND)),
    "public:project": Row(Answer.PAGE, _CODE),
    "public:projects_csv": Row(Answer.FILE, queries=("", "unit=430602")),
    "public:company": Row(Answer.PAGE, (("name", "company"),)),
    "public:company_csv": Row(Answer.FILE, (("name", "company"),)),
    # nothing is let out in the city of these proofs: tests/portal/public/test_media.py
    "public:photo": Row(Answer.NONE, (*_CODE, ("name", "=none.jpg"))),
    "public:document": Row(Answer.NONE, (*_CODE, ("name", "=none.pdf"))),
    "public:report": Row(Answer.PAGE, _CODE),
    "public:board": Row(Answer.PAGE, _CODE),
    "public:near": Row(
        Answer.PAGE,
        queries=("", "lon=113.13&lat=29.37&radius=5", "q=岳阳楼&radius=2", "lon=112.05&lat=28.05", _NOTHING_FOUND),
    ),
    "public:regions": Row(Answer.PAGE, queries=("", "dimension=admin", "rate=investment_rate")),
    "public:region": Row(Answer.PAGE, (("code", "unit"),)),
    "public:disclosure": Row(Answer.PAGE),
    "public:unit_disclosure": Row(Answer.PAGE, (("code", "unit"),)),
    "public:feeds": Row(Answer.PAGE),
    "public:city_feed": Row(Answer.PART, (("form", "=atom"),)),
    "public:feed": Row(Answer.PART, (("kind", "=project"), ("code", "code"), ("form", "=rss"))),
    "public:glossary": Row(Answer.PAGE),
    "public:search": Row(Answer.PART, queries=("q=YYMS", "q=工", "q=岳阳")),
    "public:snapshots": Row(Answer.PAGE, queries=("", "of=/projects/")),
    "public:payments_csv": Row(Answer.FILE, _CODE),
    "public:tilejson": Row(Answer.PART, (("layer", "=projects"),)),
    "public:tile": Row(Answer.TILE, (("number", "snapshot"), *_TILE)),
    "public:healthz": Row(Answer.PART),
    "public:favicon": Row(Answer.NONE),
    "public:robots": Row(Answer.FILE),
    "opendata:api_root": Row(Answer.PART),
    "opendata:api_openapi": Row(Answer.PART),
    "opendata:api_docs": Row(Answer.PAGE),
    "opendata:api_aggregates": Row(Answer.PART, queries=("", "by=unit&status=under_construction", "year=2026&q=工程")),
    "opendata:api_changes": Row(Answer.PART, queries=("", "collection=payments&since=0&limit=50")),
    "opendata:api_withdrawals": Row(Answer.PART),
    "opendata:api_snapshots": Row(Answer.PART),
    "opendata:api_list": Row(Answer.PART, (("name", "=projects"),), queries=("", "unit=430602&sort=-disbursed&page=1")),
    "opendata:api_one": Row(Answer.PART, (("name", "=projects"), ("identifier", "code"))),
    "opendata:landing": Row(Answer.PAGE),
    "opendata:conformance": Row(Answer.PAGE),
    "opendata:api": Row(Answer.PAGE),
    "opendata:collections": Row(Answer.PAGE),
    "opendata:collection": Row(Answer.PAGE, (("name", "=projects"),)),
    "opendata:features": Row(
        Answer.PAGE, (("name", "=projects"),), queries=("", "unit=430602&limit=5&offset=5", _NOTHING_FOUND)
    ),
    "opendata:feature": Row(Answer.PAGE, (("name", "=projects"), ("identifier", "code"))),
    "opendata:downloads": Row(Answer.PAGE),
    "opendata:chain": Row(Answer.PAGE),
    "opendata:manifest": Row(Answer.NONE),  # as the files: when they are made (tests/portal/opendata/test_files.py)
    "opendata:file": Row(Answer.NONE, (("name", "=projects.csv"),)),
    "opendata:oc4ids": Row(Answer.FILE, _CODE),
    "accounts:login": Row(Answer.PAGE),
    "accounts:logout": Row(Answer.NONE),
    "accounts:second_factor": Row(Answer.NONE),  # a page for sessions that owe a code: tests/portal/accounts
    "accounts:password": Row(Answer.PAGE),
    "accounts:security": Row(Answer.PAGE),
    "administration:home": Row(Answer.NONE),
    "administration:categories": Row(Answer.PAGE, queries=("", "edit=01", "edit=%2B")),
    "administration:sources": Row(Answer.PAGE, queries=("", "edit=%2B")),
    "administration:units": Row(Answer.PAGE, queries=("", "q=县", _NOTHING_FOUND)),
    "administration:templates": Row(Answer.PAGE, queries=("", "edit=01")),
    "administration:thresholds": Row(Answer.PAGE),
    "administration:calendar": Row(Answer.PAGE, queries=("", "year=2030")),
    "administration:boundaries": Row(Answer.PAGE, queries=("", _NOTHING_FOUND)),
    "administration:boundary": Row(Answer.PAGE, (("code", "unit"),)),
    "administration:people": Row(Answer.PAGE, queries=("", "role=hq_admin", _NOTHING_FOUND)),
    "administration:person": Row(Answer.PAGE, (("user_id", "person"),)),
    "administration:audit": Row(Answer.PAGE, queries=("", "table=project&since=2026-01-01", "person=没有这个人")),
    "dashboard:cockpit": Row(
        Answer.PAGE,
        queries=(
            "",
            "unit=430602",
            "as_of=2026-02-28&against=2026-01-31",
            "rate=C09&level=township&region=430602",
            "rate=C04&dimension=admin&symbols=budget",
            "mode=leader",
            _NOTHING_FOUND,
        ),
    ),
    "dashboard:warnings": Row(Answer.PART, queries=("", "unit=430602", "as_of=2026-02-28")),
    "dashboard:works": Row(Answer.PART, queries=("", "unit=430602", "as_of=2026-02-28")),
    "dashboard:month": Row(Answer.PART, queries=("", "unit=430602", "as_of=2026-02-28")),
    "dashboard:changes": Row(Answer.PART, queries=("against=2026-02-28", "as_of=2026-02-28&against=2026-01-31")),
    "dashboard:selection": Row(
        Answer.PAGE,
        queries=("", "bbox=112,28,115,30", "ring=113,29,113.3,29,113.2,29.4&unit=430602", "bbox=100,10,101,11"),
    ),
    "dashboard:bottlenecks": Row(Answer.PAGE, queries=("", "unit=430602", _NOTHING_FOUND)),
    "dashboard:conflicts": Row(Answer.PAGE, queries=("", "unit=430602&category=02")),
    "dashboard:offline_map": Row(Answer.FILE, queries=("", "rate=I07&dimension=admin")),
    "dashboard:task": Row(Answer.PAGE, (("number", "task"),)),
    "workbench:map": Row(
        Answer.PAGE,
        queries=(
            "",
            "unit=430602&status=under_construction",
            "rate=I07&level=township&symbols=budget&marks=light&layers=complaints,bottlenecks,conflicts",
            "rate=I05&scheme=fisher_jenks&marks=category",
            "rate=C09&level=township&region=430602",
            "rate=C04&dimension=admin&symbols=budget",
            "rate=I20&bbox=113.1,29.0,113.3,29.5",
            _NOTHING_FOUND,
        ),
    ),
    "workbench:map_layers": Row(Answer.PART, queries=("layers=bottlenecks,conflicts", "layers=conflicts&unit=430602")),
    "workbench:search": Row(Answer.PART, queries=("q=YYMS", "q=工", "q=岳阳")),
    "workbench:tile": Row(Answer.TILE, (("version", "=1"), *_TILE)),
    "workbench:desk": Row(Answer.PAGE, queries=("", "show=due", "show=missing")),
    "workbench:inbox": Row(Answer.PAGE, queries=("", "unread=1", "kind=returned")),
    "workbench:notice": Row(Answer.NONE, (("notice_id", "=1"),)),
    "workbench:details": Row(Answer.NONE, _CODE),  # of a project under way alone: test_details.py
    "workbench:monthly": Row(Answer.PAGE, queries=("", "period=2026-02", "q=没有叫这个名字的项目")),
    "workbench:monthly_row": Row(Answer.NONE),
    "workbench:monthly_check": Row(Answer.NONE),
    "workbench:geometry": Row(Answer.PAGE, _CODE),
    "workbench:project": Row(Answer.PAGE, _CODE),
    "workbench:projects": Row(Answer.PAGE, queries=("", "page=2&sort=-budget", "stale=1", _NOTHING_FOUND)),
    "workbench:payments": Row(Answer.PAGE, queries=("", "unit=430602&level=to_payee", _NOTHING_FOUND)),
    "workbench:orders": Row(Answer.PAGE, queries=("", "match=suggested", _NOTHING_FOUND)),
    "workbench:organisations": Row(Answer.PAGE, queries=("", _NOTHING_FOUND)),
    "workbench:organisation": Row(Answer.PAGE, (("number", "organisation"),)),
    "workbench:match_confirm": Row(Answer.NONE, (("match_id", "match"),)),
    "workbench:match_reject": Row(Answer.NONE, (("match_id", "match"),)),
    "workbench:trust": Row(Answer.PART, _CODE),
    "workbench:checkin": Row(Answer.PAGE),
    "workbench:checkin_near": Row(
        Answer.PART, queries=("lon=113.13&lat=29.37&accuracy=20", "lon=113.13&lat=29.37&q=%E5%B7%A5%E7%A8%8B")
    ),
    "workbench:checkin_suggest": Row(Answer.NONE, (("number", "=1"),)),
    "workbench:photo": Row(Answer.NONE, (("photo_id", "=1"),)),  # the city of these proofs has no photo
    "workbench:photo_remove": Row(Answer.NONE, (("photo_id", "=1"),)),
    "workbench:photo_release": Row(Answer.NONE, (("photo_id", "=1"),)),
    "workbench:photo_take_back": Row(Answer.NONE, (("photo_id", "=1"),)),
    "workbench:report": Row(Answer.PAGE, _CODE, queries=("", "period=2026-01", "period=2026-W06")),
    "workbench:report_check": Row(Answer.NONE, _CODE),
    "workbench:report_cycle": Row(Answer.NONE, _CODE),
    "workbench:report_discard": Row(Answer.NONE, (("report_id", "report"),)),
    "workbench:report_review": Row(Answer.PAGE, (("report_id", "report"),)),
    "workbench:milestones": Row(Answer.PAGE, _CODE),
    "workbench:milestone_decide": Row(Answer.NONE, (("milestone_id", "=1"),)),
    "workbench:status": Row(Answer.PAGE, _CODE, queries=("", "to=suspended", "to=cancelled")),
    "workbench:stop_report": Row(Answer.NONE, _CODE),
    "workbench:status_review": Row(Answer.NONE, (("request_id", "=1"),)),  # tests/portal/workbench/test_status.py
    "workbench:status_withdraw": Row(Answer.NONE, (("request_id", "=1"),)),
    "workbench:attachment": Row(Answer.NONE, (("attachment_id", "=1"),)),  # the city of these proofs has none
    "workbench:attachment_remove": Row(Answer.NONE, (("attachment_id", "=1"),)),
    "workbench:document_release": Row(Answer.NONE, (("attachment_id", "=1"),)),
    "workbench:document_take_back": Row(Answer.NONE, (("attachment_id", "=1"),)),
    "workbench:geometry_state": Row(Answer.PART, _CODE),
    "workbench:geometry_neighbours": Row(Answer.PART, _CODE, queries=("bbox=113.0,29.2,113.3,29.4",)),
    "workbench:geometry_check": Row(Answer.NONE, _CODE),
    "workbench:geometry_coordinates": Row(Answer.NONE, _CODE),
    "workbench:geometry_file": Row(Answer.NONE, _CODE),
    "workbench:geometry_version": Row(Answer.PAGE, (*_CODE, ("number", "=1"))),
    "workbench:geometry_history": Row(Answer.PAGE, _CODE),
    "workbench:imports": Row(Answer.PAGE, queries=("", "of=all", "kind=projects")),
    "workbench:import_help": Row(Answer.PAGE),
    "workbench:import_template": Row(Answer.FILE, (("dataset", "=projects"),)),
    # a batch and its files: tests/portal/workbench/test_imports.py
    "workbench:import_batch": Row(Answer.NONE, (("number", "=1"),)),
    "workbench:import_progress": Row(Answer.NONE, (("number", "=1"),)),
    "workbench:import_original": Row(Answer.NONE, (("number", "=1"),)),
    "workbench:import_errors": Row(Answer.NONE, (("number", "=1"),)),
    "workbench:import_mappings": Row(Answer.PAGE),
    # a file's columns and a source that was remembered: tests/portal/workbench/test_import_mappings.py
    "workbench:import_columns": Row(Answer.NONE, (("number", "=1"),)),
    "workbench:import_mapping": Row(Answer.NONE, (("number", "=1"),)),
    "workbench:import_mapping_file": Row(Answer.NONE, (("number", "=1"),)),
    "workbench:unplaced": Row(Answer.PAGE, queries=("", _NOTHING_FOUND, "address=示例路")),
    "workbench:approvals": Row(Answer.PAGE, queries=("", "kind=report")),
    "workbench:quality": Row(Answer.PAGE),
    "workbench:quality_rows": Row(Answer.PAGE, queries=("", "finding=unverified", "finding=overlap&unit=430602")),
    "workbench:geometry_submit": Row(Answer.NONE, (*_CODE, ("number", "=1"))),
    "workbench:geometry_approve": Row(Answer.NONE, (*_CODE, ("number", "=1"))),
    "workbench:geometry_return": Row(Answer.NONE, (*_CODE, ("number", "=1"))),
    "workbench:geometry_restore": Row(Answer.NONE, (*_CODE, ("number", "=1"))),
    "workbench:geometry_discard": Row(Answer.NONE, (*_CODE, ("number", "=1"))),
    "workbench:light": Row(Answer.NONE, _CODE),
    "dashboard:alerts": Row(Answer.PAGE, queries=("", "rule=W02&sort=-opened&state=all", _NOTHING_FOUND)),
    "dashboard:alert": Row(Answer.PAGE, (("alert_id", "alert"),)),
    "dashboard:rules": Row(Answer.PAGE),
    "dashboard:rule": Row(Answer.PAGE, (("rule", "=W02"),)),
    "dashboard:backtest": Row(Answer.PART, (("run_id", "backtest"),)),
    "dashboard:indicators": Row(
        Answer.PAGE,
        queries=(
            "",
            "family=money&dimension=admin",
            "family=complaints&as_of=2026-02-28",
            "family=composite",
            _NOTHING_FOUND,
        ),
    ),
    "dashboard:indicator": Row(
        Answer.PAGE,
        (("indicator", "=I20"),),
        queries=("", "place=430602&dimension=admin&as_of=2026-02-28", "place=rest&dimension=admin", _NOTHING_FOUND),
    ),
    "dashboard:curves": Row(
        Answer.PAGE, queries=("", "unit=430602&months=12", "category=01&as_of=2026-01-31", _NOTHING_FOUND)
    ),
    "dashboard:course": Row(
        Answer.PAGE, queries=("", "month=2026-01&by=planned&unit=430602", "as_of=2026-02-28", _NOTHING_FOUND)
    ),
    "dashboard:curve_part": Row(
        Answer.PAGE,
        queries=("", "of=disbursed&unit=430602", "of=cost", "of=unplanned&as_of=2026-02-28", _NOTHING_FOUND),
    ),
    "dashboard:changed": Row(
        Answer.PAGE, queries=("against=2026-02-28", "as_of=2026-02-28&against=2026-01-31&unit=430602")
    ),
    "dashboard:lights": Row(
        Answer.PAGE, queries=("", "colour=grey&as_of=2026-02-28", "colour=green&unit=430602", _NOTHING_FOUND)
    ),
    "publication:page": Row(Answer.PAGE),
    "publication:progress": Row(Answer.PART, (("run_id", "run"),)),
    "publication:project": Row(Answer.PAGE, _CODE),
}  # fmt: skip
# pages that everybody may see without log-in
OPEN = ("public", "opendata", "accounts")
# but these, which are everybody's own
OWN = ("accounts:password", "accounts:security")


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """The names of all routes of the URLconf, with their namespaces."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def places(snapshot: int = 1) -> Places:
    """The most telling project of the city, by its number of payments; some of its orders wait for a person's word."""
    shown = Project.objects.filter(disclosure=Disclosure.PUBLIC, geom__isnull=False, township__isnull=False)
    rich = shown.annotate(n=Count("contracts__measurements")).order_by("-n", "serial_no")[0]
    match = OrderMatch.objects.filter(project=rich).order_by("pk").first() or OrderMatch.objects.order_by("pk")[0]
    OrderMatch.objects.filter(pk=match.pk).update(state=MatchState.SUGGESTED)
    contractor = Contract.objects.filter(project=rich).order_by("pk")[0].contractor
    return Places(
        code=rich.serial_no,
        unit=rich.management_unit.code,
        township=rich.township.code if rich.township else "",
        organisation=contractor.pk,
        company=contractor.name,
        match=match.pk,
        run=PublicationRun.objects.values_list("pk", flat=True).last() or 1,
        snapshot=snapshot,
        person=staff_member().pk,
        task=_task(rich).pk,
        report=PeriodReport.objects.filter(project=rich, kind="month").values_list("pk", flat=True).last() or 1,
        alert=_alert(rich).pk,
        backtest=_backtest().pk,
    )


def _alert(project: Project) -> Alert:
    """The city scanned once, and an alert about the project with its first step, whatever the scan found."""
    if not ScanRun.objects.exists():
        scan(day=seeded.TODAY, today=seeded.TODAY, now=seeded.NOW)
    found = {
        "rule_version": 1,
        "level": "red",
        "sentence": "截至2月底年度投资完成率 5.0%（占年度计划），序时进度 50.0%，落后 45.0 个百分点，达成比 0.10",
        "inputs": {"annual_rate_pct": "5", "time_pct": "50", "deviation_points": "-45", "period_end": "2026-02-28"},
        "thresholds": {"w02_yellow_points": "10", "w02_red_points": "30"},
    }
    kept = {
        **found,
        "fact": "示例",
        "opened_on": seeded.TODAY,
        "level_since": seeded.TODAY,
        "last_seen_on": seeded.TODAY,
    }
    held = Alert.objects.filter(project=project, rule="W02", state__in=OPEN_STATES).first()
    alert = held or Alert.objects.create(project=project, rule="W02", period_key=f"{seeded.TODAY:%Y-%m}", **kept)
    if not alert.steps.exists():
        AlertStep.objects.create(alert=alert, kind="opened", day=seeded.TODAY, at=seeded.NOW, **found)
    return alert


def _backtest() -> BacktestRun:
    """A back-test of W02 that has ended."""
    figures = {"opened": 9, "hits": 4, "false_alarms": 2, "lasting": 3, "cleared": 5, "false_alarm_pct": "22.2"}
    months = [{"month": "2026-01", **figures}]
    result = {"months": months, **figures, "lead_days_median": 14, "lead_n": 4, "projects": 8, "definition": "示例口径"}
    known = {"rule": "W02", "rule_version": 1, "months": 12, "of": 53, "done": 53, "state": "done"}
    days = {"first_day": date(2025, 3, 31), "last_day": seeded.TODAY, "asked_at": seeded.NOW}
    run, _made = BacktestRun.objects.get_or_create(
        **known, defaults={**days, "thresholds": {"w02_red_points": "25"}, "result": result}
    )
    return run


def _task(project: Project) -> LivelihoodTask:
    """A 民生实事 that the project serves: the city of these proofs has none of its own."""
    known = {"year": project.plan_year, "level": TaskLevel.MUNICIPAL, "seq_no": 1, "indicator_name": "示例指标"}
    task, _made = LivelihoodTask.objects.get_or_create(
        **known, defaults={"name": "示例实事", "target_quantity": 100, "completed_quantity": 62, "quantity_unit": "个"}
    )
    TaskContribution.objects.get_or_create(task=task, project=project, defaults={"quantity": 5})
    return task


def address(name: str, known: Places) -> str | None:
    """The address of a route; None when this process does not serve it."""
    arguments = {
        argument: source[1:] if source.startswith("=") else getattr(known, source)
        for argument, source in TABLE[name].arguments
    }
    if name not in set(routes()):
        return None
    with override(settings.LANGUAGE_CODE):  # a test client leaves the language of its last page behind
        return reverse(name, kwargs=arguments)


def addresses(known: Places, answers: Iterable[Answer], *, open_to_all: bool) -> list[str]:
    """The addresses with their queries of all routes that answer so, of the open or of the staff half."""
    wanted = set(answers)
    found = []
    for name, row in TABLE.items():
        place = address(name, known)
        if place and row.answer in wanted and is_open(name) == open_to_all:
            found += [f"{place}?{query}" if query else place for query in row.queries]
    return found


def is_open(name: str) -> bool:
    return name.split(":")[0] in OPEN and name not in OWN


def unit_codes() -> list[str]:
    """Every county and zone, and some townships."""
    units = AreaUnit.objects.filter(kind__in=["county", "zone"]).values_list("code", flat=True)
    return [*units, *AreaUnit.objects.filter(kind="township").values_list("code", flat=True)[:10]]


def staff_member() -> User:
    """Somebody who may see every staff page: roles that no one person may hold together, which only a test can give."""
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        ensure_account(username="head", display_name="某主任", password=PASSWORD, role=role)
    return ensure_account(username="head", display_name="某主任", password=PASSWORD, role=Role.HQ_ADMIN, unit_code="")
