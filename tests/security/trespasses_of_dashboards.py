"""What somebody of one district might try through the dashboards on what another holds, address by address.

Sums over the whole city are for everybody who may see its figures; rows, names and sentences are of the own district.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tests.security.attempts import Attempt, Attempts, Where, body, filters, lists, path, shut
from tests.security.districts import SIZE, District


def _days(other: District) -> list[str]:
    """The filters of a list, one of them on a day gone by, and the township of the other's works."""
    asked = filters(other, "unit", "q", "code")
    day = timezone.localdate() - timedelta(days=1)
    town = other.project.township
    return [*asked, f"{asked[1]}&as_of={day}", *([f"region={town.code}"] if town else [])]


def _screen(route: str, *args: object) -> Attempts:
    """A part of the leaders' screen."""
    earlier = timezone.localdate() - timedelta(days=30)

    def attempts(own: District, other: District) -> list[Attempt]:
        return shut(route, *filters(other, "q"), f"unit={other.unit.code}&against={earlier}", args=args)

    return attempts


def _task(own: District, other: District) -> list[Attempt]:
    return shut("dashboard:task", "", args=(other.judged.task.pk,))


def _around(other: District) -> list[str]:
    """A box and a ring around the other's works."""
    west, south, east, north = (round(number + step, 6) for step in (-SIZE, SIZE * 3) for number in other.centre)
    ring = ",".join(map(str, (west, south, east, south, east, north, west, north)))
    return [f"bbox={west},{south},{east},{north}", f"ring={ring}"]


def _selection(own: District, other: District) -> list[Attempt]:
    around = [
        f"{shape}{more}"
        for shape in (*_around(other), "bbox=112,28,115,30")
        for more in ("", f"&unit={other.unit.code}", f"&q={other.mark}")
    ]
    return lists("dashboard:selection", *around, *(f"{shape}&format=json" for shape in around))


def _offline(own: District, other: District) -> list[Attempt]:
    asked = [*_days(other), _around(other)[0], "rate=I07&dimension=admin"]
    return lists("dashboard:offline_map", *asked)


def _pairs(own: District, other: District) -> list[Attempt]:
    return lists("dashboard:conflicts", "", f"unit={other.unit.code}", f"unit={own.unit.code}", "category=01")


def _curves(own: District, other: District) -> list[Attempt]:
    files = [
        f"{query}&format={kind}&part={part}"
        for query, kind in zip(filters(other, "unit", "q"), ("csv", "xlsx", "csv"), strict=True)
        for part in ("months", "units", "late")
    ]
    return lists("dashboard:curves", *_days(other), *files)


def _indicators(own: District, other: District) -> list[Attempt]:
    asked = [
        f"family={family}&{query}"
        for family in ("progress", "money", "complaints", "composite")
        for query in filters(other, "q")
    ]
    files = [f"unit={other.unit.code}&format=csv", f"q={other.mark}&format=xlsx"]
    return lists("dashboard:indicators", *asked, *files)


def _behind(own: District, other: District) -> list[Attempt]:
    """The projects behind a figure of the city are for those whose rows are the city."""
    asked = [*filters(other, "unit", "q"), f"place={other.unit.code}", f"place={other.unit.code}&format=csv"]
    return [one for name in ("I04", "I20", "C01") for one in shut("dashboard:indicator", *asked, args=(name,))]


def _rows(route: str, *own_queries: str) -> Attempts:
    """The projects behind the lights and the curves of the city, likewise."""

    def attempts(own: District, other: District) -> list[Attempt]:
        day = timezone.localdate() - timedelta(days=1)
        asked = [*filters(other, "unit", "q"), f"unit={other.unit.code}&as_of={day}", f"q={other.mark}&format=csv"]
        return shut(route, *asked, *own_queries)

    return attempts


def _alerts(own: District, other: District) -> list[Attempt]:
    asked = [*filters(other, "unit", "q", "code"), "silenced=yes", "rule=W02"]
    theirs = [str(alert.pk) for alert in other.judged.alerts]
    mixed = [str(own.judged.alerts[0].pk), *theirs]
    return [
        *lists("dashboard:alerts", *asked),
        *shut("dashboard:alerts", f"project={other.project.serial_no}"),
        *lists("dashboard:alerts", *(f"state=all&{query}" for query in filters(other, "unit", "q")), formats=True),
        *body("dashboard:alerts", form={"alert": theirs}),
        *body("dashboard:alerts", form={"alert": mixed}),
    ]


def _alert(own: District, other: District) -> list[Attempt]:
    until = (timezone.localdate() + timedelta(days=7)).isoformat()
    forms: list[dict[str, Any]] = [
        {"act": act, "reason": "越界试探", "until": until}
        for act in ("acknowledge", "handle", "close", "silence", "lift")
    ]
    return [
        one
        for alert in other.judged.alerts
        for one in (
            *path("dashboard:alert", alert.pk),
            *(each for form in forms for each in path("dashboard:alert", alert.pk, method="post", form=form)),
        )
    ]


def _rule(own: District, other: District) -> list[Attempt]:
    """The rules and their back-tests are the city's, in numbers alone; who may not change them changes nothing."""
    way, run = reverse("dashboard:rule", args=["W02"]), other.judged.backtest.pk
    forms = [{"act": "on"}, {"act": "off"}, {"act": "test"}, {"act": "adopt", "run": str(run)}]
    return [
        *(Attempt(where=Where.LIST, path=f"{way}{query}", browser=True) for query in ("", f"?run={run}")),
        *(one for form in forms for one in body("dashboard:rule", "W02", form=form)),
    ]


def _backtest(own: District, other: District) -> list[Attempt]:
    way = reverse("dashboard:backtest", args=[other.judged.backtest.pk])
    return [Attempt(where=Where.LIST, path=way, browser=page) for page in (True, False)]


DASHBOARDS: dict[str, Attempts] = {
    "dashboard:cockpit": _screen("dashboard:cockpit"),
    "dashboard:warnings": _screen("dashboard:warnings"),
    "dashboard:works": _screen("dashboard:works"),
    "dashboard:changes": _screen("dashboard:changes"),
    "dashboard:month": _screen("dashboard:month"),
    "dashboard:task": _task,
    "dashboard:selection": _selection,
    "dashboard:bottlenecks": lambda own, other: lists("dashboard:bottlenecks", *_days(other)),
    "dashboard:conflicts": _pairs,
    "dashboard:offline_map": _offline,
    "dashboard:curves": _curves,
    "dashboard:indicators": _indicators,
    "dashboard:indicator": _behind,
    "dashboard:course": _rows("dashboard:course", "by=planned"),
    "dashboard:curve_part": _rows("dashboard:curve_part", "of=completed", "of=cost", "of=unplanned", "format=xlsx"),
    "dashboard:changed": _screen("dashboard:changed"),
    "dashboard:lights": _rows("dashboard:lights", "colour=grey", "format=xlsx"),
    "dashboard:alerts": _alerts,
    "dashboard:alert": _alert,
    "dashboard:rules": lambda own, other: lists("dashboard:rules", ""),
    "dashboard:rule": _rule,
    "dashboard:backtest": _backtest,
}
