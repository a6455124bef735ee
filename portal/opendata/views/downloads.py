"""/opendata/: the files of the newest snapshot with their digests, the public chain, and OC4IDS of one project."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from geodata.errors import Busy
from portal.opendata import files
from portal.opendata.files import Manifest, OpenFile
from portal.opendata.oc4ids import reading
from portal.opendata.oc4ids.package import package
from portal.opendata.ogc.documents import JSON
from portal.opendata.tables import TABLES
from portal.opendata.views.answers import of_a_snapshot, only
from portal.opendata.views.handing_over import handed_over
from portal.public import selectors
from portal.public.models import Snapshot
from portal.public.views.answers import open_to_scripts, page, without_parameters
from portal.wording import exact_money, label

SNAPSHOTS: Final = 60  # on the page of the chain, the newest first
_FORMS: Final = {"csv": "CSV", "xlsx": "XLSX", "geojson": "GeoJSON", "gpkg": "GeoPackage"}


@page
@without_parameters
def downloads(request: HttpRequest) -> HttpResponse:
    """Every file with its size and digest, the licence and what each column means."""
    manifest = files.newest()
    context = {
        "snapshot": selectors.current_snapshot(),
        "manifest": manifest,
        "made_of": date.fromisoformat(manifest.as_of) if manifest else None,
        "tables": [_table(table, manifest) for table in TABLES],
        "whole": [_file(one) | {"says": _about(one.name)} for one in _wholes(manifest)],
        "licence": settings.DATA_LICENCE_NAME,
        "remarks": manifest.remarks[:20] if manifest else (),
        "remark_count": len(manifest.remarks) if manifest else 0,
    }
    return render(request, "opendata/downloads.html", context)


def _table(table: Any, manifest: Manifest | None) -> dict[str, Any]:
    found = [one for one in manifest.files if one.table == table.id] if manifest else []
    return {
        "id": table.id,
        "title": label(table.title),
        "says": label(table.description),
        "rows": next((one.rows for one in found), None),
        "files": [_file(one) for one in found],
        "columns": [(name, label(meaning)) for name, meaning in table.columns.items()],
    }


def _wholes(manifest: Manifest | None) -> list[OpenFile]:
    return [one for one in manifest.files if not one.table] if manifest else []


def _file(one: OpenFile) -> dict[str, Any]:
    return {
        "name": one.name,
        "form": _FORMS.get(one.name.rsplit(".", 1)[-1], one.name),
        "size": filesizeformat(one.size),
        "sha256": one.sha256,
    }


def _about(name: str) -> str:
    return {
        "onemap.gpkg": _("All four tables with their shapes in one file, for every GIS."),
        "oc4ids.json": _("All public projects in the Open Contracting for Infrastructure Data Standard (OC4IDS) 0.9."),
        "chain.jsonl": _("The public chain: every published payment and status, each bound to the one before it."),
        "verify_chain.py": _("The script that checks the chain on your own computer."),
    }.get(name, "")


@of_a_snapshot
def manifest(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """The list of files with their digests, for programs."""
    only(request)
    found = files.newest()
    if found is None:
        raise Busy(_("The files of this snapshot are being made. Please come back in a few minutes."))
    return HttpResponse(found.written(), content_type=JSON)


@open_to_scripts
@page
@without_parameters
def file(request: HttpRequest, name: str) -> HttpResponse:
    """A file as it was made; whoever has it already by its digest gets 304."""
    return handed_over(request, *files.one(name))


def _from_disk(request: HttpRequest, knows: Callable[[tuple[int, ...]], bool], name: str) -> HttpResponse | None:
    """The same while the database is away; None where something may have been taken back that the file still holds."""
    manifest = files.lying()
    found = manifest.file(name) if manifest is not None and knows(manifest.withdrawals) else None
    return handed_over(request, manifest, found) if manifest is not None and found is not None else None


file.from_disk = _from_disk  # type: ignore[attr-defined]


@of_a_snapshot
def oc4ids(request: HttpRequest, snapshot: Snapshot, code: str) -> HttpResponse:
    """One project as a package of its own."""
    only(request)
    known = reading.one_project(code)
    return HttpResponse(b"".join(package(snapshot, f"oc4ids/{code}.json", [known])), content_type=JSON)


@page
@without_parameters
def chain(request: HttpRequest) -> HttpResponse:
    """The head of the chain on every day of publication: whoever notes one can prove later what was said before."""
    newest = selectors.current_snapshot()
    days = [
        {
            "number": one.number,
            "as_of": one.as_of,
            "length": one.chain_length,
            "head": one.chain_head,
            "disbursed": exact_money(one.disbursed),
        }
        for one in selectors.snapshots()[:SNAPSHOTS]
    ]
    return render(request, "opendata/chain.html", {"snapshot": newest, "days": days})
