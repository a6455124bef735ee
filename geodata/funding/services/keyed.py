"""Rows that are found again by a natural key: new ones are made, differing ones changed, equal ones left alone."""

from collections.abc import Hashable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from geodata.errors import Refused
from geodata.record import Origin, Outcome, Recorded

R = TypeVar("R", bound=Recorded)
Values = Mapping[str, Any]

FEN = Decimal("0.01")
LARGEST = Decimal(10) ** 16  # numeric(18, 2)


def write_keyed(
    *, model: type[R], rows: Mapping[Hashable, Values], known: Mapping[Hashable, R], now: datetime, batch: int | None
) -> Outcome:
    """One INSERT for what is new, one UPDATE for what differs. ``known`` holds the recorded rows, locked, by key.

    Rows of several projects go in the order of the project, so that eight writers never wait in a circle.
    """
    origin = Origin.MANUAL if batch is None else Origin.IMPORT
    new = [model(origin=origin, batch=batch, **values) for key, values in rows.items() if key not in known]
    changed = []
    for key, values in rows.items():
        held = known.get(key)
        if held is not None and _differs(held, values):
            for name, value in {**values, "updated_at": now, "batch": batch or held.batch}.items():
                setattr(held, name, value)
            changed.append(held)
    model._default_manager.bulk_create(sorted(new, key=_place))
    if changed:
        fields = [*next(iter(rows.values())), "updated_at", "batch"]
        model._default_manager.bulk_update(sorted(changed, key=lambda row: row.pk), fields, batch_size=500)
    return Outcome(created=len(new), changed=len(changed), unchanged=len(rows) - len(new) - len(changed))


def _place(row: Recorded) -> int:
    return getattr(row, "project_id", None) or 0


def _differs(held: Recorded, values: Values) -> bool:
    return any(getattr(held, name) != value for name, value in values.items())


def checked_amount(amount: Decimal, what: str) -> Decimal:
    """Yuan with whole fen, inside what the column holds. ``what`` begins the sentence of the refusal."""
    if not amount.is_finite() or abs(amount) >= LARGEST:
        raise Refused(f"{what}的金额 {amount} 超出范围")
    if amount != amount.quantize(FEN):
        raise Refused(f"{what}的金额 {amount} 元不是整分，请核对单位是元还是万元")
    return amount


def checked_share(share: Decimal | None, what: str, name: str) -> None:
    """A share in percent, 0 to 100."""
    if share is not None and not 0 <= share <= 100:
        raise Refused(f"{what}的{name} {share}% 应在 0 到 100 之间")
