"""Reading the code tables for their pages, and who last changed a threshold."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from geodata.errors import NotFound
from geodata.funding.models import FundingSource
from geodata.progress.models import NodeTemplate
from geodata.projects.models import Category
from geodata.regions.models import AreaUnit
from geodata.stewards.models import User
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope

UNIT_KINDS = (AreaUnit.Kind.COUNTY, AreaUnit.Kind.ZONE)
_SHAPES = ("geom", "management_geom", "geom_3857", "management_3857")


@dataclass(frozen=True, slots=True)
class LastChange:
    when: datetime
    who: str


def categories(scope: Scope) -> QuerySet[Category]:
    """With the number of projects of each."""
    scope.only(Action.MANAGE_CODES)
    counted = Count("projects", filter=Q(projects__is_deleted=False))
    return Category.objects.annotate(project_count=counted).order_by("code")


def sources(scope: Scope) -> QuerySet[FundingSource]:
    scope.only(Action.MANAGE_CODES)
    return FundingSource.objects.order_by("order", "code")


def units(scope: Scope, *, q: str = "") -> QuerySet[AreaUnit]:
    """Counties and zones; with a search, townships too."""
    scope.only(Action.MANAGE_CODES)
    rows = (
        AreaUnit.objects.filter(valid_to__isnull=True)
        .defer(*_SHAPES)
        .select_related("parent")
        .defer(*(f"parent__{shape}" for shape in _SHAPES))
    )
    if not q:
        return rows.filter(kind__in=UNIT_KINDS)
    named = Q(name__icontains=q) | Q(short_name__icontains=q) | Q(aliases__icontains=q) | Q(code__startswith=q)
    return rows.filter(named).exclude(kind=AreaUnit.Kind.CITY)


def templates(scope: Scope) -> dict[str, list[NodeTemplate]]:
    """The nodes by the code of their category."""
    scope.only(Action.MANAGE_CODES)
    found: dict[str, list[NodeTemplate]] = {}
    for node in NodeTemplate.objects.select_related("category").order_by("category__code", "code"):
        found.setdefault(node.category.code, []).append(node)
    return found


def threshold_changes(scope: Scope) -> dict[str, LastChange]:
    """Who set each threshold last, and when. Two queries."""
    scope.only(Action.MANAGE_CODES)
    events = apps.get_model("thresholds", "ThresholdValueEvent").objects
    newest = events.order_by("key", "-pgh_id").distinct("key")
    rows = list(newest.values_list("key", "pgh_created_at", "pgh_context__metadata__user"))
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={who for _key, _when, who in rows if who})}
    return {key: LastChange(when, names.get(who, "")) for key, when, who in rows}


def unit(scope: Scope, code: str) -> AreaUnit:
    """An area with its boundary. Raises NotFound."""
    scope.only(Action.MANAGE_CODES)
    hidden = ("management_geom", "geom_3857", "management_3857")
    found = AreaUnit.objects.defer(*hidden).filter(code=code, valid_to__isnull=True).first()
    if found is None:
        raise NotFound("没有这个单位")
    return found
