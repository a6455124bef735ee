"""Rows of the published tables as of a snapshot.

`edition` is a snapshot's number, or NEWEST: then the open rows, which an index holds apart from all that is past.
NEWEST agrees with `current_snapshot` only inside one transaction (portal/public/views/answers.py opens it).
"""

import re
from datetime import date
from typing import Any, Final, TypeVar

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from geodata.errors import BadParameter, Busy, NotFound, Withdrawn
from geodata.summary.filters import STAFF_ONLY, ProjectFilter
from portal import wording
from portal.public.models import (
    OPEN,
    Published,
    PublishedArea,
    PublishedBaseFeature,
    PublishedDocument,
    PublishedLabel,
    PublishedPhoto,
    PublishedProject,
    PublishedWithdrawal,
    Snapshot,
)

M = TypeVar("M", bound=Published)
Edition = int | None
NEWEST: Final = None
_CODE: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2,8}-20[0-9]{2}-[0-9]{4,6}(?![0-9])")  # as people write it in a reason


def current_snapshot() -> Snapshot:
    """The newest snapshot. Raises Busy while nothing has been published yet."""
    newest = Snapshot.objects.order_by("-number").defer("whole").first()  # 30 kB that an unchanged answer never reads
    if newest is None:
        raise Busy("数据尚未发布，请稍后再来")
    return newest


def snapshots() -> QuerySet[Snapshot]:
    """All of them, the newest first."""
    return Snapshot.objects.order_by("-number").defer("whole")


def snapshots_since(newest: Snapshot, months: int) -> QuerySet[Snapshot]:
    """Those of so many months up to the newest one, the newest first."""
    year, month = divmod(newest.as_of.year * 12 + newest.as_of.month - 1 - months, 12)
    return snapshots().filter(as_of__gte=date(year, month + 1, 1))


def as_published(number: int) -> Snapshot:
    """A snapshot to be read as it was published. Raises NotFound for a number that was never published."""
    newest = current_snapshot()
    if newest.number == number:
        return newest  # its rows are the open ones, which an index holds
    found = Snapshot.objects.filter(number=number).first()
    if found is None:
        raise NotFound("没有这一期快照")
    found.edition = number
    return found


def snapshot(number: int) -> Snapshot:
    """Raises NotFound for a number that was never published."""
    found = Snapshot.objects.filter(number=number).defer("whole").first()
    if found is None:
        raise NotFound("没有这一期快照")
    return found


def at(model: type[M], edition: Edition) -> QuerySet[M]:
    """The rows of a published table as they stood in a snapshot."""
    rows = model._default_manager.all()
    if edition is None:
        return rows.filter(OPEN)
    return rows.filter(Q(to_snapshot__isnull=True) | Q(to_snapshot__gt=edition), from_snapshot__lte=edition)


def all_projects(edition: Edition) -> QuerySet[PublishedProject]:
    return at(PublishedProject, edition)


def projects(edition: Edition, chosen: ProjectFilter, *, few: bool = False) -> QuerySet[PublishedProject]:
    """The public projects that pass the filter, in its order; `few` as in ProjectFilter.apply.

    Raises BadParameter for what only staff may ask: `as_of`, for a snapshot has one day of its own, and `stale`.
    """
    for name in STAFF_ONLY:
        if getattr(chosen, name):
            raise BadParameter(f"公开数据以快照为准，不支持查询参数“{name}”")
    return chosen.ordered(chosen.apply(at(PublishedProject, edition), few=few))


def project(edition: Edition, code: str) -> PublishedProject:
    """Raises NotFound when no such project is public."""
    found = at(PublishedProject, edition).filter(code=code).first()
    if found is None:
        raise missing(code)
    return found


