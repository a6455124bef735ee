"""How a project row reads on a page: one home for the texts that the staff map and the public pages share.

A row is anything with the column names of geodata/summary/columns.py: the record's view or the published table.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from geodata.figures.wording import date_text, half_up, percent, yuan
from geodata.projects.choices import STATUS_SHAPE, Stage, Status
from geodata.summary.wording import left_out_of_rates

SHAPE = STATUS_SHAPE
# From how many yuan on, the unit's words, and the decimals: a hundredth of 万元 is 100 元, so English shows whole yuan.
_STEPS: dict[str, list[tuple[Decimal, str, int]]] = {
    "zh": [(Decimal(100_000_000), "亿元", 2), (Decimal(10_000), "万元", 2)],
    "en": [(Decimal(10**9), "billion yuan", 2), (Decimal(10**6), "million yuan", 2), (Decimal(1), "yuan", 0)],
}


def label(text: str) -> str:
    """A Chinese label of the record in the language of the page."""
    return _(text) if text else ""


def labels(names: Mapping[str, str]) -> dict[str, str]:
    """Names of codes in the language of the page."""
    return {code: label(name) for code, name in names.items()}


# kinds of areas and of named places of the base layer
_KINDS = {
    "city": "市",
    "county": "县市区",
    "zone": "功能区",
    "township": "乡镇（街道）",
    "place": "地名",
    "lake": "湖泊",
    "river": "河流",
    "mountain": "山地",
    "road": "道路",
}


def area_kind(kind: str) -> str:
    return label(_KINDS.get(kind, ""))


def options(known: type[models.TextChoices]) -> list[tuple[str, str]]:
    """Codes of a choice with their names in the language of the page, for a list of a form."""
    return [(value, label(str(name))) for value, name in known.choices]


def status_legend() -> list[dict[str, str]]:
    """Statuses in order with label and shape, for legends."""
    return [{"code": s.value, "label": label(s.label), "shape": SHAPE[s]} for s in Status]


def status_choices() -> list[tuple[str, str]]:
    return [(s.value, label(s.label)) for s in Status]


def is_english() -> bool:
    """Whether the page speaks English."""
    return (get_language() or "").startswith("en")


def money(amount: Decimal | None) -> str:
    """亿元 from one hundred million on, else 万元; yuan, million and billion yuan in English; — for nothing known.

    The browser has the same steps in js/figures.js.
    """
    return "—" if amount is None else _in_step(amount, _steps()[_step_of(amount)])


def money_of_column(amounts: Iterable[Decimal | None]) -> Callable[[Decimal | None], str]:
    """As `money`, but all in one unit, so that lines below each other can be compared and added: that of the smallest
    amount, at most one step below the largest's."""
    known = [abs(amount) for amount in amounts if amount]
    number = min(_step_of(min(known)), _step_of(max(known)) + 1) if known else len(_steps()) - 1
    step = _steps()[number]
    return lambda amount: "—" if amount is None else _in_step(amount, step)


def _steps() -> list[tuple[Decimal, str, int]]:
    return _STEPS["en" if is_english() else "zh"]


def _step_of(amount: Decimal) -> int:
    steps = _steps()
    return next((at for at, step in enumerate(steps) if abs(amount) >= step[0]), len(steps) - 1)


def _in_step(amount: Decimal, step: tuple[Decimal, str, int]) -> str:
    size, unit, places = step
    parts = half_up(amount / size, places)
    return f"{abs(parts) if parts == 0 else parts:,.{places}f} {unit}"


def band(text: str) -> str:
    """The number of complaints as the public may know it: none, "fewer than 5", or the number."""
    match text:
        case "0":
            return _("no complaints")
        case "<5":
            return _("fewer than 5")
        case _number:
            return _("%(n)s complaints") % {"n": text}


def exact_money(amount: Decimal) -> str:
    """元 with the fen, as the rows of a ledger show it."""
    return f"{yuan(amount)} {_('yuan')}"


def day(value: date | None, precision: str = "day") -> str:
    """A date in the language of the page, no more exact than it is known."""
    if value is None or not is_english():
        return date_text(value, precision or "day")
    if precision == "quarter":
        return f"Q{(value.month + 2) // 3} {value.year}"
    return date_format(value, {"year": "Y", "month": "F Y", "tenday": "F Y"}.get(precision, "j F Y"))


def percent_number(ratio: Decimal | None) -> str | None:
    """A ratio as the number of percent for a bar: 0..100 and beyond, one decimal; None where nothing is known."""
    return None if ratio is None else str(half_up(ratio * 100, 1))


def rate_text(ratio: Decimal | None) -> str:
    """A ratio with one decimal, — where nothing is known."""
    return percent(ratio, 1)


def progress_text(physical_pct: Decimal | None) -> str:
    return "—" if physical_pct is None else percent(physical_pct / 100, 1)


def row_texts(
    row: Any,
    *,
    units: Mapping[str, str],
    categories: Mapping[str, str],
    url: str,
    anchor: tuple[float, float] | None = None,
) -> dict[str, Any]:
    """One row of a list. `units` and `categories` give the names of the codes."""
    return {
        "code": row.code,
        "name": row.name,
        "status": row.status,
        "status_label": label(Status(row.status).label),
        "shape": SHAPE[row.status],
        "unit_name": units.get(row.unit, row.unit),
        "category_label": categories.get(row.category, row.category),
        "budget_text": money(row.budget),
        "progress_text": progress_text(row.physical_pct),
        "disbursement_text": percent(row.disbursement_rate, 1),
        "annual_text": percent(getattr(row, "annual_rate", None), 1),  # the published table has none
        "url": url,
        "located": row.is_located,
        "lon": anchor[0] if anchor else None,
        "lat": anchor[1] if anchor else None,
    }


def totals_texts(totals: Any) -> dict[str, Any]:
    """The strip of key figures. The rate is 已拨付 over 到位: a ratio of sums (I12)."""
    return {
        "projects": f"{totals.projects:,}",
        "unlocated": totals.unlocated,
        "budget": money(totals.budget),
        "arrived": money(totals.arrived),
        "disbursed": money(totals.disbursed),
        "rate": percent(totals.disbursement_rate, 1) if totals.disbursement_rate is not None else "",
        "left_out": left_out_of_rates(totals.left_out),
    }


def map_labels(*, units: Mapping[str, str], categories: Mapping[str, str]) -> dict[str, Any]:
    """Names of the codes in tiles, for the card of a clicked project."""
    return {
        "status": {s["code"]: {"label": s["label"], "shape": s["shape"]} for s in status_legend()},
        "stage": {s.value: label(s.label) for s in Stage},
        "unit": dict(units),
        "category": dict(categories),
    }
