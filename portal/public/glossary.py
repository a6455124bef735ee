"""What each public figure means.

Names, meanings, formulas and denominators come from geodata/summary/columns.py and the indicator catalogue, where they
are defined once; here stands only which of them the public sees, and from which papers they come.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from dashboards.indicators.catalogue import BY_COLUMN
from geodata.figures.wording import percent
from geodata.summary.columns import COLUMNS, RATIO, Column
from geodata.summary.sums import Rate, Totals
from geodata.summary.wording import left_out_of_rates
from portal import wording

_BY_NAME: Final = {column.name: column for column in COLUMNS}
_REPORTS: Final = ("建设单位的月报，审核后计入", "每月一次")
_TREASURY: Final = ("财政国库的支付记录，已清算与已退回的计入", "随国库文件导入")
_BUDGET: Final = ("预算指标与资金到位记录", "随指标文件导入")
# column of a project row → (the papers it comes from, how often they come); grouped as the page shows them
_SHOWN: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "项目": {
        "status": ("状态变更记录，按生效日期", "有变更时"),
        "is_located": ("经批准的项目图形", "有新图形时"),
        "unit": ("项目登记的属地管理单位", "有调整时"),
        "region": ("项目图形所在的县市区", "有调整时"),
        "updated": ("最新一项公开内容，受理投诉不算", "每期快照"),
    },
    "投资与进度": {
        "budget": ("投资批复文件；没有时为登记数", "有新批复时"),
        "annual_plan": ("年度投资计划及其调整文件", "每年一次，调整时更新"),
        "completed": _REPORTS,
        "annual_completed": _REPORTS,
        "physical_pct": _REPORTS,
        "annual_rate": _REPORTS,
        "investment_rate": _REPORTS,
    },
    "资金": {
        "allocated": _BUDGET,
        "arrived": _BUDGET,
        "disbursed": _TREASURY,
        "payment_count": _TREASURY,
        "disbursement_rate": ("支付记录与资金到位记录", "随文件导入"),
        "contract_total": ("合同与已批准的合同变更", "签订或变更时"),
    },
}


@dataclass(frozen=True)
class Entry:
    """One figure of the glossary, in the language of the page. `key` is its anchor."""

    key: str
    label: str
    meaning: str
    formula: str
    denominator: str
    unit: str
    source: str
    renewed: str
    note: str


@dataclass(frozen=True)
class Group:
    label: str
    entries: tuple[Entry, ...]


def groups() -> list[Group]:
    return [
        Group(wording.label(label), tuple(_entry(_BY_NAME[name], *papers) for name, papers in shown.items()))
        for label, shown in _SHOWN.items()
    ]


def _entry(column: Column, source: str, renewed: str) -> Entry:
    indicator = BY_COLUMN.get(column.name)
    say = wording.label
    return Entry(
        key=column.name,
        label=say(indicator.label if indicator else column.label),
        meaning="" if indicator else say(column.meaning),
        formula=say(indicator.formula) if indicator else "",
        denominator=say(indicator.denominator if indicator else column.denominator),
        unit="%" if column.unit == RATIO else say(column.unit),
        source=say(source),
        renewed=say(renewed),
        note=say(indicator.note) if indicator else "",
    )


@dataclass(frozen=True)
class Figure:
    """A figure as a page shows it: `basis` names what it is a part of, `key` leads to its entry in the glossary."""

    key: str
    label: str
    text: str
    basis: str = ""


def key_figures(totals: Totals) -> list[Figure]:
    """The strip of a set of projects, which may be empty: number, money, each rate with its sums and its projects."""
    without = _("%(n)s of them without location") % {"n": totals.unlocated} if totals.unlocated else ""
    basis = _("; ").join(part for part in (without, left_out_of_rates(totals.left_out)) if part)
    return [
        Figure("is_located", _("Projects"), str(totals.projects), basis),
        Figure("budget", label("budget"), wording.money(totals.budget)),
        Figure("arrived", label("arrived"), wording.money(totals.arrived)),
        Figure("disbursed", label("disbursed"), wording.money(totals.disbursed)),
        _rate("disbursement_rate", totals.rates.get("disbursement", Rate())),
        _rate("annual_rate", totals.rates.get("annual", Rate())),
        _rate("investment_rate", totals.rates.get("investment", Rate())),
    ]


def few_figures(totals: Totals) -> list[Figure]:
    """The four that a narrow panel has room for: projects, investment, paid out, and its rate."""
    shown = {"is_located", "budget", "disbursed", "disbursement_rate"}
    return [figure for figure in key_figures(totals) if figure.key in shown]


def label(column: str) -> str:
    """The name of a column in the language of the page; a rate's says its denominator."""
    indicator = BY_COLUMN.get(column)
    return wording.label(indicator.label if indicator else _BY_NAME[column].label)


def _rate(column: str, rate: Rate) -> Figure:
    if rate.value is None:
        return Figure(column, label(column), "—", _("no project with a denominator"))
    above, below = (wording.money(Decimal(sum_)) for sum_ in (rate.numerator, rate.denominator))
    sums = {"above": above, "below": below, "n": rate.n}
    return Figure(column, label(column), percent(rate.value, 1), _("%(above)s of %(below)s, %(n)s projects") % sums)
