"""Reading thresholds. Everybody may: they are rules, not data about somebody."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.db.models import DecimalField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from geodata.thresholds.catalogue import BY_KEY
from geodata.thresholds.models import ThresholdValue

_AMOUNT: Final["DecimalField[Any, Any]"] = DecimalField(max_digits=12, decimal_places=3)


def threshold(key: str) -> Decimal:
    """The value in force. Raises KeyError for a key that the catalogue lacks: a mistake of the program."""
    default = BY_KEY[key].default
    value = ThresholdValue.objects.filter(key=key).values_list("value", flat=True).first()
    return default if value is None else value


def thresholds() -> Mapping[str, Decimal]:
    """All values in force, by key. One query."""
    return with_defaults(dict(stored()))


def stored() -> "QuerySet[ThresholdValue, tuple[str, Decimal]]":
    """The keys that somebody has set, with their values; for statements that ask for more beside them."""
    return ThresholdValue.objects.values_list("key", "value")


def with_defaults(values: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """All keys of the catalogue; those that nobody has set have their default."""
    return {key: values.get(key, known.default) for key, known in BY_KEY.items()}


def as_column(key: str) -> Coalesce:
    """The threshold in force as a column of a statement that has no query to spare."""
    value = ThresholdValue.objects.filter(key=key).values("value")
    return Coalesce(Subquery(value), Value(BY_KEY[key].default), output_field=_AMOUNT)
