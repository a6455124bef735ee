"""The citizens' read-only site: the public database only, no session, no cookie."""

from portal.public.views.company_page import company, company_file
from portal.public.views.disclosure_pages import disclosure, unit_disclosure
from portal.public.views.editions import snapshots
from portal.public.views.feeds import feed, feed_list
from portal.public.views.glossary_page import glossary
from portal.public.views.lists import home, projects, projects_file
from portal.public.views.media_files import document, photo
from portal.public.views.near_page import near
from portal.public.views.project_page import payments_file, project
from portal.public.views.region_pages import region, regions
from portal.public.views.search_answers import search
from portal.public.views.site_board import board, report
from portal.public.views.tiles import healthz, mark, robots, tile, tilejson

__all__ = [
    "board",
    "company",
    "company_file",
    "disclosure",
    "document",
    "feed",
    "feed_list",
    "glossary",
    "healthz",
    "home",
    "mark",
    "near",
    "payments_file",
    "photo",
    "project",
    "projects",
    "projects_file",
    "region",
    "regions",
    "report",
    "robots",
    "search",
    "snapshots",
    "tile",
    "tilejson",
    "unit_disclosure",
]
