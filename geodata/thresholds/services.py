"""Setting thresholds. Headquarters' codes-keepers alone; every change stands in the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from geodata.errors import Refused
from geodata.stewards.roles import Action
from geodata.stewards.scope import Scope
from geodata.thresholds.catalogue import BY_KEY, ORDERED
from geodata.thresholds.judging import SUMS
from geodata.thresholds.models import ThresholdValue
from geodata.thresholds.selectors import thresholds


def read_value(key: str, text: str) -> Decimal:
    """The value that a person typed. Raises Refused with what is allowed."""
    known = BY_KEY.get(key)
    if known is None:
        raise Refused("没有这个阈值", code="unknown-threshold")
    allowed = f"“{known.label}”应为 {known.low:f} 到 {known.high:f} 之间的数（{known.unit}）"
    try:
        value = Decimal(text.strip())
    except InvalidOperation as error:
        raise Refused(allowed, code="bad-number") from error
    if not value.is_finite() or not known.low <= value <= known.high:
        raise Refused(allowed, code="out-of-bounds")
    if value != round(value, known.decimals):
        places = f"最多 {known.decimals} 位小数" if known.decimals else "整数"
        raise Refused(f"“{known.label}”应为{places}", code="too-precise")
    return value


@transaction.atomic
def set_thresholds(scope: Scope, *, values: Mapping[str, Decimal], now: datetime) -> int:
    """Sets all of them or none; gives how many changed. A value equal to the default is kept as such.

    Raises NotPermitted without the role, Refused for an unknown key, a value out of bounds, two in the wrong order, or
    weights that do not add to their whole.
    """
    scope.only(Action.MANAGE_CODES)
    wanted = {key: read_value(key, str(value)) for key, value in values.items()}
    present = thresholds()
    after = {**present, **wanted}
    for low, high in ORDERED:
        if after[low] >= after[high]:
            raise Refused(f"“{BY_KEY[low].label}”必须小于“{BY_KEY[high].label}”", code="wrong-order")
    for keys, whole in SUMS:
        if sum(after[key] for key in keys) != whole:
            names = "、".join(f"“{BY_KEY[key].label}”" for key in keys)
            raise Refused(f"{names}之和应为 {whole}", code="wrong-sum")
    changed = [key for key, value in wanted.items() if value != present[key]]
    for key in sorted(changed):
        ThresholdValue.objects.update_or_create(key=key, defaults={"value": wanted[key], "updated_at": now})
    return len(changed)
