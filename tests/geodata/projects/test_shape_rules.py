"""The rules for shapes, as a table of cases at and around each limit. No database."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from geodata.projects.checking import (
    Before,
    DrawnShape,
    Facts,
    Finding,
    Neighbour,
    Rules,
    Severity,
    judge,
    recorded,
    refusal,
    unanswered,
)
from geodata.projects.measures import counted
from geodata.thresholds.catalogue import CATALOGUE

CITY = (112.0, 28.0, 115.0, 30.2)
RULES = Rules.of({one.key: one.default for one in CATALOGUE}, city=CITY)


def shape(kind: str = "polygon", box: tuple[float, float, float, float] = (113.0, 29.0, 113.1, 29.1)) -> DrawnShape:
    return DrawnShape(kind, b"", 1, 0, 5, box)


def codes(**facts: Any) -> list[str]:
    base: Mapping[str, Any] = {
        "shape": shape(),
        "source": "drawn",
        "accuracy_m": None,
        "category_name": "教育",
        "kinds_allowed": ["polygon"],
        "unit_name": "岳阳楼区",
        "area_m2": Decimal(5000),
        "inside": Decimal(1),
    }
    return [finding.code for finding in judge(Facts(**{**base, **facts}), RULES)]


def before(**values: Any) -> Before:
    base: dict[str, Any] = {"source": "drawn", "accuracy_m": None, "same_shape": False, "moved_m": Decimal(10)}
    return Before(**{**base, **values})


CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    # place
    ({"shape": shape(box=(29.0, 113.0, 29.1, 113.1))}, ["swapped"]),
    ({"shape": shape(box=(116.0, 29.0, 116.1, 29.1))}, ["outside-city"]),
    ({"shape": shape(box=(111.9, 29.0, 113.0, 29.1))}, ["outside-city"]),
    ({"shape": shape(box=(112.0, 28.0, 115.0, 30.2))}, []),
    ({"shape": shape(box=(38411562.0, 3252287.0, 38411600.0, 3252300.0))}, ["outside-city"]),
    ({"problem": "边界自相交", "inside": None}, ["invalid"]),
    # type by category
    ({"shape": shape("line"), "area_m2": None, "length_m": Decimal(100)}, ["kind-not-allowed"]),
    ({"shape": shape("point"), "area_m2": None}, ["kind-not-allowed"]),
    ({"shape": shape("point"), "area_m2": None, "kinds_allowed": ["line", "point"]}, []),
    ({"kinds_allowed": []}, ["kind-not-allowed"]),
    # size: at the limit it passes
    ({"area_m2": Decimal("0.99")}, ["too-small"]),
    ({"area_m2": Decimal("1.00")}, []),
    ({"area_m2": Decimal("200000000.00")}, []),
    ({"area_m2": Decimal("200000000.01")}, ["too-large"]),
    ({"shape": shape("line"), "kinds_allowed": ["line"], "area_m2": None, "length_m": Decimal("0.99")}, ["too-short"]),
    ({"shape": shape("line"), "kinds_allowed": ["line"], "area_m2": None, "length_m": Decimal("1.00")}, []),
    # inside the unit
    ({"inside": Decimal("0.95")}, []),
    ({"inside": Decimal("0.949999")}, ["outside-unit"]),
    ({"inside": Decimal(0)}, ["outside-unit"]),
    ({"inside": None}, []),
    # neighbours
    ({"neighbours": [Neighbour("YYMS-2026-0002", "另一所学校", Decimal("0.50"))]}, []),
    ({"neighbours": [Neighbour("YYMS-2026-0002", "另一所学校", Decimal("0.51"))]}, ["overlap"]),
    # what it replaces
    ({"before": before()}, []),
    ({"before": before(same_shape=True, moved_m=Decimal(0))}, ["unchanged"]),
    ({"before": before(same_shape=True, source="declared")}, []),
    ({"before": before(same_shape=True, accuracy_m=Decimal("0.05"))}, []),
    ({"before": before(source="surveyed")}, ["surveyed-overwritten"]),
    ({"before": before(source="gps")}, ["surveyed-overwritten"]),
    ({"before": before(source="surveyed"), "source": "declared"}, ["surveyed-overwritten"]),
    ({"before": before(source="surveyed"), "source": "gps", "accuracy_m": Decimal(2)}, []),
    ({"before": before(moved_m=Decimal(1001))}, ["moved-far"]),
    ({"before": before(moved_m=Decimal(1000))}, []),
    ({"source": "surveyed"}, ["accuracy-missing"]),
    ({"source": "surveyed", "accuracy_m": Decimal("0.05")}, []),
]


@pytest.mark.parametrize(("facts", "expected"), CASES)
def test_each_rule_speaks_at_its_limit_and_not_before(facts: dict[str, Any], expected: list[str]) -> None:
    assert codes(**facts) == expected


def test_a_neighbour_of_another_unit_is_asked_about_without_its_name() -> None:
    facts = Facts(
        shape=shape(),
        source="drawn",
        accuracy_m=None,
        category_name="教育",
        kinds_allowed=["polygon"],
        unit_name="岳阳楼区",
        neighbours=[Neighbour("YYMS-2026-0009", "", Decimal("0.9"))],
    )
    found = judge(facts, RULES)[0]
    assert "0009" not in found.message + found.related


ASK = Finding("overlap", Severity.ASK, "重叠,请说明", related="YYMS-2026-0002")
BLOCK = Finding("too-small", Severity.BLOCK, "面积太小")
BROKEN = Finding("invalid", Severity.BLOCK, "边界自相交")
WARN = Finding("moved-far", Severity.WARN, "移动了")


@pytest.mark.parametrize(
    ("findings", "answers", "draft", "submitted"),
    [
        ([], {}, True, True),
        ([WARN], {}, True, True),
        ([BLOCK], {}, True, False),
        ([BROKEN], {}, False, False),
        ([ASK], {}, True, False),
        ([ASK], {"overlap": "  "}, True, False),
        ([ASK], {"overlap": "好"}, True, False),
        ([ASK], {"overlap": "同一校园两期工程"}, True, True),
        ([ASK], {"overlap:YYMS-2026-0002": "两期工程"}, True, True),
        ([ASK], {"overlap:YYMS-2026-0003": "两期工程"}, True, False),
        ([ASK, BLOCK], {"overlap": "两期工程"}, True, False),
    ],
)
def test_a_draft_may_have_faults_and_a_submission_none(
    findings: list[Finding], answers: dict[str, str], draft: bool, submitted: bool
) -> None:
    assert (not refusal(findings, answers, submit=False)) == draft
    assert (not refusal(findings, answers, submit=True)) == submitted


def test_findings_are_kept_gravest_first_with_the_answer() -> None:
    kept = recorded([WARN, ASK, BLOCK], {"overlap": " 两期   工程 "})
    assert [one["severity"] for one in kept] == ["block", "ask", "warn"]
    assert kept[1]["answer"] == "两期 工程"
    assert kept[1]["key"] == "overlap:YYMS-2026-0002"
    assert unanswered([ASK], {}) == [ASK]


def test_parts_holes_and_vertices_are_counted_from_the_bytes() -> None:
    import shapely

    two = shapely.MultiPolygon(
        [
            shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(1, 1), (2, 1), (2, 2)], [(4, 4), (5, 4), (5, 5)]]),
            shapely.box(20, 20, 21, 21),
        ]
    )
    lines = shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3), (4, 4)]])
    points = shapely.MultiPoint([(0, 0), (1, 1), (2, 2)])
    assert [counted(shapely.to_wkb(one, byte_order=1)) for one in (two, lines, points)] == [
        (2, 2, 18),
        (2, 0, 5),
        (3, 0, 3),
    ]
