"""A to D: how well complaints are handled, unit by unit, in words."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from dashboards.indicators.bands import BAND_IDS, FROM, SWITCH, WEIGHTS, Banded, banded_groups, bands
from dashboards.indicators.catalogue import CATALOGUE
from dashboards.indicators.ranking import Ranked
from dashboards.indicators.values import IndicatorTable
from geodata.figures.wording import NOTHING, half_up, percent
from portal import wording
from portal.dashboard.figures.texts import note_text

Texts = dict[str, Any]


def texts(table: IndicatorTable, limits: Mapping[str, Decimal], opener: Callable[[str, str], str]) -> Texts:
    """The bands of all units in their groups; places only where headquarters wants them."""
    found = bands(table, limits)

    def line(row: Ranked) -> Texts:
        code = row.value.code
        return _line(row, found[code]) | {
            "n_url": opener("C08", code),
            "parts": [
                {"text": percent(table.value(name, code).value, 2), "url": opener(name, code)} for name in BAND_IDS
            ],
        }

    return {
        "floors": [{"band": band, "score": f"{limits[key].normalize():f}"} for band, key in FROM.items()],
        "heads": [
            {"label": wording.label(CATALOGUE[name].label), "weight": f"{limits[WEIGHTS[name]].normalize():f}"}
            for name in BAND_IDS
        ],
        "ranks": bool(limits[SWITCH]),
        "groups": [
            {"label": wording.label(group.name), "rows": [line(row) for row in group.rows]}
            for group in banded_groups(table, limits)
        ],
    }


def _line(row: Ranked, found: Banded) -> Texts:
    return {
        "name": wording.label(row.value.name),
        "band": found.band,
        "reason": note_text(found.reason),
        "score": NOTHING if found.score is None else f"{half_up(found.score, 2)}",
        "rank": row.rank,
        "n": row.value.n,
    }
