"""A changed boundary and what follows it: a real worker takes the job that saving has put up, and projects move."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from geodata.projects.models import Project
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User

pytestmark = pytest.mark.django_db(transaction=True)

# everything east of 113.15 is given to nobody
NARROW = [[[113.0, 29.2], [113.15, 29.2], [113.15, 29.35], [113.0, 29.35], [113.0, 29.2]]]


def work() -> None:
    """What `manage.py procrastinate worker` does, until nothing waits; over connections of its own.

    In a thread of its own: a worker starts an event loop, and a browser of another test may have left one here.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(_work).result()


def _work() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(queues=["default"], wait=False, listen_notify=False, install_signal_handlers=False)


def test_a_worker_assigns_projects_anew_after_a_boundary_has_changed(
    hq_admin: User, city: dict[str, AreaUnit], make_project: Callable[..., Project], client_of: Callable[[User], Client]
) -> None:
    unit = city["430602"]
    unit.refresh_from_db()
    inside = make_project(name="西边", name_key="西边", geom=Point(113.1, 29.3, srid=4490), admin_area=unit)
    outside = make_project(name="东边", name_key="东边", geom=Point(113.18, 29.3, srid=4490), admin_area=unit)
    answer = client_of(hq_admin).post(
        "/administration/boundaries/430602/",
        {
            "geometry": json.dumps({"type": "Polygon", "coordinates": NARROW}),
            "source": "湘民函〔2026〕3 号",
            "expected": unit.updated_at.isoformat(),
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    job = ProcrastinateJob.objects.get(task_name="portal.administration.jobs.locate_after_boundary")
    assert (job.status, job.args) == ("todo", {"user_id": hq_admin.pk})
    outside.refresh_from_db()
    assert outside.admin_area_id == unit.pk  # nothing has worked yet

    work()

    job.refresh_from_db()
    assert (job.status, job.attempts) == ("succeeded", 1)
    inside.refresh_from_db()
    outside.refresh_from_db()
    assert (inside.admin_area_id, outside.admin_area_id) == (unit.pk, None)
