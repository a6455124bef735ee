"""Reads of the curves: courses by month (course.py), the projects behind a month (behind.py), forecasts and their
back-test (forecasts.py), units (units.py), what the other figures are made of (parts.py)."""

from dashboards.curves.selectors.behind import BY, MonthBehind, ProjectMonth, month_behind
from dashboards.curves.selectors.course import (
    MONTHS,
    Course,
    CourseMonth,
    ProjectCourse,
    course,
    earned_of_project,
    last_month_over,
    month_end,
    months_of,
    plan_of,
    project_course,
)
from dashboards.curves.selectors.forecasts import (
    BackTest,
    ForecastOfProject,
    GroupForecast,
    LateProject,
    back_test,
    forecast_columns,
    forecast_of,
    forecast_of_row,
    group_forecast,
    late_projects,
    latest,
)
from dashboards.curves.selectors.parts import CertifiedWorks, certified_behind, unplanned, year_end_behind
from dashboards.curves.selectors.units import GroupSums, UnitCourse, group_sums, unit_courses

__all__ = [
    "BY",
    "MONTHS",
    "BackTest",
    "CertifiedWorks",
    "Course",
    "CourseMonth",
    "ForecastOfProject",
    "GroupForecast",
    "GroupSums",
    "LateProject",
    "MonthBehind",
    "ProjectCourse",
    "ProjectMonth",
    "UnitCourse",
    "back_test",
    "certified_behind",
    "course",
    "earned_of_project",
    "forecast_columns",
    "forecast_of",
    "forecast_of_row",
    "group_forecast",
    "group_sums",
    "last_month_over",
    "late_projects",
    "latest",
    "month_behind",
    "month_end",
    "months_of",
    "plan_of",
    "project_course",
    "unit_courses",
    "unplanned",
    "year_end_behind",
]
