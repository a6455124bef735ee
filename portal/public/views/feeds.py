"""RSS and Atom: whoever follows a project, a unit, a category or the city is told of payments, milestones, statuses."""

from datetime import datetime, time
from typing import Any, Final

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from geodata.errors import NotFound
from portal.public import feeds, selectors
from portal.public.feeds import Followed
from portal.public.models import Snapshot
from portal.public.selectors import NEWEST
from portal.public.selectors.news import MILESTONE, PAYMENT, News, Told, latest
from portal.public.views.answers import for_other_sites, open_to_scripts, page, without_parameters

_GENERATORS: Final = {"atom": Atom1Feed, "rss": Rss201rev2Feed}
_PLACE: Final = {PAYMENT: "#h-payments", MILESTONE: "#h-milestones"}


@page
@without_parameters
def feed_list(request: HttpRequest) -> HttpResponse:
    """Every feed of the site but those of the projects, which stand on their pages."""
    categories, _sources = selectors.label_names(NEWEST)
    majors = {code: name for code, name in categories.items() if len(code) == 2}
    context = {
        "snapshot": selectors.current_snapshot(),
        "feeds": feeds.links(feeds.of_city()),
        "groups": [
            (_("Districts"), feeds.lines(feeds.UNIT, selectors.area_names(NEWEST, ("county", "zone")))),
            (_("Categories"), feeds.lines(feeds.CATEGORY, majors)),
        ],
    }
    return render(request, "public/feeds.html", context)


@open_to_scripts
@page
@without_parameters
def feed(request: HttpRequest, form: str, kind: str = feeds.CITY, code: str = "") -> HttpResponse:
    """A feed of the newest snapshot; whoever has it of this snapshot gets 304 after one question."""
    if form not in _GENERATORS:
        raise NotFound(_("Feeds come as .atom and as .rss"))
    snapshot = selectors.current_snapshot()
    etag, modified = f'"{snapshot.number}-{form}"', int(snapshot.published_at.timestamp())
    response = get_conditional_response(request, etag, modified)
    if response is None:
        response = _Written(feeds.followed(kind, code), snapshot, form)(request)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(modified)
    return for_other_sites(response)


class _Written(Feed):
    """One answer. The day of an item is that of its fact; it is `updated` when it was published."""

    item_guid_is_permalink = False
    author_name = settings.SPONSOR

    def __init__(self, about: Followed, snapshot: Snapshot, form: str) -> None:
        self.about, self.snapshot, self.form = about, snapshot, form
        self.feed_type = _GENERATORS[form]
        self.told: Told = latest(about.limits)

    def title(self) -> str:
        return feeds.plain(_("%(name)s: news") % {"name": self.about.title})

    def subtitle(self) -> str:
        told = {"day": self.snapshot.as_of, "number": self.snapshot.number}
        return _("Payments, milestones and statuses. As of %(day)s, snapshot no. %(number)s.") % told

    description = subtitle

    def link(self) -> str:
        return self.about.page

    def feed_url(self) -> str:
        return feeds.address(self.about.kind, self.about.code, self.form)

    def items(self) -> list[News]:
        return self.told.news

    def item_title(self, item: Any) -> str:
        """Readers of RSS may take a title for HTML; in Atom it is text."""
        text = feeds.headline(item, self.told.names[item.code], alone=self.about.kind == feeds.PROJECT)
        return escape(text) if self.form == "rss" else text

    def item_description(self, item: Any) -> str:
        return escape(feeds.described(item, self.told.names[item.code]))

    def item_link(self, item: News) -> str:
        return reverse("public:project", args=[item.code]) + _PLACE.get(item.kind, "")

    def item_guid(self, item: News) -> str:
        return f"urn:onemap:{item.code}:{item.kind}:{item.key}"

    def item_pubdate(self, item: News) -> datetime:
        return make_aware(datetime.combine(item.day, time()))

    def item_updateddate(self, item: News) -> datetime:
        return self.told.said[item.snapshot]

    def item_categories(self, item: News) -> tuple[str]:
        return (item.kind,)
