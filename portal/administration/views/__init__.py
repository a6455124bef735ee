"""HTTP of the administration: code tables, thresholds, calendar, people and roles, the audit trail."""

from portal.administration.views.audit import audit
from portal.administration.views.boundaries import boundaries, boundary
from portal.administration.views.calendar import calendar
from portal.administration.views.codes import categories, sources, templates, units
from portal.administration.views.home import home
from portal.administration.views.people import people
from portal.administration.views.person import person
from portal.administration.views.thresholds import thresholds

__all__ = [
    "audit",
    "boundaries",
    "boundary",
    "calendar",
    "categories",
    "home",
    "people",
    "person",
    "sources",
    "templates",
    "thresholds",
    "units",
]
