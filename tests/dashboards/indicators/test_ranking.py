"""Places: 1, 2, 2, 4; equals by investment done, then officially; too few stand apart; complaints have none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dashboards.indicators.areas import Area
from dashboards.indicators.bands import band_of, banded_groups, bands
from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.departments import municipal
from dashboards.indicators.ranking import COMPOSITE_IDS, Group, composite, left_out, ranked, ranked_composite
from dashboards.indicators.values import IndicatorTable, IndicatorValue, Level
from geodata.summary.regions import Dimension
from geodata.thresholds.catalogue import BY_KEY
from geodata.thresholds.judging import SUMS

WEIGHTS = {key: known.default for key, known in BY_KEY.items()}


def table(ids: tuple[str, ...], rows: dict[str, dict[str, Any]], zones: tuple[str, ...] = ()) -> IndicatorTable:
    """Units by name in official order; each row gives the value of an indicator, "n", "invested" and "projects"."""
    listed = tuple(Area(name, name, "zone" if name in zones else "county") for name in rows)
    values = {}
    for name, row in rows.items():
        for id in ids:
            value = None if row.get(id) is None else Decimal(row[id])
            values[id, name] = IndicatorValue(name, name, value, value or Decimal(0), Decimal(1), row.get("n", 9))
        invested = Decimal(row.get("invested", 0))
        values["I05", name] = IndicatorValue(name, name, None, invested, Decimal(0), 9)
    return IndicatorTable(
        dimension=Dimension.MANAGEMENT,
        level=Level.UNIT,
        as_of=date(2026, 3, 31),
        period=(date(2026, 3, 1), date(2026, 3, 31)),
        areas=tuple(rows),
        ids=(*ids, "I05"),
        listed=listed,
        _values=values,
        _projects={name: row.get("projects", 9) for name, row in rows.items()},
    )


def places(group: Group) -> list[tuple[str, int | None]]:
    return [(row.value.code, row.rank) for row in group.rows]


def test_equal_values_share_a_place_and_the_next_is_left_out() -> None:
    rows = {"甲": {"I04": "0.5"}, "乙": {"I04": "0.9"}, "丙": {"I04": "0.5"}, "丁": {"I04": "0.3"}}
    (group,) = ranked(table(("I04",), rows), "I04")
    assert places(group) == [("乙", 1), ("甲", 2), ("丙", 2), ("丁", 4)]
    assert group.of == 4


def test_among_equals_the_larger_investment_stands_first_then_the_official_order() -> None:
    rows = {
        "甲": {"I04": "0.5", "invested": 1},
        "乙": {"I04": "0.5", "invested": 1},
        "丙": {"I04": "0.5", "invested": 3},
    }
    (group,) = ranked(table(("I04",), rows), "I04")
    assert places(group) == [("丙", 1), ("甲", 1), ("乙", 1)]


def test_lower_is_better_where_the_indicator_says_so() -> None:
    rows = {"甲": {"BEHIND": "0.5"}, "乙": {"BEHIND": "0.1"}}
    (group,) = ranked(table(("BEHIND",), rows), "BEHIND")
    assert places(group) == [("乙", 1), ("甲", 2)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [({"I04": "0.9", "n": 2}, "项目不足 3 个"), ({"I04": None}, "没有分母"), ({"I04": "0.9", "n": 3}, "")],
)
def test_too_few_projects_or_no_denominator_takes_no_part(row: dict[str, Any], reason: str) -> None:
    (group,) = ranked(table(("I04",), {"甲": row, "乙": {"I04": "0.1"}}), "I04")
    found = {each.value.code: each for each in group.rows}
    assert found["甲"].reason == reason
    assert found["甲"].rank == (None if reason else 1)
    assert found["乙"].rank == (1 if reason else 2)
    assert group.rows[-1].value.code == ("甲" if reason else "乙")  # who takes no part stands last


def test_counties_and_zones_are_ranked_apart() -> None:
    rows = {"甲": {"I04": "0.1"}, "乙": {"I04": "0.2"}, "新区": {"I04": "0.9"}}
    counties, zones = ranked(table(("I04",), rows, zones=("新区",)), "I04")
    assert (counties.name, places(counties)) == ("县市区", [("乙", 1), ("甲", 2)])
    assert (zones.name, places(zones)) == ("功能区", [("新区", 1)])


@pytest.mark.parametrize("name", [i.id for i in CATALOGUE.values() if i.id.startswith("C")])
def test_complaints_have_no_places(name: str) -> None:
    (group,) = ranked(table((name,), {"甲": {name: "0.9", "n": 99}, "乙": {name: "0.1", "n": 99}}), name)
    assert places(group) == [("甲", None), ("乙", None)]


def test_places_changed_since_another_day_are_told() -> None:
    before = table(("I04",), {"甲": {"I04": "0.9"}, "乙": {"I04": "0.2"}, "丙": {"I04": None}})
    now = table(("I04",), {"甲": {"I04": "0.3"}, "乙": {"I04": "0.4"}, "丙": {"I04": "0.1"}})
    (group,) = ranked(now, "I04", before)
    assert [(row.value.code, row.change) for row in group.rows] == [("乙", 1), ("甲", -1), ("丙", None)]


def test_the_score_caps_each_part_and_weighs_what_is_there() -> None:
    rows = {
        "甲": {"I08": "1.5", "I01": "0.5", "I12": "0.8", "NODES": "1"},
        "乙": {"I08": "0.9", "I01": None, "I12": "0.8", "NODES": "-1"},
        "丙": {},
    }
    scores = composite(table(COMPOSITE_IDS, rows), WEIGHTS)
    # weights 40, 15, 20, 15 of 90: what passes 100 % counts as 100 %
    assert scores["甲"].score == (40 * 1 + 15 * Decimal("0.5") + 20 * Decimal("0.8") + 15) * 100 / Decimal(90)
    assert scores["乙"].score == (40 * Decimal("0.9") + 20 * Decimal("0.8")) * 100 / Decimal(75)
    assert scores["乙"].missing == ("I01",)
    assert scores["丙"].score is None


def test_the_composite_ranks_by_score_and_says_what_it_leaves_out() -> None:
    good = {"I08": "1", "I01": "1", "I12": "1", "NODES": "1"}
    poor = dict.fromkeys(COMPOSITE_IDS, "0.5")
    rows = {"甲": poor, "乙": good, "丙": good | {"projects": 2}, "丁": {}}
    (group,) = ranked_composite(table(COMPOSITE_IDS, rows), WEIGHTS)
    assert places(group) == [("乙", 1), ("甲", 2), ("丙", None), ("丁", None)]
    assert [row.reason for row in group.rows] == ["", "", "项目不足 3 个", "没有可计算的指标"]
    assert left_out(WEIGHTS) == "问题销号率（权重 10）尚无记录，不计入综合得分，其余权重按比例折算"
    assert left_out(WEIGHTS | {"rank_weight_issues": Decimal(0)}) == ""


def test_the_weights_add_to_a_hundred() -> None:
    for keys, whole in SUMS:
        assert sum(BY_KEY[key].default for key in keys) == whole == 100


@pytest.mark.parametrize(
    ("score", "band"),
    [("95", "A"), ("94.99", "B"), ("90", "B"), ("89.99", "C"), ("80", "C"), ("79.99", "D"), ("0", "D"), ("100", "A")],
)
def test_the_bound_of_a_band_belongs_to_the_better_one(score: str, band: str) -> None:
    assert band_of(Decimal(score), WEIGHTS) == band


def test_complaints_have_bands_and_places_only_where_the_switch_is_on() -> None:
    rows = {
        "甲": {"C08": "1", "C09": "0.9", "C10": "0.1", "n": 10},
        "乙": {"C08": "1", "C09": "1", "C10": "0", "n": 10},
        "丙": {"C08": "1", "C09": "1", "C10": "0", "n": 9},
        "丁": {"C08": "0.8", "C09": None, "C10": "0.2", "n": 10},
    }
    found = table(("C08", "C09", "C10"), rows)
    known = bands(found, WEIGHTS)
    # 40 × 1 + 40 × 0.9 + 20 × (1 − 0.1); 丁 was asked about no order: 40 and 20 share the whole
    assert [(one.score, one.band) for one in known.values()] == [(94, "B"), (100, "A"), (None, ""), (80, "C")]
    assert known["丙"].reason == "应办理工单不足 10 个"
    (group,) = banded_groups(found, WEIGHTS)
    assert places(group) == [("甲", None), ("乙", None), ("丙", None), ("丁", None)]
    (group,) = banded_groups(found, {**WEIGHTS, "rank_complaints": Decimal(1)})
    assert places(group) == [("乙", 1), ("甲", 2), ("丁", 3), ("丙", None)]


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("市住建局", True),
        ("岳阳市水利局", True),
        ("岳阳楼区住建局", False),
        ("岳阳市云溪区水利局", False),
        ("汨罗市教体局", False),
    ],
)
def test_a_municipal_department_bears_no_county_s_name(name: str, own: bool) -> None:
    assert municipal(name, {"岳阳楼区", "楼区", "云溪区", "云溪", "汨罗市", "汨罗", ""}) is own


def test_departments_are_a_group_of_their_own() -> None:
    listed = tuple(Area(name, name, "department") for name in ("市水利局", "市住建局"))
    found = replace(table(("I04",), {"市水利局": {"I04": "0.1"}, "市住建局": {"I04": "0.2"}}), listed=listed)
    (group,) = ranked(found, "I04")
    assert (group.name, places(group)) == ("市直责任单位", [("市住建局", 1), ("市水利局", 2)])
