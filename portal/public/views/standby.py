"""While the public database cannot be reached: what was answered before is answered again, with a notice.

The middleware keeps good answers of the public site (portal/public/kept.py) and gives them when a question to the
database fails. After a failure one request in a while tries the database; all others do not wait for it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from geodata.errors import Busy
from portal.errors import answer, is_away, wants_page
from portal.middleware import is_public_address
from portal.public import selectors
from portal.public.kept import Answer, Kept, Kind
from portal.public.views.answers import FOR_EVER

log = logging.getLogger(__name__)
_TOO_LONG: Final = "57014"  # the statement's time was over
_PATIENCE: Final = 30.0  # seconds that a try may take before another one is made
_PAUSE: Final = 5.0  # seconds between a try that failed and the next
_CHECKED: Final = 60.0  # seconds after which withdrawals are looked at again
_MAIN: Final = b'<main id="main"'
# of the moment, of the client, or of another body
_NOT_KEPT: Final = ("content-length", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")


@dataclass
class Outage:
    """Whether the database is away, since when, and who may try it next. One for a process."""

    since: datetime | None = None
    _next: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def must_not_try(self) -> bool:
        """False for everybody while all is well, and for one request at a time while it is not."""
        with self._lock:
            if self.since is None:
                return False
            if monotonic() < self._next:
                return True
            self._next = monotonic() + _PATIENCE
            return False

    def failed(self, now: datetime, why: Exception) -> None:
        with self._lock:
            if self.since is None:
                log.error("the public database cannot be reached: %s", type(why.__cause__ or why).__name__)
            self.since, self._next = self.since or now, monotonic() + _PAUSE

    def over(self) -> None:
        with self._lock:
            if self.since is not None:
                log.warning("the public database answers again")
            self.since = None


class StandbyMiddleware:
    """Keeps answers of public addresses and gives them again; a proper 503 where none is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.outage = Outage()
        self.kept = Kept(Path(settings.KEPT_DIR), settings.KEPT_MEGABYTES * 1024 * 1024)
        self._checked: float | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_public_address(request):
            return self.get_response(request)
        if self.outage.must_not_try():
            return self._instead(request)
        before = self.kept.edition
        response = self.get_response(request)
        if response.status_code == 200 and connections["public"].connection is not None:
            self.outage.over()
            known = self.kept.room and self._knows_losses()
            # what was answered before something was taken back is not kept after it
            if known and before in {"", self.kept.edition} and _may_be_kept(request, response):
                self._keep(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Error) or not is_public_address(request):
            return None
        if getattr(exception.__cause__, "sqlstate", None) == _TOO_LONG:
            log.error("a question took too long: %s", request.path_info)
            return self._instead(request)
        if not is_away(exception):
            return None
        self.outage.failed(timezone.now(), exception)
        return self._instead(request)

    def _knows_losses(self) -> bool:
        """Once a minute: what was taken back since goes from what is kept, whatever is asked for."""
        if self._checked is not None and monotonic() - self._checked < _CHECKED:
            return True
        try:
            self.kept.begin(selectors.withdrawal_numbers(), selectors.losses())
        except (Error, OSError):
            return False
        self._checked = monotonic()
        return True

    def _keep(self, request: HttpRequest, response: HttpResponse) -> None:
        kind, asked, now = _kind(request), _asked(request), timezone.now()
        if self.kept.is_due(kind, asked, now):
            headers = {name: value for name, value in response.items() if name.lower() not in _NOT_KEPT}
            self.kept.keep(kind, asked, Answer(headers, response.content, now))

    def _instead(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        found = None
        if request.method in {"GET", "HEAD"} and self.kept.room:
            found = self.kept.find(_kind(request), _asked(request), now)
        response = self._from_disk(request) if found is None else None
        if response is not None:
            return response
        if found is None:
            said = _("The published data cannot be reached for the moment. Please come back in a few minutes.")
            return answer(request, Busy(said))
        return _given_again(request, found, since=self.outage.since or now, now=now)

    def _from_disk(self, request: HttpRequest) -> HttpResponse | None:
        """A file that lies whole on the disk, unless something was taken back since it was made: no database can
        take back while it is away, and what it said last is known."""
        match = resolve(request.path_info)
        hand_over: Callable[..., HttpResponse | None] | None = getattr(match.func, "from_disk", None)
        if hand_over is None or request.method not in {"GET", "HEAD"}:
            return None
        response = hand_over(request, self.kept.knows, **match.kwargs)
        if response is not None:
            response.headers["Onemap-Kept"] = _since(self.outage.since or timezone.now())
        return response


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whole answers that every cache may keep. What people type to search may be a name: it is not written down."""
    told = response.headers.get("Cache-Control", "")
    return (
        request.method == "GET"
        and not response.streaming
        and not response.cookies
        and told.startswith("public")
        and "q" not in request.GET
    )


def _kind(request: HttpRequest) -> Kind:
    if request.path_info.endswith(".mvt"):
        return Kind.TILE
    past = hasattr(request, "edition")  # there are as many editions as nights: they must not push out today's pages
    return Kind.QUERY if past or request.META.get("QUERY_STRING") else Kind.PAGE


def _asked(request: HttpRequest) -> str:
    """All that an answer depends on: addresses in it bear scheme and host, the language stands in the path."""
    return f"{wants_page(request)} {request.build_absolute_uri()}"


def _given_again(request: HttpRequest, found: Answer, *, since: datetime, now: datetime) -> HttpResponse:
    """The kept answer with its age; a page says so above its content, and no cache takes it for the present one."""
    response = HttpResponse(found.body, headers=dict(found.headers))
    if response.headers.get("Content-Type", "").startswith("text/html"):
        notice = render_to_string("public/_kept.html", {"since": since, "at": found.at})
        response.content = found.body.replace(_MAIN, notice.encode() + _MAIN, 1)
        for validator in ("ETag", "Last-Modified"):
            response.headers.pop(validator, None)
        response.headers["Cache-Control"] = "no-store"
    elif response.headers.get("Cache-Control") != FOR_EVER:
        response.headers["Cache-Control"] = "public, no-cache"
    told: HttpResponse = get_conditional_response(request, response.headers.get("ETag"), None, response) or response
    told.headers["Age"] = str(max(0, int((now - found.at).total_seconds())))
    told.headers["Onemap-Kept"] = f'answered="{_moment(found.at)}", {_since(since)}'
    return told


def _since(since: datetime) -> str:
    return f'unreachable-since="{_moment(since)}"'


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")
