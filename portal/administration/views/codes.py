"""The code tables: categories, sources of money, names of units, node templates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geodata.errors import DomainError
from geodata.funding.models import FundingSource
from geodata.funding.services.source_table import save_source
from geodata.progress.services.templates import CODES, TypedNode, save_template
from geodata.projects.choices import PublicGeometry
from geodata.projects.services.categories import KINDS, save_category
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from portal.administration import selectors
from portal.administration.services import save_unit_names
from portal.administration.views.saving import lines, save_or_explain
from portal.workbench.people import staff

NEW = "+"
MOST_UNITS = 100


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.MANAGE_CODES)
def categories(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The table; `?edit=` a code, or + for a new one, opens the form."""
    if request.method != "POST":
        return _categories(request, scope, request.GET.get("edit", ""))
    sent = request.POST
    new, code = "new" in sent, sent.get("code", "")

    def save() -> str:
        saved = save_category(
            scope,
            code=code,
            identifier=sent.get("identifier", ""),
            name=sent.get("name", ""),
            name_en=sent.get("name_en", ""),
            quantity_unit=sent.get("quantity_unit", ""),
            aliases=lines(sent.get("aliases", "")),
            geometry_kinds=sent.getlist("geometry_kinds"),
            public_geometry=sent.get("public_geometry", ""),
            new=new,
            now=timezone.now(),
        )
        return _("Category %(code)s saved.") % {"code": saved.code}

    return save_or_explain(
        request,
        save=save,
        back=reverse("administration:categories"),
        again=lambda error: _categories(request, scope, NEW if new else code, error),
    )


def _categories(request: HttpRequest, scope: Scope, edit: str, error: DomainError | None = None) -> HttpResponse:
    rows = list(selectors.categories(scope))
    row = next((row for row in rows if row.code == edit), None)
    typed = request.POST if error else None
    form = {
        "code": typed.get("code", "") if typed else getattr(row, "code", ""),
        "identifier": typed.get("identifier", "") if typed else getattr(row, "identifier", ""),
        "name": typed.get("name", "") if typed else getattr(row, "name", ""),
        "name_en": typed.get("name_en", "") if typed else getattr(row, "name_en", ""),
        "quantity_unit": typed.get("quantity_unit", "") if typed else getattr(row, "quantity_unit", ""),
        "aliases": typed.get("aliases", "") if typed else "\n".join(getattr(row, "aliases", [])),
        "kinds": typed.getlist("geometry_kinds") if typed else getattr(row, "geometry_kinds", []),
        "public_geometry": typed.get("public_geometry", "") if typed else getattr(row, "public_geometry", "simplified"),
    }
    context = {
        "rows": rows,
        "form": form if row or edit == NEW else None,
        "new": edit == NEW,
        "kinds": KINDS.items(),
        "precisions": PublicGeometry.choices,
        "error": error.message if error else "",
    }
    return render(request, "administration/categories.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.MANAGE_CODES)
def sources(request: HttpRequest, scope: Scope) -> HttpResponse:
    if request.method != "POST":
        return _sources(request, scope, request.GET.get("edit", ""))
    sent = request.POST
    new, code = "new" in sent, sent.get("code", "")

    def save() -> str:
        fields = {name: sent.get(name, "") for name in ("name", "name_en", "group", "order")}
        saved = save_source(scope, code=code, new=new, now=timezone.now(), **fields)
        return _("Source of money “%(name)s” saved.") % {"name": saved.name}

    return save_or_explain(
        request,
        save=save,
        back=reverse("administration:sources"),
        again=lambda error: _sources(request, scope, NEW if new else code, error),
    )


def _sources(request: HttpRequest, scope: Scope, edit: str, error: DomainError | None = None) -> HttpResponse:
    rows = list(selectors.sources(scope))
    row = next((row for row in rows if row.code == edit), None)
    names = ("code", "name", "name_en", "group", "order")
    form = {name: request.POST.get(name, "") if error else getattr(row, name, "") for name in names}
    context = {
        "rows": rows,
        "form": form if row or edit == NEW else None,
        "new": edit == NEW,
        "groups": FundingSource.Group.choices,
        "error": error.message if error else "",
    }
    return render(request, "administration/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.MANAGE_CODES)
def units(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Counties and zones, and by a search townships; `?edit=` a code opens the form."""
    words = request.GET.get("q", "").strip()[:30]
    if request.method != "POST":
        return _units(request, scope, words, request.GET.get("edit", ""))
    code = request.POST.get("code", "")

    def save() -> str:
        short_name, aliases = request.POST.get("short_name", ""), lines(request.POST.get("aliases", ""))
        saved = save_unit_names(scope, code=code, short_name=short_name, aliases=aliases, now=timezone.now())
        return _("Names of %(name)s saved.") % {"name": saved.name}

    return save_or_explain(
        request,
        save=save,
        back=request.get_full_path().split("&edit=")[0].split("?edit=")[0],
        again=lambda error: _units(request, scope, words, code, error),
    )


def _units(request: HttpRequest, scope: Scope, words: str, edit: str, error: DomainError | None = None) -> HttpResponse:
    rows = list(selectors.units(scope, q=words)[: MOST_UNITS + 1])
    row = next((row for row in rows if row.code == edit), None)
    form = None
    if row is not None:
        form = {
            "row": row,
            "short_name": request.POST.get("short_name", "") if error else row.short_name,
            "aliases": request.POST.get("aliases", "") if error else "\n".join(row.aliases),
        }
    context = {
        "rows": rows[:MOST_UNITS],
        "more": len(rows) > MOST_UNITS,
        "form": form,
        "words": words,
        "error": error.message if error else "",
    }
    return render(request, "administration/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.MANAGE_CODES)
def templates(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The categories with their nodes; `?edit=` a category's code opens the form."""
    if request.method != "POST":
        return _templates(request, scope, request.GET.get("edit", ""))
    code = request.POST.get("category", "")

    def save() -> str:
        sent = {
            node: TypedNode(*(request.POST.get(f"{part}_{node}", "") for part in ("name", "weight"))) for node in CODES
        }
        saved = save_template(scope, category_code=code, nodes=sent, now=timezone.now())
        return _("Template saved: %(count)s nodes.") % {"count": len(saved)}

    return save_or_explain(
        request,
        save=save,
        back=reverse("administration:templates"),
        again=lambda error: _templates(request, scope, code, error),
    )


def _templates(request: HttpRequest, scope: Scope, edit: str, error: DomainError | None = None) -> HttpResponse:
    known = selectors.templates(scope)
    rows = [(category, known.get(category.code, [])) for category in selectors.categories(scope)]
    chosen = next((category for category, _nodes in rows if category.code == edit), None)
    held = {node.code: node for node in known.get(edit, [])}
    form = [
        {
            "code": code,
            "name": request.POST.get(f"name_{code}", "") if error else getattr(held.get(code), "name", ""),
            "weight": request.POST.get(f"weight_{code}", "")
            if error
            else _plain(getattr(held.get(code), "weight_pct", "")),
        }
        for code in CODES
    ]
    context = {"rows": rows, "chosen": chosen, "form": form, "error": error.message if error else ""}
    return render(request, "administration/templates.html", context)


def _plain(weight: object) -> str:
    return f"{weight:f}".rstrip("0").rstrip(".") if weight else ""
