"""After a bulk load or a migration the planner is told what is there."""

from collections.abc import Callable
from io import StringIO

from django.core.management import call_command
from django.db import connection

from geodata.projects.models import Project


def test_statistics_know_the_rows_of_this_load(make_project: Callable[..., Project]) -> None:
    for _ in range(7):
        make_project()
    call_command("refresh_statistics", stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'projects_project'::regclass")
        assert cursor.fetchone() == (7.0,)
