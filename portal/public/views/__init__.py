"""The citizens' read-only site: the public database only, no session, no cookie."""

from portal.public.views.glossary_page import glossary
from portal.public.views.lists import home, projects, projects_file
from portal.public.views.project_page import payments_file, project
from portal.public.views.region_pages import region, regions
from portal.public.views.search_answers import search
from portal.public.views.tiles import healthz, mark, tile, tilejson

__all__ = [
    "glossary",
    "healthz",
    "home",
    "mark",
    "payments_file",
    "project",
    "projects",
    "projects_file",
    "region",
    "regions",
    "search",
    "tile",
    "tilejson",
]
