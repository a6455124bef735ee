"""The permission matrix: every address of the URLconf × who asks × method. A new address without a row fails."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from geodata.projects.models import Project
from geodata.stewards.models import User
from geodata.stewards.roles import ALLOWED, CITY_WIDE, Action, Role
from geodata.stewards.services import ensure_account
from portal.publication.services import publish
from tests.conftest import PASSWORD
from tests.portal.publication.conftest import NOW, TODAY, public_city

__all__ = ["public_city"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "publisher", "public"])

LOGIN, OPEN, DENIED, WRONG_METHOD = 302, 200, 403, 405
TILE = {"z": 9, "x": 416, "y": 213}
SHAPE_ACTS = ("submit", "approve", "return", "restore", "discard")
SHAPE: dict[str, object] = {"code": "YYMS-2026-0001", "number": 999_999}  # a version that never was

# route → (arguments of an address that exists, action that a staff address asks for; None = open to everybody)
ROUTES: dict[str, tuple[dict[str, object], Action | None]] = {
    "accounts:login": ({}, None),
    "accounts:logout": ({}, None),
    "accounts:second_factor": ({}, None),  # for whoever gave the password: tests/portal/accounts/test_second_factor.py
    "accounts:security": ({}, None),
    "accounts:password": ({}, None),
    "administration:home": ({}, None),  # leads on by role: tests/portal/administration/test_pages.py
    "administration:categories": ({}, Action.MANAGE_CODES),
    "administration:sources": ({}, Action.MANAGE_CODES),
    "administration:units": ({}, Action.MANAGE_CODES),
    "administration:templates": ({}, Action.MANAGE_CODES),
    "administration:thresholds": ({}, Action.MANAGE_CODES),
    "administration:calendar": ({}, Action.MANAGE_CODES),
    "administration:boundaries": ({}, Action.MANAGE_CODES),
    "administration:boundary": ({"code": "430602"}, Action.MANAGE_CODES),
    # who may do what on them: tests/portal/administration/test_people.py
    "administration:people": ({}, Action.VIEW_ACCOUNTS),
    "administration:person": ({"user_id": 999_999_999}, Action.VIEW_ACCOUNTS),  # one that never was
    "administration:audit": ({}, Action.VIEW_AUDIT),
    "dashboard:cockpit": ({}, Action.VIEW_CITY_FIGURES),
    "dashboard:warnings": ({}, Action.VIEW_CITY_FIGURES),
    "dashboard:works": ({}, Action.VIEW_CITY_FIGURES),
    "dashboard:changes": ({}, Action.VIEW_CITY_FIGURES),
    "dashboard:month": ({}, Action.VIEW_CITY_FIGURES),
    # whose rows: tests/portal/dashboard/test_selection.py
    "dashboard:selection": ({}, Action.VIEW_PROJECTS),
    "dashboard:bottlenecks": ({}, Action.VIEW_PROJECTS),
    "dashboard:conflicts": ({}, Action.VIEW_PROJECTS),
    "dashboard:offline_map": ({}, Action.VIEW_PROJECTS),
    "dashboard:task": ({"number": 999_999}, Action.VIEW_CITY_FIGURES),  # one that never was
    "workbench:map": ({}, Action.VIEW_PROJECTS),
    "workbench:map_layers": ({}, Action.VIEW_PROJECTS),
    "workbench:search": ({}, Action.VIEW_PROJECTS),
    # whose rows: tests/portal/workbench/test_desk.py and test_inbox.py
    "workbench:desk": ({}, Action.VIEW_PROJECTS),
    "workbench:inbox": ({}, Action.VIEW_PROJECTS),
    "workbench:notice": ({"notice_id": 999_999}, Action.VIEW_PROJECTS),
    "workbench:details": ({"code": "YYMS-2026-9999"}, Action.EDIT_PROJECTS),  # one that never was
    "workbench:monthly": ({}, Action.EDIT_PROJECTS),
    "workbench:monthly_row": ({}, Action.EDIT_PROJECTS),
    "workbench:monthly_check": ({}, Action.EDIT_PROJECTS),
    "workbench:projects": ({}, Action.VIEW_PROJECTS),
    "workbench:payments": ({}, Action.VIEW_PROJECTS),
    "workbench:orders": ({}, Action.VIEW_PROJECTS),
    "workbench:organisations": ({}, Action.VIEW_PROJECTS),
    "workbench:organisation": ({"number": 999_999}, Action.VIEW_PROJECTS),  # one that never was
    "workbench:geometry": ({"code": "YYMS-2026-0001"}, Action.EDIT_PROJECTS),
    "workbench:project": ({"code": "YYMS-2026-0001"}, Action.VIEW_PROJECTS),
    # whose shapes, by whom, in which state: tests/portal/workbench/test_geometry_json.py
    "workbench:geometry_state": ({"code": "YYMS-2026-0001"}, Action.VIEW_PROJECTS),
    "workbench:geometry_check": ({"code": "YYMS-2026-0001"}, Action.EDIT_PROJECTS),
    "workbench:geometry_coordinates": ({"code": "YYMS-2026-0001"}, Action.EDIT_PROJECTS),
    "workbench:geometry_file": ({"code": "YYMS-2026-0001"}, Action.EDIT_PROJECTS),
    "workbench:geometry_neighbours": ({"code": "YYMS-2026-0001"}, Action.VIEW_PROJECTS),
    "workbench:geometry_version": (SHAPE, Action.VIEW_PROJECTS),
    "workbench:geometry_history": ({"code": "YYMS-2026-0001"}, Action.VIEW_PROJECTS),
    # who may import what, and whose batches: tests/portal/workbench/test_imports.py
    "workbench:imports": ({}, Action.VIEW_PROJECTS),
    "workbench:import_help": ({}, Action.VIEW_PROJECTS),
    "workbench:import_template": ({"dataset": "projects"}, Action.VIEW_PROJECTS),
    "workbench:import_batch": ({"number": 999_999}, Action.VIEW_PROJECTS),  # one that never was
    "workbench:import_progress": ({"number": 999_999}, Action.VIEW_PROJECTS),
    "workbench:import_original": ({"number": 999_999}, Action.VIEW_PROJECTS),
    "workbench:import_errors": ({"number": 999_999}, Action.VIEW_PROJECTS),
    "workbench:import_columns": ({"number": 999_999}, Action.VIEW_PROJECTS),
    "workbench:import_mappings": ({}, Action.VIEW_PROJECTS),
    "workbench:import_mapping": ({"number": 999_999}, Action.VIEW_PROJECTS),
    "workbench:import_mapping_file": ({"number": 999_999}, Action.VIEW_PROJECTS),
    "workbench:unplaced": ({}, Action.EDIT_PROJECTS),
    "workbench:approvals": ({}, Action.APPROVE),
    "workbench:quality": ({}, Action.VIEW_PROJECTS),
    "workbench:quality_rows": ({}, Action.VIEW_PROJECTS),
    "workbench:geometry_submit": (SHAPE, Action.EDIT_PROJECTS),
    "workbench:geometry_approve": (SHAPE, Action.APPROVE),
    "workbench:geometry_return": (SHAPE, Action.APPROVE),
    "workbench:geometry_restore": (SHAPE, Action.EDIT_PROJECTS),
    "workbench:geometry_discard": (SHAPE, Action.EDIT_PROJECTS),
    # which order and project, and whether a role may decide: tests/portal/workbench/test_matches.py
    "workbench:match_confirm": ({"match_id": 1}, Action.VIEW_PROJECTS),
    "workbench:match_reject": ({"match_id": 1}, Action.VIEW_PROJECTS),
    "workbench:trust": ({"code": "YYMS-2026-0001"}, Action.VIEW_PROJECTS),
    "workbench:checkin": ({}, Action.EDIT_PROJECTS),
    "workbench:checkin_near": ({}, Action.EDIT_PROJECTS),
    "workbench:checkin_suggest": ({"number": 999_999}, Action.EDIT_PROJECTS),  # one that never was
    "workbench:photo": ({"photo_id": 999_999}, Action.VIEW_PROJECTS),  # one that never was
    "workbench:photo_remove": (
        {"photo_id": 999_999},
        Action.VIEW_PROJECTS,
    ),  # by role: tests/portal/workbench/test_photos.py
    # by whom, and what comes of it: tests/geodata/progress/test_releasing.py
    "workbench:photo_release": ({"photo_id": 999_999}, Action.APPROVE),
    "workbench:photo_take_back": ({"photo_id": 999_999}, Action.EDIT_PROJECTS),
    "workbench:document_release": ({"attachment_id": 999_999}, Action.APPROVE),
    "workbench:document_take_back": ({"attachment_id": 999_999}, Action.EDIT_PROJECTS),
    "workbench:report": ({"code": "YYMS-2026-0001"}, Action.VIEW_PROJECTS),
    "workbench:report_check": ({"code": "YYMS-2026-0001"}, Action.EDIT_PROJECTS),
    "workbench:report_discard": ({"report_id": 999_999}, Action.EDIT_PROJECTS),  # by hand: test_weekly_reports.py
    "workbench:report_cycle": ({"code": "YYMS-2026-0001"}, Action.VIEW_PROJECTS),
    "workbench:milestones": ({"code": "YYMS-2026-0001"}, Action.VIEW_PROJECTS),
    "workbench:status": ({"code": "YYMS-2026-0001"}, Action.VIEW_PROJECTS),
    "workbench:stop_report": ({"code": "YYMS-2026-0001"}, Action.EDIT_PROJECTS),
    # by role and hand: tests/portal/workbench/test_reports.py, test_status.py
    "workbench:report_review": ({"report_id": 999_999}, Action.VIEW_PROJECTS),
    "workbench:milestone_decide": ({"milestone_id": 999_999}, Action.APPROVE),
    "workbench:status_review": ({"request_id": 999_999}, Action.VIEW_PROJECTS),
    "workbench:status_withdraw": ({"request_id": 999_999}, Action.EDIT_PROJECTS),
    "workbench:attachment": ({"attachment_id": 999_999}, Action.VIEW_PROJECTS),
    "workbench:attachment_remove": ({"attachment_id": 999_999}, Action.EDIT_PROJECTS),
    "workbench:tile": ({"version": "1", "layer": "base", **TILE}, Action.VIEW_PROJECTS),
    "workbench:light": ({"code": "YYMS-2026-0001"}, Action.APPROVE),  # headquarters alone: test_light.py
    # whose alerts, and who may do what: tests/portal/dashboard/test_alerts.py
    "dashboard:alerts": ({}, Action.VIEW_PROJECTS),
    "dashboard:alert": ({"alert_id": 999_999}, Action.VIEW_PROJECTS),  # one that never was
    "dashboard:rules": ({}, Action.VIEW_CITY_FIGURES),
    "dashboard:rule": ({"rule": "W02"}, Action.VIEW_CITY_FIGURES),
    "dashboard:backtest": ({"run_id": 999_999}, Action.VIEW_CITY_FIGURES),  # one that never was
    "dashboard:curves": ({}, Action.VIEW_CITY_FIGURES),
    "dashboard:indicators": ({}, Action.VIEW_CITY_FIGURES),
    "dashboard:indicator": ({"indicator": "I20"}, Action.VIEW_CITY_FIGURES),
    "dashboard:course": ({}, Action.VIEW_CITY_FIGURES),
    "dashboard:curve_part": ({}, Action.VIEW_CITY_FIGURES),
    "dashboard:changed": ({}, Action.VIEW_CITY_FIGURES),
    "dashboard:lights": ({}, Action.VIEW_CITY_FIGURES),
    "publication:page": ({}, Action.PUBLISH),
    "publication:project": ({"code": "YYMS-2026-0001"}, Action.PUBLISH),
    "publication:progress": ({"run_id": 999_999_999}, Action.PUBLISH),  # one that never was
    "public:home": ({}, None),
    "public:projects": ({}, None),
    "public:photo": ({"code": "YYMS-2026-0001", "name": "none.jpg"}, None),  # nothing is let out here
    "public:document": ({"code": "YYMS-2026-0001", "name": "none.pdf"}, None),
    "public:project": ({"code": "YYMS-2026-0001"}, None),
    "public:projects_csv": ({}, None),
    "public:company": ({"name": "湖南样例市政工程有限公司"}, None),
    "public:company_csv": ({"name": "湖南样例市政工程有限公司"}, None),
    "public:report": ({"code": "YYMS-2026-0001"}, None),
    "public:board": ({"code": "YYMS-2026-0001"}, None),
    "public:near": ({}, None),
    "public:regions": ({}, None),
    "public:region": ({"code": "430602"}, None),
    "public:disclosure": ({}, None),
    "public:unit_disclosure": ({"code": "430602"}, None),
    "public:feeds": ({}, None),
    "public:city_feed": ({"form": "atom"}, None),
    "public:feed": ({"kind": "project", "code": "YYMS-2026-0001", "form": "rss"}, None),
    "public:glossary": ({}, None),
    "public:search": ({}, None),
    "public:snapshots": ({}, None),
    "public:payments_csv": ({"code": "YYMS-2026-0001"}, None),
    "public:tilejson": ({"layer": "projects"}, None),
    "public:tile": ({"number": 1, "layer": "projects", **TILE}, None),
    "public:healthz": ({}, None),
    "public:favicon": ({}, None),
    "public:robots": ({}, None),
    "opendata:api_root": ({}, None),
    "opendata:api_openapi": ({}, None),
    "opendata:api_docs": ({}, None),
    "opendata:api_aggregates": ({}, None),
    "opendata:api_changes": ({}, None),
    "opendata:api_withdrawals": ({}, None),
    "opendata:api_snapshots": ({}, None),
    "opendata:api_list": ({"name": "projects"}, None),
    "opendata:api_one": ({"name": "projects", "identifier": "YYMS-2026-0001"}, None),
    "opendata:landing": ({}, None),
    "opendata:conformance": ({}, None),
    "opendata:api": ({}, None),
    "opendata:collections": ({}, None),
    "opendata:collection": ({"name": "projects"}, None),
    "opendata:features": ({"name": "projects"}, None),
    "opendata:downloads": ({}, None),
    "opendata:chain": ({}, None),
    "opendata:manifest": ({}, None),
    "opendata:file": ({"name": "projects.csv"}, None),
    "opendata:oc4ids": ({"code": "YYMS-2026-0001"}, None),
    "opendata:feature": ({"name": "projects", "identifier": "YYMS-2026-0001"}, None),
}
ANSWER = {"public:favicon": 302, "workbench:match_confirm": 405, "workbench:match_reject": 405}
ANSWER["publication:progress"] = ANSWER["workbench:organisation"] = ANSWER["workbench:photo"] = 404
ANSWER["workbench:photo_remove"] = 405
RELEASES = [f"workbench:{what}_{act}" for what in ("photo", "document") for act in ("release", "take_back")]
ANSWER |= dict.fromkeys(RELEASES, 405) | dict.fromkeys(["public:photo", "public:document"], 404)
ANSWER["opendata:manifest"] = ANSWER["opendata:file"] = 503  # no files are made here
POSTS = {"accounts:login": 200, "accounts:logout": 302, "workbench:match_confirm": 404, "workbench:match_reject": 404}
ANSWER["workbench:notice"] = ANSWER["workbench:monthly_row"] = ANSWER["workbench:monthly_check"] = 405
ANSWER["workbench:details"] = POSTS["workbench:details"] = 404
_OF_A_BATCH = ("import_batch", "import_progress", "import_original", "import_errors", "import_columns")
for _name in (*_OF_A_BATCH, "import_mapping", "import_mapping_file"):
    ANSWER[f"workbench:{_name}"] = 404
POSTS |= {
    "workbench:imports": 302,
    "workbench:import_batch": 400,
    "workbench:import_columns": 404,
    "workbench:import_mappings": 302,
    "workbench:import_mapping": 404,
    "workbench:unplaced": 404,
}  # without a file, act, code
POSTS |= {"workbench:monthly_row": 400, "workbench:monthly_check": 400}  # without a row
POSTS |= {"workbench:inbox": 400, "workbench:notice": 404}  # without a number; one that never was
POSTS |= {"accounts:second_factor": 302, "accounts:security": 400}  # owes no code; without an action
ANSWER["administration:person"] = 404
POSTS |= {"accounts:password": 422}  # without the old one
# without a field
POSTS |= {"administration:categories": 422, "administration:sources": 422, "administration:units": 404}
POSTS |= {"administration:templates": 404, "administration:thresholds": 302, "administration:calendar": 422}
POSTS |= {"administration:boundary": 422, "administration:people": DENIED, "administration:person": DENIED}
POSTS |= {"publication:page": 400, "publication:project": 400}  # without an action
POSTS |= {"workbench:project": 422, "workbench:photo_remove": 404}  # without a photo
ANSWER |= dict.fromkeys([f"workbench:geometry_{act}" for act in ("check", "coordinates", "file", *SHAPE_ACTS)], 405)
ANSWER["workbench:geometry_neighbours"] = 400  # without a box
POSTS |= {"workbench:geometry_check": 400}  # without a shape
POSTS |= {"workbench:geometry_coordinates": 400, "workbench:geometry_file": 422}  # without text or file
# back to the page with the refusal
POSTS |= dict.fromkeys([f"workbench:geometry_{act}" for act in ("submit", "discard", "return")], 302)
POSTS |= dict.fromkeys([f"workbench:geometry_{act}" for act in ("approve", "restore")], 404)
ANSWER["workbench:geometry_version"] = 404  # one that never was
PUTS = {"workbench:geometry_state": 428}  # without If-Match
_REPORTING = (
    "report_review",
    "milestone_decide",
    "status_review",
    "status_withdraw",
    "attachment_remove",
    "report_discard",
)
ANSWER |= dict.fromkeys([f"workbench:{name}" for name in ("report_review", "status_review", "attachment")], 404)
ANSWER |= dict.fromkeys(
    [
        f"workbench:{name}"
        for name in ("report_check", "report_cycle", "stop_report", *_REPORTING[1:2], *_REPORTING[3:])
    ],
    405,
)
POSTS |= {
    "workbench:report_cycle": 400,
    "workbench:report": 400,
    "workbench:milestones": 400,
    "workbench:status": 422,
    "workbench:stop_report": 409,  # the works go on
    "workbench:report_check": 200,
}
POSTS |= dict.fromkeys([*RELEASES, *(f"workbench:{name}" for name in _REPORTING)], 404)
OF_A_PROJECT = {
    "workbench:report",
    "workbench:milestones",
    "workbench:status",
    "workbench:geometry",
    "workbench:geometry_version",
    "workbench:geometry_history",
    "workbench:project",
    "workbench:geometry_state",
    "workbench:geometry_neighbours",
    "workbench:trust",
}
ANSWER |= {"workbench:checkin_near": 400, "workbench:checkin_suggest": 405}  # without a place
POSTS |= {"workbench:checkin": 422, "workbench:checkin_suggest": 404}  # without a project
ANSWER["dashboard:task"] = 404
ANSWER |= {"dashboard:changes": 400, "dashboard:changed": 400}  # without a day to compare with
# pages for people whose rows are the whole city
OF_THE_CITY = {
    f"dashboard:{name}"
    for name in (
        "cockpit",
        "task",
        "indicator",
        "course",
        "curve_part",
        "lights",
        "changed",
        "warnings",
        "works",
        "month",
        "changes",
    )
}
ANSWER |= {"workbench:light": 405, "dashboard:alert": 404, "dashboard:backtest": 404}
POSTS |= {
    "workbench:light": 400,
    "dashboard:alerts": 302,
    "dashboard:alert": 404,
    "dashboard:rule": 400,
}  # without an act
STAFF = [name for name, (_arguments, action) in ROUTES.items() if action]
CITIZENS = [name for name in ROUTES if name.startswith(("public:", "opendata:"))]
UNSAFE = ("post", "put", "patch", "delete")


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from routes(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def address(name: str) -> str:
    return reverse(name, kwargs=ROUTES[name][0])


@pytest.fixture
def published(public_city: dict[str, Project]) -> None:
    publish(as_of=TODAY, now=NOW)


def test_every_address_has_a_row() -> None:
    assert set(routes()) == set(ROUTES)


def test_a_citizen_without_login_gets_every_public_page_and_no_cookie(published: None) -> None:
    client = Client(headers={"accept": "text/html"})
    for name in CITIZENS:
        response = client.get(address(name))
        assert response.status_code == ANSWER.get(name, OPEN), name
        assert not response.cookies, name


def test_nobody_without_login_gets_a_staff_page(published: None) -> None:
    browser, program = Client(headers={"accept": "text/html"}), Client()
    for name in STAFF:
        assert browser.get(address(name)).status_code == LOGIN, name
        assert program.get(address(name)).status_code == DENIED, name


def test_each_role_gets_exactly_the_pages_its_actions_allow(published: None, client_of: Callable) -> None:
    for role in Role:
        user = person(role)
        client = client_of(user)
        for name in STAFF:
            expected = ANSWER.get(name, OPEN) if ROUTES[name][1] in ALLOWED[role] else DENIED
            if name in OF_THE_CITY and role not in CITY_WIDE:
                expected = DENIED
            if name in OF_A_PROJECT and expected != DENIED and not sees_the_district(role):
                expected = 404
            assert client.get(address(name)).status_code == expected, (role, name)


def sees_the_district(role: Role) -> bool:
    """Whether a person of this role in the test sees the projects of 岳阳楼区."""
    return role in CITY_WIDE or role == Role.COUNTY_STAFF


def person(role: Role) -> User:
    unit = "430602" if role == Role.COUNTY_STAFF else ""
    body = ""
    if role in {Role.LEAD_DEPT, Role.OWNER_UNIT}:
        from geodata.organisations.models import Organisation

        body = Organisation.objects.get_or_create(name="示例局", name_key="示例局")[0].name
    return ensure_account(
        username=f"x-{role}", display_name=role, password=PASSWORD, role=role, unit_code=unit, organisation_name=body
    )


def test_no_address_takes_a_method_it_has_no_use_for(published: None, hq_admin: User, client_of: Callable) -> None:
    client = client_of(hq_admin)
    for name in ROUTES:
        for method in UNSAFE:
            expected = {"post": POSTS, "put": PUTS}.get(method, {}).get(name, WRONG_METHOD)
            assert getattr(client, method)(address(name)).status_code == expected, (name, method)
            client.force_login(hq_admin)


def test_a_write_without_a_csrf_token_is_refused(published: None, hq_admin: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(hq_admin)
    for name in POSTS:
        assert client.post(address(name)).status_code == DENIED, name


def test_a_person_whose_role_ended_is_out_at_once(published: None, steward: User, client_of: Callable) -> None:
    client = client_of(steward)
    assert client.get(address("workbench:map")).status_code == OPEN
    steward.grants.all().delete()
    assert client.get(address("workbench:map")).status_code == DENIED


def test_staff_of_another_district_see_nothing_of_this_one(
    published: None, steward: User, other_steward: User, client_of: Callable
) -> None:
    here, there = (client_of(p).get(address("workbench:map")).content.decode() for p in (steward, other_steward))
    assert "示例路提质工程" in here
    assert "示例路提质工程" not in there
    assert "内部事项" in here
    assert "内部事项" not in there
