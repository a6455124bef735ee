"""Names that are nearly those of recorded projects are a question: in the file, by command and in the workbench."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from geodata.errors import Refused
from geodata.exchange import alike
from geodata.exchange.alike import Candidate, NearNames, closeness
from geodata.exchange.batches import folders, uploading, working
from geodata.exchange.models import Batch
from geodata.projects.models import Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from tests.geodata.exchange.importing import ColumnMapping, Options, geojson, import_file
from tests.geodata.exchange.sheets import save
from tests.geodata.exchange.test_workbench_batches import LEDGER, NOW, confirm, ledger, scope, send

OLD, NEW = "示例大道东段提质改造工程", "示例大道东段提质改造工程项目"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def road(make_project: Callable[..., Project]) -> Project:
    return make_project(name=OLD, name_key=OLD, plan_year=2026)


def row(name: str, *, place: str = "岳阳楼区", year: int = 2026) -> list[Any]:
    return [name, place, year, "农村公路", 120, "东段"]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (OLD, NEW, True),
        ("示例新村老旧小区配套基础设施改造项目", "示例新村老旧小区配套基础设施改建项目", True),
        ("示例新村老旧小区改造项目一期", "示例新村老旧小区改造项目二期", False),
        ("示例新村老旧小区改造项目12栋", "示例新村老旧小区改造项目13栋", False),
        ("示例新村老旧小区改造项目A区", "示例新村老旧小区改造项目B区", False),
        ("示例新村东路人行道提质改造工程", "示例新村西路人行道提质改造工程", False),
        ("示例新村老旧小区改造项目", "示例新村老旧小区改造项目一期", True),  # the first may have been all of it
        ("甲", "乙", False),
    ],
)
def test_nearness_is_a_ratio_that_numbering_overrides(one: str, other: str, near: bool) -> None:
    folded = [name.casefold() for name in (one, other)]
    assert (closeness(*folded) >= alike.ALIKE) is near


NAMES = st.text("示例大道新村小区改造提质工程项目", min_size=4, max_size=24)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(NAMES, max_size=8), NAMES, st.integers(0, 23), st.sampled_from("示例新"))
def test_the_quick_search_finds_whatever_a_full_comparison_finds(
    held: list[str], name: str, at: int, sign: str
) -> None:
    held = [*held, name[: at % len(name)] + sign + name[at % len(name) + 1 :], name + sign]
    slow = {other for other in held if closeness(name, other) >= alike.ALIKE}
    found = NearNames((other, Candidate(1, "A", other)) for other in held).near(name)
    assert {one.name for one in found} <= slow
    assert bool(found) == bool(slow)


@pytest.mark.django_db
def test_a_renamed_project_is_a_question_with_both_answers(road: Project, tmp_path: Path) -> None:
    done = import_file(ledger(tmp_path, row(NEW)), "projects")
    assert done.batch.state == Batch.State.REFUSED
    (question,) = done.batch.issues.filter(severity="question")
    assert road.serial_no in question.message
    assert "同一个" in question.message
    assert "新建" in question.message
    assert Project.objects.count() == 1


@pytest.mark.django_db
def test_other_years_units_codes_and_numbers_are_no_question(road: Project, tmp_path: Path) -> None:
    Project.objects.filter(pk=road.pk).update(project_code="2601-430602-04-01-100025")
    header = [*LEDGER, "项目代码"]
    rows = [
        [*row(NEW, year=2025), None],
        [*row(NEW, place="平江县"), None],
        [*row(NEW), "2601-430602-04-01-100033"],
    ]
    done = import_file(save(tmp_path / "台账.xlsx", {"台账": [header, *rows]}), "projects")
    assert done.counts == {"new": 3}, done.messages


@pytest.mark.django_db
@pytest.mark.parametrize(("said", "counts"), [("number", {"changed": 1}), ("新建", {"new": 1})])
def test_the_file_itself_answers_in_its_column_of_numbers(
    said: str, counts: dict[str, int], road: Project, tmp_path: Path
) -> None:
    number = road.serial_no if said == "number" else said
    path = save(tmp_path / "台账.xlsx", {"台账": [["平台编号", *LEDGER], [number, *row(NEW)]]})
    assert import_file(path, "projects").counts == counts
    assert import_file(path, "projects").counts == {"unchanged": 1}  # the same file again changes nothing


@pytest.mark.django_db
def test_the_command_tells_and_takes_the_answer(road: Project, tmp_path: Path) -> None:
    path, report = ledger(tmp_path, row(NEW)), tmp_path / "报告.json"
    out = io.StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("import_projects", str(path), report=report, stdout=out)
    assert left.value.code == 1
    assert f"与已有项目 {road.serial_no}" in out.getvalue()
    (asked,) = orjson.loads(report.read_bytes())["alike"]
    assert asked["candidates"] == [{"serial": road.serial_no, "name": OLD}]
    call_command("import_projects", str(path), "--alike", "new", stdout=out)
    assert Project.objects.filter(name=NEW).count() == 1


@pytest.mark.django_db
def test_the_clerk_answers_on_the_page_and_the_file_is_read_again(
    road: Project, hq_admin: User, city: dict[str, AreaUnit], tmp_path: Path
) -> None:
    batch = send(hq_admin, ledger(tmp_path, row(NEW), row("示例小桥")))
    (asked,) = folders.alike(batch.pk)
    assert (batch.counts["new"], batch.counts["refused"]) == (1, 1)
    with pytest.raises(Refused, match="逐项选择"):
        tell(hq_admin, batch, {asked["key"]: "YYMS-2026-9999"})  # what nobody offered is no answer
    tell(hq_admin, batch, {asked["key"]: road.serial_no})
    assert (batch.counts["new"], batch.counts["changed"], batch.counts["refused"]) == (1, 1, 0)
    fields = {field["field"]: (field["old"], field["new"]) for field in batch.changes[0]["fields"]}
    assert fields["项目名称"] == (OLD, NEW)
    confirm(hq_admin, batch)
    road.refresh_from_db()
    assert (road.name, Project.objects.count()) == (NEW, 2)


@pytest.mark.django_db
def test_all_others_are_new_when_the_clerk_says_so(
    road: Project, hq_admin: User, city: dict[str, AreaUnit], tmp_path: Path
) -> None:
    batch = send(hq_admin, ledger(tmp_path, row(NEW)))
    tell(hq_admin, batch, {}, others_new=True)
    assert (batch.counts["new"], batch.counts["refused"], folders.alike(batch.pk)) == (1, 0, [])


@pytest.mark.django_db
def test_the_rows_on_the_page_are_the_project_named_first_when_the_clerk_says_so(
    road: Project, hq_admin: User, city: dict[str, AreaUnit], tmp_path: Path
) -> None:
    batch = send(hq_admin, ledger(tmp_path, row(NEW)))
    (asked,) = folders.alike(batch.pk)
    tell(hq_admin, batch, {asked["key"]: ""}, same=[asked["key"], "of nobody"])
    assert (batch.counts["changed"], batch.counts["refused"], folders.alike(batch.pk)) == (1, 0, [])


@pytest.mark.django_db
def test_nobody_learns_the_names_of_others(
    road: Project, steward: User, city: dict[str, AreaUnit], tmp_path: Path
) -> None:
    Project.objects.filter(pk=road.pk).update(management_unit=city["430626"])
    batch = send(steward, ledger(tmp_path, row(NEW, place="平江县")))
    said = " ".join(batch.issues.values_list("message", flat=True))
    assert road.serial_no not in said
    assert OLD not in said.replace(NEW, "")
    assert folders.alike(batch.pk) == []
    assert batch.counts["refused"] == 1


@pytest.mark.django_db
def test_a_feature_with_nearly_the_name_is_asked_about(road: Project, tmp_path: Path) -> None:
    shape = box(113.12, 29.30, 113.13, 29.31)
    path = geojson(tmp_path / "红线.geojson", [({"项目名称": NEW}, shape)])
    done = import_file(path, "projects")
    assert road.serial_no in done.refusals[0]
    answer = {f"{NEW}|{NOW.year}|": road.serial_no}
    told = import_file(path, "projects", mapping=ColumnMapping(options=Options(alike=answer)))
    assert told.counts == {"changed": 1}, told.messages
    road.refresh_from_db()
    assert road.name == OLD  # a file of shapes gives a shape and no name


def tell(user: User, batch: Batch, told: dict[str, str], *, same: Sequence[str] = (), others_new: bool = False) -> None:
    uploading.tell_alike(
        scope(user), batch.pk, told=told, same=same, others_new=others_new, now=NOW, defer=lambda **_given: None
    )
    working.work(batch.pk, now=NOW)
    batch.refresh_from_db()
