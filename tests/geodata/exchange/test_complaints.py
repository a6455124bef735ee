"""The hotline's export: merged orders, times without a year, and nobody's name outside the sealed table."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from geodata.complaints.models import WorkOrder, WorkOrderPerson
from geodata.exchange.mappings import ColumnMapping, Options
from geodata.exchange.models import Batch, BatchIssue
from geodata.exchange.moments import parse_moment
from geodata.figures import Unreadable
from geodata.regions.models import AreaUnit

HEADER = (
    "工单编号,受理时间,渠道,诉求人,电话,类型,分类,标题,诉求内容,事发地址,区域,"
    "紧急,承办单位,派单,签收,办理时限,办结时间,超期,退回,回访,满意度,关联工单"
)
ROWS = [
    (
        "YY20260312000871,2026-03-12 09:14:22,电话,李女士,"
        "13812345678,投诉,住房与城乡建设类,夜间扰民,夜间仍在切割,示例路18号,岳阳楼区,一般,"
        "岳阳楼区住建局,03-12 09:40,03-12 10:02,03-19 18:00,"
        "03-16 16:21,否,0,短信 03-18,满意,"
    ),
    (
        "YY20260313001204,2026-03-13 20:05:01,湘易办,匿名,"
        "13900001111,投诉,住房与城乡建设类,路面未恢复,未恢复,示例路18号附近,岳阳楼区,一般,"
        "市住建局,03-14 08:31,03-16 09:00,03-20 18:00,,,1,,,"
        "YY20260312000871"
    ),
    (
        "YY20260315000033,2026-03-15 07:50:45,电话,张先生,"
        "15573001234,求助,公共服务类,停水,挖断供水管,示例大道,经开区,紧急,经开区管委会,07:55,"
        "08:01,03-15 09:55,03-15 12:20,是,0,电话 03-16,不满意,"
    ),
    (
        "YY20260318000512,2026-03-18 15:12:30,市长信箱,王先生,"
        "17700002222,建议,科教文体类,增设公交站,接送车辆多,汉昌街道,平江县,一般,平江县教育局,"
        "16:00,16:30,03-25 18:00,03-20 11:00,否,0,电话 03-24,基本满意,"
    ),
]
CITY_TIME = timezone(timedelta(hours=8))

pytestmark = pytest.mark.usefixtures("city")


def export(path: Path, rows: list[str], header: str = HEADER) -> Path:
    path.write_bytes("\r\n".join([header, *rows, ""]).encode("gb18030"))
    return path


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CITY_TIME)


def test_the_hotlines_export_gives_the_official_counts(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    batch = bring_in(export(tmp_path / "12345.csv", ROWS), "complaints")
    assert batch.state == Batch.State.COMMITTED, list(batch.issues.values_list("row", "message"))
    orders = list(WorkOrder.objects.order_by("order_no"))
    assert len(orders) == 4
    complaints = [order for order in orders if order.kind == "complaint"]
    assert len(complaints) == 2
    assert len([order for order in complaints if order.duplicate_of is None]) == 1
    assert complaints[1].duplicate_of == complaints[0]
    closed = [order for order in orders if order.closed_at]
    assert (len(orders), len(closed)) == (4, 3)
    assert len([order for order in closed if order.closed_at <= order.due_at]) == 2
    revisited = [order.satisfaction for order in orders if order.revisit_at]
    assert revisited == ["satisfied", "dissatisfied", "basically"]


def test_times_without_year_or_day_lie_after_the_reception(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    bring_in(export(tmp_path / "12345.csv", ROWS), "complaints")
    first, second, third, _ = WorkOrder.objects.order_by("order_no")
    assert first.dispatched_at == local(3, 12, 9, 40)
    assert (first.revisit_method, first.revisit_at) == ("短信", local(3, 18))
    assert second.closed_at is None
    assert (second.state, second.return_count) == ("processing", 1)
    assert third.dispatched_at == local(3, 15, 7, 55)
    assert third.is_urgent
    assert (third.area.code, first.area.code) == ("ZONE_YYJKQ", "430602")
    assert first.category == "住房与城乡建设"


def test_nothing_personal_is_kept_in_clear(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    broken = ROWS[0].replace("YY20260312000871", "YY9").replace("投诉", "怪类")
    bring_in(export(tmp_path / "12345.csv", [*ROWS, broken]), "complaints", skip_refused=True)
    assert WorkOrderPerson.objects.count() == 4
    person = WorkOrderPerson.objects.get(order__order_no="YY20260312000871")
    sealed = bytes(person.name_encrypted) + bytes(person.phone_encrypted) + bytes(person.content_encrypted)
    assert "李女士".encode() not in sealed
    assert b"13812345678" not in sealed
    texts = " ".join(f"{issue.message} {issue.value}" for issue in BatchIssue.objects.all())
    orders = " ".join(str(row) for row in WorkOrder.objects.values_list())
    for secret in ("李女士", "13812345678", "夜间仍在切割"):
        assert secret not in texts
        assert secret not in orders


def test_the_same_export_again_changes_nothing(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    bring_in(export(tmp_path / "a.csv", ROWS), "complaints")
    again = bring_in(export(tmp_path / "b.csv", list(reversed(ROWS))), "complaints")
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 4)


def test_a_later_export_closes_an_open_order(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    bring_in(export(tmp_path / "a.csv", ROWS), "complaints")
    closed = ROWS[1].replace("03-20 18:00,,,", "03-20 18:00,03-19 10:00,否,")
    later = bring_in(export(tmp_path / "b.csv", [closed]), "complaints")
    assert later.counts["changed"] == 1
    fields = {change["field"]: (change["old"], change["new"]) for change in later.changes[0]["fields"]}
    assert fields["状态"] == ("办理中", "办结")
    order = WorkOrder.objects.get(order_no="YY20260313001204")
    assert (order.state, order.closed_at) == ("closed", local(3, 19, 10))


@pytest.mark.parametrize(
    ("crs", "said", "lon", "lat", "placed"),
    [
        ("4490", "", "113.1", "29.3", 0),
        ("GCJ02", "", "113.1", "29.3", 644),
        ("BD09", "", "113.1", "29.3", 1267),
        ("4490:packed", "", "113.06", "29.18", 0),
        ("4547", "", "412557.5", "3242856.9", 0),
        ("", "CGCS2000", "113.1", "29.3", 0),
        ("", "高德", "113.1", "29.3", 644),
        ("4490", "百度", "113.1", "29.3", 1267),
        ("4490", "", "29.3", "113.1", None),
        ("4490", "", "121.4", "31.2", None),
        ("4490:packed", "", "113.67", "29.18", None),
        ("", "地方坐标系", "113.1", "29.3", None),
        ("", "西安80", "113.1", "29.3", None),
        ("4214", "", "113.1", "29.3", None),
    ],
)
def test_a_place_counts_in_a_system_that_somebody_named_and_inside_the_city(
    crs: str, said: str, lon: str, lat: str, placed: int | None, tmp_path: Path, bring_in: Callable[..., Batch]
) -> None:
    path = export(tmp_path / "a.csv", [f"{ROWS[0]},{lon},{lat},{said}"], f"{HEADER},经度,纬度,坐标系")
    batch = bring_in(path, "complaints", mapping=ColumnMapping(options=Options(crs=crs)))
    order = WorkOrder.objects.get()
    assert (order.geom is not None) is (placed is not None)
    assert batch.issues.filter(severity="warning").exists() is (placed is None)
    if order.geom is not None and placed is not None:
        shift = ((order.geom.x - 113.1) * 97_000) ** 2 + ((order.geom.y - 29.3) * 110_900) ** 2
        assert abs(shift**0.5 - placed) < 40


def test_degrees_of_which_nobody_said_where_they_come_from_are_a_question(
    tmp_path: Path, bring_in: Callable[..., Batch]
) -> None:
    rows = [f"{row},113.1,29.3" for row in ROWS[:2]]
    path = export(tmp_path / "a.csv", rows, f"{HEADER},经度,纬度")
    batch = bring_in(path, "complaints", skip_refused=True)
    assert (batch.state, WorkOrder.objects.count()) == (Batch.State.REFUSED, 0)
    (question,) = batch.issues.filter(severity="question")
    assert "坐标从哪里取得" in question.message
    assert "GCJ02" in question.message


def test_an_order_that_closes_before_it_came_in_is_refused(tmp_path: Path, bring_in: Callable[..., Batch]) -> None:
    wrong = ROWS[0].replace("03-16 16:21", "2026-03-11 16:21")
    batch = bring_in(export(tmp_path / "a.csv", [wrong]), "complaints")
    issue = batch.issues.get(severity="error")
    assert (issue.row, issue.column) == (2, "办结时间")


def test_an_unknown_area_is_a_warning(
    tmp_path: Path, bring_in: Callable[..., Batch], city: dict[str, AreaUnit]
) -> None:
    batch = bring_in(export(tmp_path / "a.csv", [ROWS[0].replace(",岳阳楼区,", ",别处县,")]), "complaints")
    assert batch.issues.get(severity="warning").column == "所属区域"
    assert WorkOrder.objects.get().area is None


RECEIVED = datetime(2025, 12, 30, 15, 0, tzinfo=CITY_TIME)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-12 09:40:10", datetime(2026, 3, 12, 9, 40, 10, tzinfo=CITY_TIME)),
        ("2026/3/12 9:40", datetime(2026, 3, 12, 9, 40, tzinfo=CITY_TIME)),
        ("2026年3月12日", datetime(2026, 3, 12, tzinfo=CITY_TIME)),
        ("12-31 08:00", datetime(2025, 12, 31, 8, tzinfo=CITY_TIME)),
        ("01-02 08:00", datetime(2026, 1, 2, 8, tzinfo=CITY_TIME)),
        ("1月2日", datetime(2026, 1, 2, tzinfo=CITY_TIME)),
        ("16:05", datetime(2025, 12, 30, 16, 5, tzinfo=CITY_TIME)),
        ("08：05", datetime(2025, 12, 31, 8, 5, tzinfo=CITY_TIME)),
        ("46093.5", datetime(2026, 3, 12, 12, tzinfo=CITY_TIME)),
        ("", None),
    ],
)
def test_a_time_is_completed_from_the_reception(text: str, expected: datetime | None) -> None:
    assert parse_moment(text, zone=CITY_TIME, base=RECEIVED.astimezone(UTC)) == expected


@pytest.mark.parametrize("text", ["13-40", "25:00", "昨天", "2026-02-30 10:00"])
def test_a_time_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_moment(text, zone=CITY_TIME, base=RECEIVED)


def test_a_time_without_a_year_and_without_a_reception_is_refused() -> None:
    with pytest.raises(Unreadable):
        parse_moment("03-12 09:40", zone=CITY_TIME)
