"""What somebody of one district might try on what another district holds, address by address.

Every staff address that county staff may open has an entry here; `own` is the district of the person who tries, `other`
the one that owns the object. The same attempts with `own` as `other` are the control: they must find their object.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from portal.workbench.desk.work import SECTIONS
from tests.security.attempts import Attempt, Attempts, Where, body, filters, lists, path
from tests.security.districts import District, months_back
from tests.security.trespasses_of_dashboards import DASHBOARDS


def _path(name: str, *args: object, method: str = "get", **more: Any) -> list[Attempt]:
    return path(f"workbench:{name}", *args, method=method, **more)


def _lists(name: str, *queries: str, formats: bool = False) -> list[Attempt]:
    return lists(f"workbench:{name}", *queries, formats=formats)


def _body(name: str, *args: object, **more: Any) -> list[Attempt]:
    return body(f"workbench:{name}", *args, **more)


def _shape(own: District, other: District) -> dict[str, Any]:
    return {
        "geometry": other.geojson(),
        "source": "drawn",
        "accuracy_m": None,
        "reason": "越界试探",
        "answers": {},
        "evidence": {},
        "submit": False,
    }


def _act(name: str) -> Attempts:
    """Submitting, approving … the version under way, by form and by JSON."""

    def attempts(own: District, other: District) -> list[Attempt]:
        code = other.project.serial_no
        said = {"comment": "越界试探", "reason": "越界试探"}
        way = reverse(f"workbench:{name}", args=[code, 2])
        public = reverse(f"workbench:{name}", args=[other.public.serial_no, 2])
        return [
            Attempt(where=Where.PATH, path=way, method="post", form=said, browser=True),
            Attempt(where=Where.PATH, path=way, method="post", json=said),
            Attempt(where=Where.PATH, path=public, method="post", json=said),
        ]

    return attempts


def _checkin(other: District) -> dict[str, Any]:
    return {
        "code": other.project.serial_no,
        "lon": str(other.centre[0]),
        "lat": str(other.centre[1]),
        "accuracy": "10",
        "fixed_at": timezone.now().isoformat(),
        "key": str(UUID(int=other.project.pk + 2**100)),
    }


def _report(action: str) -> dict[str, Any]:
    return {"action": action, "revision": "1", "physical_pct": "45", "invested_period": "1", "work_done": "越界试探"}


def _milestone(other: District) -> dict[str, Any]:
    day = timezone.localdate().isoformat()
    return {"action": "save", "node": other.milestone.code, "revision": "1", "forecast_on": day, "reported_on": day}


def _status(other: District) -> dict[str, Any]:
    day = timezone.localdate().isoformat()
    return {
        "status": "suspended",
        "expected_status": "under_construction",
        "effective_on": day,
        "suspend_on": day,
        "reason": "越界试探",
        "suspension_kind": "reported",
        "expected_resume_on": day,
        "reported_on": day,
    }


def _decide(name: str, number: int) -> list[Attempt]:
    """Approving and returning by somebody of another district."""
    words = ({"decision": word, "comment": "越界试探", "revision": "1"} for word in ("approve", "return"))
    return [one for form in words for one in _path(name, number, method="post", form=form)]


def _month(other: District, *, submit: bool = False) -> dict[str, Any]:
    start, _end = months_back(timezone.localdate(), 1)
    values = {"physical_pct": "45", "invested_period": "1", "work_done": "越界试探"}
    row = {"code": other.project.serial_no, "revision": 1, "values": values}
    return {"period": f"{start:%Y-%m}", "submit": submit, **row}


def _months(own: District, other: District) -> dict[str, Any]:
    """Rows of both districts in one request."""
    rows = [{key: one[key] for key in ("code", "revision", "values")} for one in (_month(own), _month(other))]
    return {"period": _month(own)["period"], "rows": rows}


def _lights() -> list[dict[str, Any]]:
    until = (timezone.localdate() + timedelta(days=7)).isoformat()
    return [{"act": "set", "colour": "green", "until": until, "reason": "越界试探"}, {"act": "lift"}]


def _tile(other: District) -> list[Attempt]:
    from math import cos, log, pi, radians, tan

    found = []
    for zoom in (8, 12, 15):
        lon, lat = other.centre
        x = int((lon + 180) / 360 * 2**zoom)
        y = int((1 - log(tan(radians(lat)) + 1 / cos(radians(lat))) / pi) / 2 * 2**zoom)
        way = reverse("workbench:tile", kwargs={"version": "1", "layer": "projects", "z": zoom, "x": x, "y": y})
        found += [Attempt(where=Where.LIST, path=f"{way}{query}") for query in ("", f"?unit={other.unit.code}")]
    return found


def _upload(name: str, content: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content)}


def _sheet(other: District) -> dict[str, Any]:
    return {"files": SimpleUploadedFile(f"{other.unit.code}.csv", f"平台编号\n{other.project.serial_no}\n".encode())}


TABLE: dict[str, Attempts] = DASHBOARDS | {
    # pages over everything of one's scope
    "workbench:map": lambda own, other: _lists("map", *filters(other, "unit", "q", "code"), "symbols=count"),
    "workbench:map_layers": lambda own, other: _lists(
        "map_layers", *(f"layers=bottlenecks,conflicts&{query}" for query in filters(other, "unit", "q", "code"))
    ),
    "workbench:search": lambda own, other: _lists("search", *filters(other, "q", "code")),
    "workbench:tile": lambda own, other: _tile(other),
    "workbench:desk": lambda own, other: _lists("desk", *(f"show={key}" for key in SECTIONS), ""),
    "workbench:projects": lambda own, other: _lists(
        "projects", *filters(other, "unit", "q", "code"), "stale=1", formats=True
    ),
    "workbench:payments": lambda own, other: _lists(
        "payments", *filters(other, "unit", "q", "code"), f"payee={other.organisation.pk}", formats=True
    ),
    "workbench:orders": lambda own, other: _lists("orders", *filters(other, "unit", "q", "code"), formats=True),
    "workbench:organisations": lambda own, other: _lists("organisations", *filters(other, "q"), formats=True),
    "workbench:organisation": lambda own, other: _path("organisation", other.organisation.pk),
    "workbench:quality": lambda own, other: _lists("quality", "", formats=True),
    "workbench:quality_rows": lambda own, other: _lists("quality_rows", *filters(other, "unit"), formats=True),
    "workbench:approvals": lambda own, other: _lists("approvals", "", "kind=geometry", "kind=report"),
    # files that staff of another unit sent, and what they were to change
    "workbench:imports": lambda own, other: [
        *_lists("imports", "", "of=all", "kind=projects"),
        *_body("imports", form={"kind": "disbursements", **_sheet(other)}),
    ],
    "workbench:import_help": lambda own, other: _lists("import_help", ""),
    "workbench:import_template": lambda own, other: [
        Attempt(where=Where.LIST, path=reverse("workbench:import_template", args=["projects"]), browser=True)
    ],
    "workbench:import_batch": lambda own, other: [
        *_path("import_batch", other.batch.pk),
        *(
            one
            for action in ("commit", "read_again", "again", "discard", "roll_back")
            for one in _path(
                "import_batch", other.batch.pk, method="post", form={"action": action, "reason": "越界试探"}
            )
        ),
    ],
    "workbench:import_progress": lambda own, other: _path("import_progress", other.batch.pk),
    "workbench:import_original": lambda own, other: _path("import_original", other.batch.pk),
    "workbench:import_errors": lambda own, other: _path("import_errors", other.batch.pk),
    "workbench:import_columns": lambda own, other: [
        *_path("import_columns", other.batch.pk),
        *_path("import_columns", other.batch.pk, method="post", form={"action": "save", "name": "越界试探"}),
    ],
    # a source of another unit is known by its number alone; there is none of that number for a stranger
    "workbench:import_mappings": lambda own, other: _lists("import_mappings", ""),
    "workbench:import_mapping": lambda own, other: [
        *_path("import_mapping", other.mapping.pk),
        *_path("import_mapping", other.mapping.pk, method="post", form={"action": "delete"}),
    ],
    "workbench:import_mapping_file": lambda own, other: _path("import_mapping_file", other.mapping.pk),
    "workbench:unplaced": lambda own, other: [
        *_lists("unplaced", *filters(other, "q", "code")),
        *_path("unplaced", method="post", form={"code": other.project.serial_no, "place": "113.1, 29.3"}),
        *_path(
            "unplaced",
            method="post",
            form={"code": other.project.serial_no, "how": "address", "address": "示例路", "pick": "road:示例路"},
        ),
    ],
    # the inbox is a person's own
    "workbench:inbox": lambda own, other: [
        *_lists("inbox", "", "unread=1"),
        *_body("inbox", form={"notice": str(other.notice.pk)}),
    ],
    "workbench:notice": lambda own, other: _path("notice", other.notice.pk, method="post"),
    # a project and its shape
    "workbench:project": lambda own, other: [
        *_path("project", other.project.serial_no),
        *_path("project", other.public.serial_no),
        *_path("project", other.project.serial_no, method="post", form={"caption": "越界", "taken_on": "2026-03-01"}),
    ],
    "workbench:details": lambda own, other: [
        *_path("details", other.project.serial_no),
        *_path("details", other.project.serial_no, method="post", form={"location_text": "越界试探", "owner": "越界"}),
    ],
    "workbench:geometry": lambda own, other: _path("geometry", other.project.serial_no),
    "workbench:geometry_state": lambda own, other: [
        *_path("geometry_state", other.project.serial_no),
        *_path("geometry_state", other.public.serial_no),
        *_path(
            "geometry_state",
            other.project.serial_no,
            method="put",
            json=_shape(own, other),
            headers={"if-match": '"g2"'},
        ),
        *_path("geometry_state", other.project.serial_no, method="put", json=_shape(own, own)),
    ],
    "workbench:geometry_check": lambda own, other: _path(
        "geometry_check", other.project.serial_no, method="post", json=_shape(own, other)
    ),
    "workbench:geometry_coordinates": lambda own, other: _path(
        "geometry_coordinates", other.project.serial_no, method="post", json={"text": "113,29", "crs": "4490"}
    ),
    "workbench:geometry_file": lambda own, other: _path(
        "geometry_file", other.project.serial_no, method="post", form={"crs": "4490"}
    ),
    "workbench:geometry_neighbours": lambda own, other: [
        *_path("geometry_neighbours", other.project.serial_no),
        Attempt(
            where=Where.LIST,
            path=reverse("workbench:geometry_neighbours", args=[own.project.serial_no])
            + "?bbox="
            + ",".join(str(number + step) for step in (-0.02, 0.02) for number in other.centre),
        ),
    ],
    "workbench:geometry_submit": _act("geometry_submit"),
    "workbench:geometry_approve": _act("geometry_approve"),
    "workbench:geometry_return": _act("geometry_return"),
    "workbench:geometry_restore": _act("geometry_restore"),
    "workbench:geometry_discard": _act("geometry_discard"),
    "workbench:geometry_version": lambda own, other: [
        *_path("geometry_version", other.project.serial_no, 2),
        *_path("geometry_version", other.public.serial_no, 2),
    ],
    "workbench:geometry_history": lambda own, other: [
        *_path("geometry_history", other.project.serial_no),
        *_path("geometry_history", other.public.serial_no),
    ],
    # photos, visits, orders
    "workbench:photo": lambda own, other: _path("photo", other.photo.pk),
    "workbench:photo_remove": lambda own, other: _path(
        "photo_remove", other.photo.pk, method="post", form={"reason": "越界试探"}
    ),
    "workbench:photo_release": lambda own, other: _path(
        "photo_release", other.photo.pk, method="post", form={"confirmed": "yes"}
    ),
    "workbench:photo_take_back": lambda own, other: _path(
        "photo_take_back", other.photo.pk, method="post", form={"reason": "越界试探"}
    ),
    "workbench:document_release": lambda own, other: _path(
        "document_release", other.attachment.pk, method="post", form={"confirmed": "yes"}
    ),
    "workbench:document_take_back": lambda own, other: _path(
        "document_take_back", other.attachment.pk, method="post", form={"reason": "越界试探"}
    ),
    "workbench:match_confirm": lambda own, other: _path("match_confirm", other.match.pk, method="post"),
    "workbench:match_reject": lambda own, other: _path(
        "match_reject", other.match.pk, method="post", form={"reason": "越界试探"}
    ),
    "workbench:checkin": lambda own, other: [
        *_lists("checkin", "", f"project={other.project.serial_no}", f"done={other.check_in.pk}"),
        *_body("checkin", form=_checkin(other)),
    ],
    "workbench:checkin_near": lambda own, other: _lists(
        "checkin_near",
        f"lon={other.centre[0]}&lat={other.centre[1]}&accuracy=20",
        f"lon={other.centre[0]}&lat={other.centre[1]}&q={other.mark}",
    ),
    "workbench:checkin_suggest": lambda own, other: _path("checkin_suggest", other.check_in.pk, method="post"),
    "workbench:trust": lambda own, other: _path("trust", other.project.serial_no),
    # reporting
    "workbench:report": lambda own, other: [
        *_path("report", other.project.serial_no),
        *_path("report", other.public.serial_no),
        *_path("report", other.project.serial_no, method="post", form=_report("save")),
        *_path("report", other.project.serial_no, method="post", form=_report("submit")),
        *_path("report", other.project.serial_no, method="post", form=_report("photo")),
    ],
    "workbench:report_check": lambda own, other: _path(
        "report_check", other.project.serial_no, method="post", form=_report("save")
    ),
    "workbench:report_cycle": lambda own, other: [
        *_path("report_cycle", other.project.serial_no, method="post", form={"cycle": "week"}),
        *_path("report_cycle", other.public.serial_no, method="post", form={"cycle": "month"}),
    ],
    "workbench:report_discard": lambda own, other: [
        *_path("report_discard", other.draft_report.pk, method="post", form={"revision": "1"}),
        *_path("report_discard", other.report.pk, method="post", form={"revision": "1"}),
    ],
    "workbench:light": lambda own, other: [
        one
        for project in (other.project, other.public)
        for form in _lights()
        for one in _path("light", project.serial_no, method="post", form=form)
    ],
    "workbench:report_review": lambda own, other: [
        *_path("report_review", other.report.pk),
        *_path("report_review", other.draft_report.pk),
        *_decide("report_review", other.report.pk),
        *_decide("report_review", other.draft_report.pk),
    ],
    "workbench:milestones": lambda own, other: [
        *_path("milestones", other.project.serial_no),
        *_path("milestones", other.public.serial_no, method="post", form={"action": "begin"}),
        *_path("milestones", other.project.serial_no, method="post", form=_milestone(other)),
    ],
    "workbench:milestone_decide": lambda own, other: _decide("milestone_decide", other.milestone.pk),
    "workbench:status": lambda own, other: [
        *_path("status", other.project.serial_no),
        *_path("status", other.public.serial_no, method="post", form=_status(other)),
    ],
    "workbench:stop_report": lambda own, other: _path(
        "stop_report", other.project.serial_no, method="post", form={"reported_on": timezone.localdate().isoformat()}
    ),
    "workbench:status_review": lambda own, other: [
        *_path("status_review", other.request.pk),
        *_decide("status_review", other.request.pk),
    ],
    "workbench:status_withdraw": lambda own, other: _path("status_withdraw", other.request.pk, method="post"),
    "workbench:attachment": lambda own, other: _path("attachment", other.attachment.pk),
    "workbench:attachment_remove": lambda own, other: _path(
        "attachment_remove", other.attachment.pk, method="post", form={"reason": "越界试探"}
    ),
    "workbench:monthly": lambda own, other: _lists("monthly", *filters(other, "unit", "q")),
    "workbench:monthly_row": lambda own, other: [
        *_body("monthly_row", json=_month(other)),
        *_body("monthly_row", json=_month(other, submit=True)),
    ],
    "workbench:monthly_check": lambda own, other: _body("monthly_check", json=_months(own, other)),
}
