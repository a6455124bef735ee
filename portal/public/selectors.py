"""Reads of the published tables. A request reads the snapshot number once and everything else as of it."""

from typing import TypeVar

from django.db.models import Q, QuerySet

from geodata.errors import BadParameter, Busy, NotFound
from geodata.summary.filters import STAFF_ONLY, ProjectFilter
from portal.public.models import (
    Published,
    PublishedArea,
    PublishedBaseFeature,
    PublishedContract,
    PublishedFunding,
    PublishedPayment,
    PublishedProject,
    Snapshot,
)

M = TypeVar("M", bound=Published)


def current_snapshot() -> Snapshot:
    """The newest snapshot. Raises Busy while nothing has been published yet."""
    newest = Snapshot.objects.order_by("-number").first()
    if newest is None:
        raise Busy("数据尚未发布,请稍后再来")
    return newest


def snapshot(number: int) -> Snapshot:
    """Raises NotFound for a number that was never published."""
    found = Snapshot.objects.filter(number=number).first()
    if found is None:
        raise NotFound("没有这一期快照")
    return found


def at(model: type[M], number: int) -> QuerySet[M]:
    """The rows of a published table as they stood in a snapshot."""
    return model._default_manager.filter(
        Q(to_snapshot__isnull=True) | Q(to_snapshot__gt=number), from_snapshot__lte=number
    )


def projects(number: int, chosen: ProjectFilter) -> QuerySet[PublishedProject]:
    """The public projects that pass the filter, in its order.

    Raises BadParameter for what only staff may ask: `as_of`, for a snapshot has one day of its own, and `stale`.
    """
    for name in STAFF_ONLY:
        if getattr(chosen, name):
            raise BadParameter(f"公开数据以快照为准,不支持查询参数“{name}”")
    return chosen.ordered(chosen.apply(at(PublishedProject, number)))


def project(number: int, code: str) -> PublishedProject:
    """Raises NotFound when no such project is public."""
    found = at(PublishedProject, number).filter(code=code).first()
    if found is None:
        raise NotFound("没有这个项目,或者它没有公开")
    return found


def code_of_project_code(number: int, project_code: str) -> str | None:
    """The platform's code of a 统一项目代码, for the redirect; None when it is unknown or stands on several parts."""
    codes = list(at(PublishedProject, number).filter(project_code=project_code).values_list("code", flat=True)[:2])
    return codes[0] if len(codes) == 1 else None


def funding(number: int, code: str) -> QuerySet[PublishedFunding]:
    return at(PublishedFunding, number).filter(code=code).order_by("-amount", "key")


def contracts(number: int, code: str) -> QuerySet[PublishedContract]:
    return at(PublishedContract, number).filter(code=code).order_by("signed_on", "key")


def payments(number: int, code: str) -> QuerySet[PublishedPayment]:
    return at(PublishedPayment, number).filter(code=code).order_by("paid_on", "number")


def base_features(number: int) -> QuerySet[PublishedBaseFeature]:
    return at(PublishedBaseFeature, number)


def areas(number: int) -> QuerySet[PublishedArea]:
    return at(PublishedArea, number)


def area_names(number: int, kinds: tuple[str, ...]) -> dict[str, str]:
    """Code → name of the areas of these kinds, in the official order."""
    rows = areas(number).filter(kind__in=kinds).order_by("official_order", "code")
    return dict(rows.values_list("code", "name"))


def category_names(number: int) -> dict[str, str]:
    rows = at(PublishedProject, number).order_by("category").values_list("category", "category_name").distinct()
    return dict(rows)
