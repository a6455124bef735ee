"""One project with what belongs to it: by either code, within the scope, as of a day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geodata.errors import NotFound
from geodata.projects.models import GeometryVersion, InvestmentApproval, Project, ProjectParty
from geodata.projects.selectors import dossier
from geodata.stewards.scope import CITY, Scope
from geodata.summary.selectors import row_of
from tests.conftest import TODAY
from tests.geodata.summary import facts

MakeProject = Callable[..., Project]
CODE = "2512-430602-04-01-100017"


def test_a_project_is_found_by_its_number_and_by_its_project_code(make_project: MakeProject) -> None:
    project = make_project(project_code=CODE)
    for text in (project.serial_no, CODE, CODE.replace("-", "")):
        assert dossier(CITY, text, upto=TODAY).project == project
    with pytest.raises(NotFound):
        dossier(CITY, "YYMS-2026-9999", upto=TODAY)


def test_what_lies_outside_the_scope_is_as_unknown_as_what_does_not_exist(make_project: MakeProject) -> None:
    project = make_project(project_code=CODE)
    elsewhere = Scope(unit_ids=frozenset({project.management_unit_id + 1}))
    own = replace(elsewhere, unit_ids=frozenset({project.management_unit_id}))
    assert dossier(own, CODE, upto=TODAY).project == project
    told = []
    for text in (project.serial_no, CODE, "YYMS-2026-9999"):
        with pytest.raises(NotFound) as refusal:
            dossier(elsewhere, text, upto=TODAY)
        told.append(refusal.value.message)
    assert len(set(told)) == 1


def test_bodies_approvals_changes_and_parts_come_in_one_query(make_project: MakeProject) -> None:
    project = make_project()
    part = make_project(parent=project, name="一标段")
    for role in ("lead_unit", "owner_unit"):
        ProjectParty.objects.create(
            project=project, role=role, organisation=facts.contractor(), valid_from=date(2026, 1, 1)
        )
    for day, amount in ((None, "900.01"), (date(2026, 2, 1), "12345678901234.56"), (date(2026, 6, 1), "7")):
        InvestmentApproval.objects.create(project=project, basis="estimate", amount=Decimal(amount), approved_on=day)
    facts.status(project, date(2026, 2, 1), "under_construction")
    facts.status(project, date(2026, 6, 1), "suspended")
    with CaptureQueriesContext(connection) as queries:
        found = dossier(CITY, project.serial_no, upto=TODAY)
    assert len(queries) == 1
    assert [(party.role, party.organisation_name, party.valid_from) for party in found.parties] == [  # type: ignore[attr-defined]
        ("lead_unit", "示例建设有限公司", date(2026, 1, 1)),
        ("owner_unit", "示例建设有限公司", date(2026, 1, 1)),
    ]
    assert [row.amount for row in found.approvals] == [Decimal("12345678901234.56"), Decimal("900.01")]
    assert found.newest_change is not None
    assert found.newest_change.status == "under_construction"
    assert [one.serial_no for one in found.parts] == [part.serial_no]


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 1)])
def test_the_version_that_is_named_is_the_shape_that_is_drawn(make_project: MakeProject, day: date) -> None:
    shapes = [GEOSGeometry(f"MULTIPOINT((113.1 29.{n}))", srid=4490) for n in (31, 32, 33)]
    project = make_project(geom=shapes[1])
    days = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 15))
    for number, (shape, begun) in enumerate(zip(shapes, days, strict=True), start=1):
        GeometryVersion.objects.create(
            project=project,
            number=number,
            geom=shape,
            state="submitted" if number == 3 else "approved",
            source="declared",
            valid_from=begun,
        )
    version = dossier(CITY, project.serial_no, upto=TODAY).shape_of(day)
    assert version is not None
    assert row_of(CITY, project.pk, today=TODAY, as_of=day).geom == shapes[version.number - 1]
