"""After a bulk load the planner is told what is there."""

from collections.abc import Callable

from django.db import connection

from geodata.projects.models import Project
from geodata.summary.services import refresh_statistics


def test_statistics_know_the_rows_of_this_load(make_project: Callable[..., Project]) -> None:
    for _ in range(7):
        make_project()
    refresh_statistics()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'projects_project'::regclass")
        assert cursor.fetchone() == (7.0,)
