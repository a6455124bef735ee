"""The filtered list that the home page, the list and its file share: rows, totals, choices with live counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from geodata.parameters import unknown
from geodata.summary.filters import STAFF_ONLY, ProjectFilter
from geodata.summary.sums import Totals
from portal import maps, wording
from portal.public import feeds, selectors, whole_city
from portal.public.models import PublishedProject, Snapshot
from portal.public.whole_city import Counted, Listed

UNSEEN = ("geom", "geom_3857", "search_text", "scope_content", "aliases")  # wide columns that no list shows

# rows with a word from which on a page is found sooner by reading on in the order of the list
FEW = 2_000


def asked(query: Mapping[str, Any]) -> ProjectFilter:
    """The filter of a public address. Who mistypes a name is told of those that the public may use."""
    for name in query:
        if name not in ProjectFilter.READERS:
            raise unknown(name, (known for known in ProjectFilter.READERS if known not in STAFF_ONLY))
    return ProjectFilter.from_query(query)


@dataclass(frozen=True)
class Names:
    """Names of the codes, in the language of the page."""

    units: dict[str, str]
    categories: dict[str, str]
    sources: dict[str, str]

    @classmethod
    def read(cls, edition: selectors.Edition) -> "Names":
        categories, sources = selectors.label_names(edition)
        units = selectors.area_names(edition, ("county", "zone"))
        return cls(wording.labels(units), wording.labels(categories), wording.labels(sources))


@dataclass(frozen=True)
class Found:
    """What a filter finds in a snapshot."""

    chosen: ProjectFilter
    rows: QuerySet[PublishedProject]
    counted: Counted
    names: Names
    snapshot: Snapshot

    @classmethod
    def read(cls, request: HttpRequest, snapshot: Snapshot) -> "Found":
        chosen = asked(request.GET)
        rows = selectors.projects(snapshot.edition, chosen)
        counted = whole_city.count(rows, selectors.all_projects(snapshot.edition), chosen, snapshot)
        return cls(chosen, rows, counted, Names.read(snapshot.edition), snapshot)

    @property
    def edition(self) -> selectors.Edition:
        return self.snapshot.edition

    @property
    def totals(self) -> Totals:
        return self.counted.totals

    @property
    def querystring(self) -> str:
        return self.chosen.querystring(without=("page",))

    def page(self, size: int) -> Page[Any]:
        """First the keys of the page, then its rows: so a late page is as quick as an early one."""
        pages = Paginator(self._keys(), size)
        pages.count = self.totals.projects  # counted already, with the sums
        page: Page[Any] = pages.get_page(self.chosen.page)
        keys = list(page.object_list)
        rows = selectors.all_projects(self.edition).defer(*UNSEEN).in_bulk(keys)
        page.object_list = [rows[key] for key in keys]
        return page

    def _keys(self) -> Any:
        """Of all rows found, to be cut: known ones in an order that is kept, or by the database."""
        listed = self.counted.listed
        if listed and selectors.has_order(self.snapshot, listed.masks, self.chosen.sort):
            return _Sliced(listed, self.chosen.sort)
        few = bool(self.chosen.q) and self.totals.projects >= FEW
        return selectors.projects(self.edition, self.chosen, few=few).values_list("pk", flat=True)


@dataclass(frozen=True)
class _Sliced:
    """Rows of which the keys are known, for whoever takes a stretch of them."""

    listed: Listed
    order: str

    def __getitem__(self, part: slice) -> list[int]:
        return self.listed.keys(part.start, part.stop, order=self.order)


def list_context(found: Found, snapshot: Snapshot, *, size: int) -> dict[str, Any]:
    """What the list's templates read (templates/components/_filters.html, _rows.html, _pagination.html)."""
    page = found.page(size)
    return {
        "snapshot": snapshot,
        "filters": found.chosen.to_query(),
        "choices": choices(found),
        "sorts": sorts(),
        "totals": wording.totals_texts(found.totals),
        "statuses": wording.status_legend(),
        "rows": [row_texts(row, found.names) for row in page],
        "page_obj": page,
        "count": found.totals.projects,
        "querystring": found.querystring,
        "search_url": reverse("public:search"),
        "feeds": feeds.of_list(found.chosen.to_query(), found.names),
    }


def row_texts(row: PublishedProject, names: Names) -> dict[str, Any]:
    url = reverse("public:project", args=[row.code])
    anchor = maps.lonlat(row.anchor_3857)
    texts = wording.row_texts(row, units=names.units, categories=names.categories, url=url, anchor=anchor)
    return {**texts, "disbursed_text": wording.money(row.disbursed)}


Choice = tuple[str, str, int]


def choices(found: Found) -> dict[str, list[Choice]]:
    """Each filter's values with the number of projects that choosing it would show; units also where that is 0."""
    counts = found.counted.facets
    chosen = found.chosen.to_query()
    statuses = dict(wording.status_choices())
    years = {year: year for year in sorted(counts["year"], reverse=True)}
    majors = _majors_first(found.names.categories)
    region = chosen.get("region", "")
    regions = {code: name for code, name in found.names.units.items() if code in counts["region"]}
    if region and region not in regions:
        regions |= wording.labels(selectors.names_of_areas(found.edition, {region}))
    return {
        "units": [(code, name, counts["unit"].get(code, 0)) for code, name in found.names.units.items()],
        "regions": _counted(regions, counts["region"], region),
        "categories": _counted(majors, counts["category"], chosen.get("category", "")),
        "statuses": _counted(statuses, counts["status"], chosen.get("status", "")),
        "years": _counted(years, counts["year"], chosen.get("year", "")),
        "sources": _counted(found.names.sources, counts["source"], chosen.get("source", "")),
    }


def _counted(names: dict[str, str], counts: dict[str, int], chosen: str) -> list[Choice]:
    return [(code, name, counts.get(code, 0)) for code, name in names.items() if counts.get(code) or code in chosen]


def _majors_first(categories: dict[str, str]) -> dict[str, str]:
    """Minor categories set in under their major one."""
    return {code: name if len(code) == 2 else f"　{name}" for code, name in categories.items()}


def sorts() -> list[tuple[str, str]]:
    return [
        ("-disbursed", _("Most paid out first")),
        ("-physical_pct", _("Furthest in works first")),
        ("physical_pct", _("Least far in works first")),
        ("-disbursement_rate", _("Highest share paid first")),
        ("planned_end_on", _("Earliest planned end first")),
        ("-updated", _("Updated last first")),
        ("code", _("By number")),
    ]
