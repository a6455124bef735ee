"""From the street to a project and back: the board with its QR code, and the way to the 12345 hotline."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from geodata.funding.choices import ContractKind
from portal import qr, wording
from portal.public import pages, selectors
from portal.public.models import PublishedProject
from portal.public.selectors import NEWEST
from portal.public.views.answers import page, without_parameters

# whom a board names
BUILDERS = {
    ContractKind.DESIGN,
    ContractKind.SURVEY,
    ContractKind.CONSTRUCTION,
    ContractKind.EPC,
    ContractKind.SUPERVISION,
}


@page
@without_parameters
def board(request: HttpRequest, code: str) -> HttpResponse:
    """An A4 sheet to hang at the site: who builds what, until when, for how much, and where every payment stands."""
    context = _project(code)
    address = request.build_absolute_uri(reverse("public:project", args=[code]))
    builders = [
        {"kind": wording.label(ContractKind(row.kind).label), "name": wording.label(row.supplier)}
        for row in selectors.contracts(NEWEST, code)
        if row.kind in BUILDERS
    ]
    context |= {"address": address, "qr": qr.drawing(address), "builders": builders}
    return render(request, "public/board.html", context)


@page
@without_parameters
def report(request: HttpRequest, code: str) -> HttpResponse:
    """How to report a problem: this site takes nothing down, it prepares the words for the hotline."""
    return render(request, "public/report.html", _project(code))


def _project(code: str) -> dict[str, Any]:
    snapshot = selectors.current_snapshot()
    row: PublishedProject = selectors.project(NEWEST, code)
    return {"snapshot": snapshot, "project": pages.project_texts(row, snapshot)}
