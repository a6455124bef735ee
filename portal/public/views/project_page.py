"""A project's page and its payments as a file."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from geodata.projects.codes import BadCode, normalise
from portal import maps
from portal.public import pages, selectors
from portal.public.models import Snapshot
from portal.public.near import nearby
from portal.public.payments_csv import payments_csv
from portal.public.selectors import Edition
from portal.public.views.answers import page, rows_file, snapshot_of, without_parameters


def _platform_code(code: str, edition: Edition) -> str | None:
    """The platform's number of a 统一项目代码; None when the address holds something else."""
    try:
        project_code = normalise(code)
    except BadCode:
        return None
    return selectors.code_of_project_code(edition, project_code) if project_code else None


@page
def project(request: HttpRequest, code: str) -> HttpResponse:
    """The project page; a 统一项目代码 redirects to the platform's own permanent code."""
    snapshot = snapshot_of(request)
    known = _platform_code(code, snapshot.edition)
    if known:
        return HttpResponseRedirect(reverse("public:project", args=[known]))
    whole = selectors.whole_project(snapshot.edition, code)
    row = whole.row
    context = {
        "snapshot": snapshot,
        **pages.project_context(whole, snapshot),
        **pages.money_context(whole, snapshot, page=pages.page_number(request.GET)),
        "csv_url": reverse("public:payments_csv", args=[code]),
        "withdrawals": [pages.withdrawal_texts(row) for row in selectors.withdrawn_parts(code)],
        "nearby": nearby(row, snapshot.edition),
        "geojson": json.loads(row.geom.geojson) if row.geom else None,
        "map": maps.map_context(
            tiles=f"/tiles/{snapshot.number}", bounds=maps.bounds_of(row.geom), labels={}, projects=False
        ),
    }
    return render(request, "public/project.html", context)


@rows_file
@without_parameters
def payments_file(request: HttpRequest, snapshot: Snapshot, code: str) -> tuple[str, bytes]:
    row = selectors.project(snapshot.edition, code)
    body = payments_csv(selectors.payments(snapshot.edition, code), snapshot, name=row.name)
    return f"{code}-payments.csv", body
