"""Home, the list, and the list as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal import maps, wording
from portal.public import glossary
from portal.public.lists import Found, list_context
from portal.public.models import Snapshot
from portal.public.projects_csv import LARGEST_FILE, projects_csv
from portal.public.views.answers import page, rows_file, snapshot_of

PAGE_SIZE = 50
HOME_ROWS = 20


@page
def home(request: HttpRequest) -> HttpResponse:
    """The map with search, key figures, the ways to one's own district, and the largest projects."""
    snapshot = snapshot_of(request)
    found = Found.read(request, snapshot)
    context = list_context(found, snapshot, size=HOME_ROWS)
    context |= {
        "map": maps.map_context(
            tiles=f"/tiles/{snapshot.number}",
            querystring=found.querystring,
            labels=wording.map_labels(units=found.names.units, categories=found.names.categories),
            project_url=reverse("public:project", args=["CODE"]).replace("CODE", "{code}"),
            unlocated=found.totals.unlocated,
            undrawn=found.counted.undrawn,
        ),
        "key_figures": glossary.few_figures(found.totals),
        "own_units": [(reverse("public:region", args=[code]), name) for code, name in found.names.units.items()],
        "all_url": _with_query(reverse("public:projects"), found.querystring),
    }
    context["map"]["unlocated_url"] = f"{reverse('public:projects')}?located=no"
    return render(request, "public/home.html", context)


@page
def projects(request: HttpRequest) -> HttpResponse:
    snapshot = snapshot_of(request)
    found = Found.read(request, snapshot)
    context = list_context(found, snapshot, size=PAGE_SIZE)
    context |= {
        "key_figures": glossary.key_figures(found.totals),
        "csv_url": _with_query(reverse("public:projects_csv"), found.querystring),
        "csv_cut": found.totals.projects > LARGEST_FILE and LARGEST_FILE,
        "map_url": reverse("public:home"),
    }
    return render(request, "public/projects.html", context)


@rows_file
def projects_file(request: HttpRequest, snapshot: Snapshot) -> tuple[str, bytes]:
    """The list's rows; the last lines say how many there are and how many stand in it."""
    return "projects.csv", projects_csv(Found.read(request, snapshot), snapshot)


def _with_query(address: str, querystring: str) -> str:
    return f"{address}?{querystring}" if querystring else address
