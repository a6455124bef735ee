"""The demo city's photos are drawings that say so, kept as a clerk's would be, once."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fixtures import photos
from geodata.progress import photo_files
from geodata.progress.models import Photo, Release
from geodata.projects.models import Project
from geodata.stewards.models import User
from tests.conftest import TODAY
from tests.geodata.sandbox.test_pictures import clean

pytestmark = pytest.mark.django_db


def test_works_under_construction_get_drawings_from_their_own_clerk(
    city: dict, make_project: Callable[..., Project], steward: User, hq_admin: User, settings: Any, tmp_path: Path
) -> None:
    if photos.letters() is None:
        pytest.skip("no Chinese font on this machine")
    settings.MEDIA_ROOT = tmp_path
    here = make_project(status="under_construction", name="示例路提质工程")
    there = make_project(status="under_construction", management_unit=city["430626"], actual_start_on=date(2026, 3, 1))
    make_project(status="not_started")
    assert photos.load(TODAY, {"430602": steward}, hq_admin) == 3
    assert photos.load(TODAY, {"430602": steward}, hq_admin) == 0
    assert set(Photo.objects.values_list("project", "uploaded_by")) == {(here.pk, steward.pk), (there.pk, hq_admin.pk)}
    # headquarters lets out what another person sent, and nothing of its own
    assert set(Release.objects.values_list("photo__project", "released_by", "ended_at")) == {
        (here.pk, hq_admin.pk, None)
    }
    assert Photo.objects.get(project=there).taken_on >= date(2026, 3, 1)
    for photo in Photo.objects.all():
        assert "示例" in photo.caption
        assert photo.taken_on < TODAY
        assert clean(photo_files.place(photo.sha256, photo_files.Size.LARGE).read_bytes())
        assert clean(photo_files.place(photo.sha256, photo_files.Size.SMALL).read_bytes())
