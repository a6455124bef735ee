"""Reading thresholds. Everybody may: they are rules, not data about somebody."""

from collections.abc import Mapping
from decimal import Decimal

from geodata.thresholds.catalogue import BY_KEY
from geodata.thresholds.models import ThresholdValue


def threshold(key: str) -> Decimal:
    """The value in force. Raises KeyError for a key that the catalogue lacks: a mistake of the program."""
    default = BY_KEY[key].default
    stored = ThresholdValue.objects.filter(key=key).values_list("value", flat=True).first()
    return default if stored is None else stored


def thresholds() -> Mapping[str, Decimal]:
    """All values in force, by key. One query."""
    stored = dict(ThresholdValue.objects.values_list("key", "value"))
    return {key: stored.get(key, known.default) for key, known in BY_KEY.items()}
