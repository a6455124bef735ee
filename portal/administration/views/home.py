"""/administration/ leads to the first page that the person's roles open."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from geodata.errors import NotPermitted
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import scope_of
from portal.workbench.people import today

PAGES = (
    (Action.MANAGE_CODES, "administration:categories"),
    (Action.VIEW_ACCOUNTS, "administration:people"),
    (Action.VIEW_AUDIT, "administration:audit"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    scope = scope_of(request.user, today=today())
    for action, page in PAGES:
        if scope.allows(action):
            return HttpResponseRedirect(reverse(page))
    raise NotPermitted("系统管理页面只对管理员开放，请联系指挥部办公室")