def missing(code: str) -> NotFound:
    """Why no page stands at this code: it was withdrawn, with day and reason and the project that this leads on to, or
    was never public."""
    gone = PublishedWithdrawal.objects.filter(kind=PublishedWithdrawal.Kind.PROJECT, code=code).order_by("-number")
    last = gone.first()
    if last is None:
        return NotFound(_("There is no such project, or it is not public"))
    named = set(_CODE.findall(last.reason)) - {code}
    successor = at(PublishedProject, NEWEST).filter(code__in=named).values_list("code", flat=True).first() or ""
    told = {"date": wording.day(last.withdrawn_on), "reason": last.reason}
    return Withdrawn(_("This project was withdrawn on %(date)s: %(reason)s") % told, successor=successor)


def withdrawn_parts(code: str) -> QuerySet[PublishedWithdrawal]:
    """Names and texts of a public project that were withdrawn: when and why."""
    rows = PublishedWithdrawal.objects.filter(code=code).exclude(kind=PublishedWithdrawal.Kind.PROJECT)
    return rows.order_by("-withdrawn_on", "-number")


def withdrawal_numbers() -> list[int]:
    """The numbers of all that was taken back."""
    return list(PublishedWithdrawal.objects.order_by("number").values_list("number", flat=True).distinct())


def losses() -> list[int]:
    """What else left the public, as numbers that change with it: the last snapshot that took something away
    (portal/publication/services/leaving.py), and how many photos and documents are closed, which needs no snapshot."""
    last = Snapshot.objects.order_by("-number").values_list("whole__gone", flat=True).first()
    closed = [model._default_manager.exclude(OPEN).count() for model in (PublishedPhoto, PublishedDocument)]
    return [int(last or 0), *closed]


def parts(edition: Edition, code: str) -> QuerySet[PublishedProject]:
    """The parts of a bundle."""
    return at(PublishedProject, edition).filter(parent_code=code).order_by("code")


def code_of_project_code(edition: Edition, project_code: str) -> str | None:
    """The platform's code of a 统一项目代码, for the redirect; None when it is unknown or stands on several parts."""
    codes = list(at(PublishedProject, edition).filter(project_code=project_code).values_list("code", flat=True)[:2])
    return codes[0] if len(codes) == 1 else None


def base_features(edition: Edition) -> QuerySet[PublishedBaseFeature]:
    return at(PublishedBaseFeature, edition)


def areas(edition: Edition) -> QuerySet[PublishedArea]:
    return at(PublishedArea, edition)


def area(edition: Edition, code: str) -> PublishedArea:
    """Raises NotFound for a code that no area bears on the day of the snapshot."""
    found = areas(edition).filter(code=code).first()
    if found is None:
        raise NotFound("没有这个区划或功能区")
    return found


def area_names(edition: Edition, kinds: tuple[str, ...]) -> dict[str, str]:
    """Code → name of the areas of these kinds, in the official order."""
    rows = areas(edition).filter(kind__in=kinds).order_by("official_order", "code")
    return dict(rows.values_list("code", "name"))


def names_of_areas(edition: Edition, codes: set[str | None]) -> dict[str, str]:
    return dict(areas(edition).filter(code__in=[code for code in codes if code]).values_list("code", "name"))


def label_names(edition: Edition) -> tuple[dict[str, str], dict[str, str]]:
    """Code → name of the categories and of the sources of money; today's for an edition of before they were published.
    One query."""
    found: dict[str, dict[str, str]] = {"category": {}, "source": {}}
    for kind, code, name in at(PublishedLabel, edition).order_by("code").values_list("kind", "code", "name"):
        found[kind][code] = name
    if not found["category"] and edition is not None:
        return label_names(NEWEST)
    return found["category"], found["source"]


def found_places(edition: Edition, word: str, most: int) -> list[Any]:
    """Areas, then named places of the base layer, whose name holds the word; what begins with it stands first."""
    found: list[Any] = []
    for rows, order in (
        (areas(edition).exclude(kind="city"), ("official_order", "code")),
        (base_features(edition).filter(kind__in=("place", "lake", "mountain")), ("rank", "name")),
    ):
        here = rows.filter(name__icontains=word, geom__isnull=False).annotate(spot=PointOnSurface("geom"))
        found += here.order_by(*order).defer("geom")[:most]
    return sorted(found, key=lambda place: not place.name.startswith(word))[:most]
