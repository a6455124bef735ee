"""The map of a day as a file for a memory stick, of one's own projects; `./manage.py offline_map` writes the same."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from dashboards.choropleths.offline_map import offline_facts, offline_page
from dashboards.choropleths.offline_map.frame import frame_of_city
from dashboards.choropleths.selectors import RATES
from geodata.exchange.exports import record_export
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.known import require_known
from portal.workbench.city_map import choices
from portal.workbench.city_map import selectors as city
from portal.workbench.city_map.view import OFF, Asked
from portal.workbench.days import require_past
from portal.workbench.people import staff, today


@require_safe
@staff(Action.VIEW_PROJECTS)
def page(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The file for the address of a map: its filter, rate, dimension and day. Who took it is kept."""
    asked, day = Asked.from_query(request.GET), today()
    require_past(asked.filter.as_of or day, day)
    require_known(asked.filter)
    rate = RATES[0] if asked.view.rate == OFF else asked.view.rate
    facts = offline_facts(scope, chosen=asked.filter, rate=rate, dimension=asked.view.dimension, today=day)
    whose = "" if scope.everything else choices.scope_text(scope, city.names(facts.as_of))
    body = offline_page(facts, frame_of_city(scope=whose)).encode()
    now = timezone.now()
    if scope.user_id is not None:
        record_export(
            user_id=scope.user_id,
            sheet="offline_map",
            file_format="html",
            parameters=asked.filter.querystring(without=("page", "limit")),
            rows=len(facts.projects),
            now=now,
        )
    answer = HttpResponse(body, content_type="text/html; charset=utf-8")
    name = f"离线地图-{facts.as_of:%Y%m%d}-{timezone.localtime(now):%H%M}.html"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["Cache-Control"] = "no-store, private"
    return answer
