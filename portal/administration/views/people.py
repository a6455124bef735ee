"""The list of accounts, and opening a new one."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from geodata.errors import BadParameter, Conflict, DomainError, NotPermitted, Refused
from geodata.stewards import selectors, services
from geodata.stewards.roles import Action, Role
from geodata.stewards.scope import Scope
from portal.accounts.selectors import open_resets, with_factor
from portal.administration.people_rows import Row
from portal.errors import status_of
from portal.workbench.people import staff, today

PAGE = 50


@sensitive_variables("password")
@require_http_methods(["GET", "HEAD", "POST"])
@staff(Action.VIEW_ACCOUNTS)
def people(request: HttpRequest, scope: Scope) -> HttpResponse:
    """GET lists and searches; POST opens an account, whose temporary password is shown this once."""
    if request.method != "POST":
        return _page(request, scope)
    fields = {name: request.POST.get(name, "") for name in ("username", "display_name", "staff_no", "office_phone")}
    try:
        made, password = services.create_account(scope, **fields)
    except (Refused, Conflict, NotPermitted) as error:
        return _page(request, scope, error=error)
    context = {"person": made, "password": password, "made": True}
    return render(request, "administration/password.html", context)


def _page(request: HttpRequest, scope: Scope, *, error: DomainError | None = None) -> HttpResponse:
    words, role = request.GET.get("q", "").strip()[:60], request.GET.get("role", "")
    if role and role not in Role.values:
        raise BadParameter("没有这个角色，请从列表中选择")
    found = selectors.accounts(scope, q=words, role=role, today=today())
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    guarded = with_factor(scope, [person.pk for person in shown])
    context = {
        "rows": [Row(person, has_factor=person.pk in guarded) for person in shown],
        "page_obj": shown,
        "querystring": "&".join(f"{key}={value}" for key, value in (("role", role),) if value),
        "words": words,
        "role": role,
        "roles": Role.choices,
        "resets": [] if words or role else list(open_resets(scope)[:20]),
        "typed": request.POST if error else {},
        "error": error.message if error else "",
    }
    return render(request, "administration/people.html", context, status=status_of(error) if error else 200)
