"""The rows behind the city's sums: all of them for everyone who may see the city's figures, whatever their own rows.

A filter that can single a project out turns a sum into that project's figures. Under such a filter a sum holds the
person's own rows alone, so that nobody reads another district's project by typing its name.
"""

from datetime import date

from geodata.projects.visibility import within
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.summary.filters import ProjectFilter
from geodata.summary.models import ProjectRow, ProjectRows


def city_rows(scope: Scope, chosen: ProjectFilter, *, today: date) -> ProjectRows:
    """The rows that pass the filter, in no order: every sum over the city is taken of these. Raises NotPermitted."""
    scope.require(Action.VIEW_CITY_FIGURES)
    rows = chosen.apply(ProjectRow.objects.at(chosen.as_of or today, today=today)).order_by()
    return within(rows, scope) if chosen.singles_out else rows
