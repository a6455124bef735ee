"""Sets of projects as bits: sums of them are exact, whatever the amounts are, and are kept and read without a loss."""

import random
from array import array
from collections.abc import Iterator
from decimal import Decimal

from geodata.summary.filters import ProjectFilter
from portal.public import masking
from portal.public.masks import COUNTING, LOCATED, Amount, Masks

SIZE = 300


def _amounts(chance: random.Random) -> Iterator[tuple[str, list[int]]]:
    """Nothing, one fen, the largest that a column holds, and less than nothing."""
    for name in ("budget", "annual_plan", "completed", "annual_completed", "allocated", "arrived", "disbursed"):
        yield name, [chance.choice([0, 0, 1, 7, -3, 10**14, 9_223_372_036_854_775_807, -(10**15)]) for _ in range(SIZE)]
    yield "contract_total", [0] * SIZE
    yield "payment_count", [chance.randrange(40) for _ in range(SIZE)]


def _masks(values: dict[str, list[int]]) -> Masks:
    sets = {
        ("unit", "430602"): sum(1 << place for place in range(0, SIZE, 3)),
        (COUNTING, "yes"): sum(1 << place for place in range(0, SIZE, 2)),
        (LOCATED, "no"): sum(1 << place for place in range(0, SIZE, 5)),
    }
    amounts: dict[str, Amount] = {name: masking._amount(array("q", each)) for name, each in values.items()}
    keys = array("q", [7 + 3 * place for place in range(SIZE)])
    frames = [array("f", (side + place / 10 for place in range(SIZE))) for side in (110, 25, 110.05, 25.05)]
    return Masks(keys, sets, amounts, frozenset(values) - {"payment_count"}, frames)


def test_a_sum_of_digits_is_the_sum() -> None:
    values = dict(_amounts(random.Random(1)))
    masks = masking.read(masking.written(_masks(values)))
    assert masks == _masks(values)
    those = masks.limited(ProjectFilter(unit="430602"))
    places = range(0, SIZE, 3)
    totals = masks.totals(those)
    assert totals.projects == len(places)
    assert totals.unlocated == len([place for place in places if place % 5 == 0])
    assert totals.left_out == len([place for place in places if place % 2])
    for name, each in values.items():
        exact = sum(each[place] for place in places)
        assert totals.sums[name] == (exact if name == "payment_count" else Decimal(exact).scaleb(-2)), name
    rate = totals.rates["disbursement"]
    counted = [place for place in places if place % 2 == 0 and values["arrived"][place]]
    assert rate.n == len(counted)
    assert rate.numerator == Decimal(sum(values["disbursed"][place] for place in counted)).scaleb(-2)
    assert rate.denominator == Decimal(sum(values["arrived"][place] for place in counted)).scaleb(-2)


def test_keys_come_back_in_the_order_of_the_list() -> None:
    masks = _masks(dict(_amounts(random.Random(2))))
    keys = list(masks.keys)
    assert masks.keys_of(masks.all) == keys
    assert masks.keys_of(masks.all, 290) == keys[290:]
    assert masks.keys_of(masks.of_keys([keys[200], keys[3], keys[77], 5])) == [keys[3], keys[77], keys[200]]
    assert masks.keys_of(masks.of_keys(keys), 3, 5) == keys[3:5]
    assert masks.keys_of(0) == []


def test_an_unknown_value_finds_nothing_and_nothing_kept_is_no_sets() -> None:
    masks = _masks(dict(_amounts(random.Random(3))))
    assert masks.limited(ProjectFilter(unit="430699")) == 0
    assert masks.facets(ProjectFilter(category="01"), None)["unit"] == {}
    assert masking.read(()) is None


def test_a_box_holds_frames_and_leaves_those_at_its_edge_to_be_looked_at() -> None:
    masks = _masks(dict(_amounts(random.Random(4))))
    inside, partly = masks.framed((110.98, 25.0, 111.52, 90.0))
    assert masks.keys_of(inside) == [masks.keys[place] for place in range(10, 15)]
    assert partly == [masks.keys[15]]
    nowhere = [array("f", [float("nan")] * SIZE) for _ in range(4)]
    assert Masks(masks.keys, {}, {}, frozenset(), nowhere).framed((-180, -85, 180, 85)) == (0, [])


def test_a_word_is_found_in_the_texts_that_have_it_and_across_no_two() -> None:
    masks = _masks({})
    masks.texts.extend(["道路改造 yyms-2026-0001", "", "路路路", "水厂", "改造道路 道路", "道"])
    places = {"道路": [0, 4], "路": [0, 2, 4], "道": [0, 4, 5], "26-0": [0], "路路": [2], "厂改": [], "没有": []}
    for term, expected in places.items():
        assert masks.holding(term) == sum(1 << place for place in expected), term
