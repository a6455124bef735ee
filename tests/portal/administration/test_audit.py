"""Who changed what when, before and after: found, paged without a gap, covered where it must be."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from geodata.audit import acting
from geodata.exchange.models import Export
from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import Role
from geodata.stewards.scope import CITY
from geodata.stewards.services import ensure_account
from geodata.thresholds.models import ThresholdValue
from portal.administration.audit import selectors, showing
from portal.administration.audit.filter import AuditFilter
from portal.administration.audit.tables import tables
from portal.administration.audit.words import COLUMNS, QUIET, TABLES
from portal.publication.models import PublicationRun
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
ADDRESS = "/administration/audit/"
Open = Callable[[User], Client]


def lines(**query: str) -> list[showing.Line]:
    found = selectors.page(CITY, AuditFilter.from_query(query))
    return showing.lines(CITY, found.events)


def test_every_tracked_table_and_every_column_of_it_has_a_chinese_name() -> None:
    assert [table.key for table in tables() if table.model._meta.label_lower not in TABLES] == []
    columns = {field.column for table in tables() for field in table.model._meta.concrete_fields}
    assert {column.removesuffix("_id") for column in columns - QUIET} - COLUMNS.keys() == set()


def test_times_are_those_of_the_city_and_numbers_by_name_read_as_a_list() -> None:
    at = datetime(2026, 11, 23, 3, 39, 10, 783556, tzinfo=UTC)
    run = PublicationRun.objects.create(as_of=at.date(), requested_at=at)
    run.counts = {"public_publishedproject_opened": 3, "public_publishedarea_opened": 0, "x": ""}
    run.finished_at = at
    run.save()
    changes = {change.label: change.after for change in lines(table="publicationrun", action="update")[0].changes}
    assert changes == {"各表行数": "public_publishedproject_opened 3", "完成时间": "2026-11-23 11:39:10"}


def test_a_change_tells_who_from_what_to_what(make_project: Callable[..., Project], steward: User) -> None:
    project = make_project(name="示例路提质")
    with acting(user_id=steward.pk, reason="POST /workbench/x"):
        Project.objects.filter(pk=project.pk).update(name="示例路改造", total_investment=1)
    line = lines(table="project", action="update")[0]
    assert (line.who, line.action, line.table, line.reason) == ("steward", "修改", "项目", "POST /workbench/x")
    assert line.project == (project.serial_no, "示例路改造")
    changes = {change.label: (change.before, change.after) for change in line.changes}
    assert changes["名称"] == ("示例路提质", "示例路改造")
    assert changes["总投资"] == ("10000000.00", "1.00")
    assert set(changes) == {"名称", "总投资"}


def test_a_deleted_row_shows_what_it_was(hq_admin: User) -> None:
    ThresholdValue.objects.create(key="snap_m", value=1)
    with acting(user_id=hq_admin.pk, reason="x"):
        ThresholdValue.objects.all().delete()
    line = lines(table="thresholdvalue", action="delete")[0]
    assert ("数值", "1.000", "") in [(c.label, c.before, c.after) for c in line.changes]


def test_pages_hold_every_change_once_and_in_order(make_project: Callable[..., Project]) -> None:
    for _ in range(7):
        make_project()
    ThresholdValue.objects.create(key="snap_m", value=1)
    everything = selectors.page(CITY, AuditFilter(), size=5_000).events
    seen, before = [], ""
    for _ in range(1000):
        part = selectors.page(CITY, AuditFilter(before=before), size=3)
        seen += [(event.table.key, event.number) for event in part.events]
        before = part.older
        if not before:
            break
    assert len(seen) == len(set(seen)) == len(everything)
    assert set(seen) == {(event.table.key, event.number) for event in everything}


def test_the_days_are_found_by_halving_and_are_exact(hq_admin: User) -> None:
    """Events of known moments, out of the order of their numbers by some hours, as long transactions leave them."""
    base = datetime(2026, 1, 1, tzinfo=UTC)
    in_order = [base + timedelta(hours=5 * n) for n in range(60)]
    moments = [in_order[n + 1 - 2 * (n % 2)] for n in range(60)]  # every two changed about
    events = next(table for table in tables() if table.key == "thresholdvalue")
    ThresholdValue.objects.create(key="snap_m", value=1)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {events.events} DISABLE TRIGGER USER")
        cursor.execute(f"DELETE FROM {events.events}")
        for moment in moments:
            cursor.execute(
                f"INSERT INTO {events.events}"
                " (pgh_created_at, pgh_label, pgh_obj_id, id, key, value, created_at, updated_at, origin)"
                " VALUES (%s, 'update', 1, 1, 'snap_m', 1, now(), now(), 'manual')",
                [moment],
            )
    for day in range(13):
        since, until = (base + timedelta(days=n) for n in (day, day + 1))
        found = selectors.page(CITY, AuditFilter(table="thresholdvalue", since=since.date(), until=until.date())).events
        start = timezone.make_aware(datetime(2026, 1, 1)) + timedelta(days=day)
        wanted = {m for m in moments if start <= m < start + timedelta(days=2)}
        assert {event.at for event in found} == wanted, day


def test_a_person_and_a_project_narrow_it(make_project: Callable[..., Project], steward: User, hq_admin: User) -> None:
    one, other = make_project(), make_project()
    with acting(user_id=steward.pk, reason="a"):
        Project.objects.filter(pk=one.pk).update(nature="改建")
    with acting(user_id=hq_admin.pk, reason="b"):
        Project.objects.filter(pk=other.pk).update(nature="改建")
    assert {line.who for line in lines(person="steward", action="update")} == {"steward"}
    assert {line.project for line in lines(project=other.serial_no)} == {(other.serial_no, other.name)}
    assert lines(person="没有这个人") == lines(project="YYMS-1999-0001") == []


def test_the_ledgers_events_are_found_by_project_though_they_bear_no_columns() -> None:
    by_key = {table.key: table for table in tables()}
    assert "pgh_obj_id IN" in by_key["disbursementassignment"].project_sql
    assert by_key["project"].project_sql == "e.pgh_obj_id = %s"
    assert "periodreport" in by_key["reportnode"].project_sql
    assert by_key["thresholdvalue"].project_sql == ""
    for table in tables():
        if table.project_sql:
            assert selectors.page(CITY, AuditFilter(table=table.key, project="YYMS-1999-0001")).events == ()


def test_the_audit_administrator_sees_who_and_which_field_but_no_business(
    make_project: Callable[..., Project], sysadmin: User, client_of: Open
) -> None:
    auditadmin = ensure_account(username="aud", display_name="aud", password=PASSWORD, role=Role.AUDIT_ADMIN)
    project = make_project(name="保密工程之名")
    Project.objects.filter(pk=project.pk).update(location_text="保密地点之所在")
    page = client_of(auditadmin).get(ADDRESS).content.decode()
    assert "建设地点" in page
    assert "保密工程之名" not in page
    assert "保密地点之所在" not in page
    own = client_of(auditadmin).get(f"{ADDRESS}?table=rolegrant").content.decode()
    assert "系统管理员" in own
    assert client_of(sysadmin).get(ADDRESS).status_code == 403


def test_the_file_holds_no_formula_and_leaves_a_trace(
    make_project: Callable[..., Project], hq_admin: User, client_of: Open
) -> None:
    project = make_project(name="=HYPERLINK(1)")
    answer = client_of(hq_admin).get(f"{ADDRESS}?format=csv&project={project.serial_no}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:4] == ["时间", "人员", "对象", "操作"]
    cells = [cell for row in rows for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    kept = Export.objects.get()
    assert (kept.sheet, kept.user, kept.parameters) == ("audit", hq_admin, f"project={project.serial_no}")


@pytest.mark.parametrize(
    "query",
    ["before=zz", "before=1.2-x", "table=pg_shadow", "since=2026-13-01", "since=2026-02-01&until=2026-01-01", "x=1"],
)
def test_a_bad_address_is_400(hq_admin: User, client_of: Open, query: str) -> None:
    assert client_of(hq_admin).get(f"{ADDRESS}?{query}").status_code == 400


def test_deletions_are_found_by_an_index_of_their_own_in_every_table(hq_admin: User) -> None:
    """Among millions of events they are rare: without it a search for them reads all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_indexes WHERE indexdef LIKE '%(pgh_id) WHERE (pgh_label = ''delete''%'"
        )
        indexed = {name for (name,) in cursor.fetchall()}
    missing = [table.events for table in tables() if table.events not in indexed]
    assert missing == [], "the migration that brings the table calls guard_audit_trail()"
