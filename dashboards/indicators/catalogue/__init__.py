"""The indicators that pages show: what each means, its formula, its unit and the denominator that its label names.

No model is imported here: the public site reads it, too. What has no records yet (审计整改, 督办, 质保金 …) is absent.
"""

from typing import Final

from dashboards.indicators.catalogue.complaints import COMPLAINTS
from dashboards.indicators.catalogue.indicator import Direction, Indicator, Source, Unit
from dashboards.indicators.catalogue.money import MONEY
from dashboards.indicators.catalogue.progress import PROGRESS

__all__ = ["BY_COLUMN", "CATALOGUE", "Direction", "Indicator", "Source", "Unit"]

CATALOGUE: Final[dict[str, Indicator]] = {indicator.id: indicator for indicator in (*PROGRESS, *MONEY, *COMPLAINTS)}
BY_COLUMN: Final[dict[str, Indicator]] = {
    indicator.column: indicator for indicator in CATALOGUE.values() if indicator.column
}
