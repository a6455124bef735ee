"""/opendata/: the files of the newest snapshot with their digests, the public chain, and OC4IDS of one project."""

from base64 import b64encode
from typing import Any, Final

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header, parse_etags
from django.utils.translation import gettext as _

from geodata.errors import Busy
from portal.opendata import files
from portal.opendata.files import Manifest, OpenFile
from portal.opendata.oc4ids import reading
from portal.opendata.oc4ids.package import package
from portal.opendata.ogc.documents import JSON
from portal.opendata.tables import TABLES
from portal.opendata.views.answers import of_a_snapshot, only, open_to_all
from portal.public import selectors
from portal.public.models import Snapshot
from portal.public.views.answers import page
from portal.wording import exact_money, label

SNAPSHOTS: Final = 60  # on the page of the chain, the newest first
_FORMS: Final = {"csv": "CSV", "xlsx": "XLSX", "geojson": "GeoJSON", "gpkg": "GeoPackage"}


@page
def downloads(request: HttpRequest) -> HttpResponse:
    """Every file with its size and digest, the licence and what each column means."""
    manifest = files.newest()
    context = {
        "snapshot": selectors.current_snapshot(),
        "manifest": manifest,
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
        raise Busy("这一期的数据文件正在生成,请几分钟后再来")
    return HttpResponse(found.written(), content_type=JSON)


@page
def file(request: HttpRequest, name: str) -> HttpResponse:
    """A file as it was made; whoever has it already by its digest gets 304."""
    made, found = files.one(name)
    etag = f'"{found.sha256[:32]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return open_to_all(HttpResponseNotModified(), etag)
    response: Any = FileResponse((made.folder / found.name).open("rb"), content_type=found.media)
    named = f"{made.as_of}-{found.name}" if found.name != "verify_chain.py" else found.name
    response.headers["Content-Disposition"] = content_disposition_header(True, named) or "attachment"
    response.headers["Repr-Digest"] = f"sha-256=:{_base64(found.sha256)}:"
    return open_to_all(response, etag)


def _base64(digest: str) -> str:
    """As RFC 9530 writes a digest."""
    return b64encode(bytes.fromhex(digest)).decode()


@of_a_snapshot
def oc4ids(request: HttpRequest, snapshot: Snapshot, code: str) -> HttpResponse:
    """One project as a package of its own."""
    only(request)
    known = reading.one_project(code)
    return HttpResponse(b"".join(package(snapshot, f"oc4ids/{code}.json", [known])), content_type=JSON)


@page
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
