"""The page of thresholds: one form, errors beside the values."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from geodata.errors import Refused
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds import catalogue, services
from geodata.thresholds import selectors as values
from portal.administration import selectors
from portal.workbench.people import staff


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.MANAGE_CODES)
def thresholds(request: HttpRequest, scope: Scope) -> HttpResponse:
    if request.method != "POST":
        return _page(request, scope)
    wanted, errors = {}, {}
    for key in catalogue.BY_KEY.keys() & request.POST.keys():
        try:
            wanted[key] = services.read_value(key, request.POST[key])
        except Refused as refused:
            errors[key] = refused.message
    if errors:
        return _page(request, scope, errors)
    try:
        changed = services.set_thresholds(scope, values=wanted, now=timezone.now())
    except Refused as refused:
        return _page(request, scope, {"": refused.message})
    said = _("Saved: %(count)s values changed.") % {"count": changed} if changed else _("Nothing was changed.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("administration:thresholds"))


def _page(request: HttpRequest, scope: Scope, errors: dict[str, str] | None = None) -> HttpResponse:
    present, changes = values.thresholds(), selectors.threshold_changes(scope)
    troubles = errors or {}
    groups = [
        (
            name,
            [
                {
                    "known": known,
                    "value": request.POST.get(known.key, "") if errors else _plain(present[known.key]),
                    "is_default": present[known.key] == known.default,
                    "default": _plain(known.default),
                    "change": changes.get(known.key),
                    "error": troubles.get(known.key, ""),
                }
                for known in members
            ],
        )
        for name, members in catalogue.groups()
    ]
    context = {"groups": groups, "error": troubles.get("", ""), "troubles": len(troubles)}
    return render(request, "administration/thresholds.html", context, status=422 if errors else 200)


def _plain(value: object) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
