"""The lights that the rules hand down: a row a change, read as of any day."""

from collections.abc import Callable
from datetime import date

from django.db import connection

from geodata.projects.models import Project
from geodata.summary.models import ProjectLight, ProjectRow
from geodata.summary.services import GivenLight, differences, keep_lights

Make = Callable[..., Project]
FIRST, SECOND, THIRD = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)


def given(project: Project, colour: str, sentence: str = "一") -> GivenLight:
    return GivenLight(project.pk, colour, colour, sentence)


def spans(project: Project) -> list[tuple[str, str, date, date, int]]:
    rows = ProjectLight.objects.filter(project=project).order_by("since")
    return [(row.light, row.sentence, row.light_since, row.since, row.until.year) for row in rows]


def test_only_what_changed_is_written(make_project: Make) -> None:
    first, second = make_project(), make_project()
    assert keep_lights(lights=[given(first, "red"), given(second, "green")], day=FIRST, whole=True) == 2
    assert keep_lights(lights=[given(first, "red"), given(second, "green")], day=SECOND, whole=True) == 0
    assert keep_lights(lights=[given(first, "red", "二"), given(second, "green")], day=THIRD, whole=True) == 1
    assert spans(first) == [("red", "一", FIRST, FIRST, 2026), ("red", "二", FIRST, THIRD, 9999)]
    assert spans(second) == [("green", "一", FIRST, FIRST, 9999)]


def test_a_second_scan_of_a_day_corrects_the_first(make_project: Make) -> None:
    project = make_project()
    keep_lights(lights=[given(project, "red")], day=FIRST, whole=True)
    keep_lights(lights=[given(project, "green")], day=SECOND, whole=True)
    keep_lights(lights=[given(project, "yellow")], day=SECOND, whole=True)
    assert [row[0] for row in spans(project)] == ["red", "yellow"]


def test_a_project_that_is_judged_no_more_has_no_light_from_that_day_on(make_project: Make) -> None:
    kept, gone, fresh = make_project(), make_project(), make_project()
    keep_lights(lights=[given(kept, "red"), given(gone, "red")], day=FIRST, whole=True)
    keep_lights(lights=[given(kept, "red"), given(fresh, "red")], day=SECOND, whole=True)
    keep_lights(lights=[given(kept, "red")], day=SECOND, whole=True)
    assert spans(gone) == [("red", "一", FIRST, FIRST, 2026)]
    assert spans(fresh) == []
    keep_lights(lights=[given(kept, "green")], day=THIRD, whole=False)
    assert [row[0] for row in spans(kept)] == ["red", "green"]


def test_the_row_shows_the_light_of_its_day_and_the_stored_totals_agree(make_project: Make) -> None:
    project = make_project()
    keep_lights(lights=[given(project, "red")], day=FIRST, whole=True)
    keep_lights(lights=[given(project, "green")], day=THIRD, whole=True)

    def light(day: date) -> str | None:
        return ProjectRow.objects.at(day, today=THIRD).values_list("light", flat=True).get()

    assert [light(day) for day in (date(2026, 2, 28), FIRST, SECOND, THIRD)] == [None, "red", "red", "green"]
    assert differences(today=THIRD) == []


def test_rows_of_which_nobody_asks_the_light_do_not_read_it(make_project: Make) -> None:
    make_project()
    with connection.cursor() as cursor:
        for columns, asked in (("code, status, budget", False), ("code, light", True)):
            cursor.execute(f"EXPLAIN SELECT {columns} FROM project_rows_today('2026-03-03')")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert ("projectlight" in plan) is asked
