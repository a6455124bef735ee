"""The published tables: an allow-list of columns, in a database of their own.

Every row stands for the snapshots [from_snapshot, to_snapshot); an open end means "still so". They are written by
portal/publication through `publisher` and read here through `public`. No personal column exists in any of them.
Money is Decimal 元, rates are ratios (0.62 = 62 %), geometry is EPSG:4490, already as coarse as the public may see it.
"""

from portal.public.models.chain import ChainEntry
from portal.public.models.frame import OPEN, Mask, Published, Snapshot
from portal.public.models.handling import PublishedHandling
from portal.public.models.media import PublishedDocument, PublishedPhoto
from portal.public.models.money import (
    PublishedContract,
    PublishedContractChange,
    PublishedFunding,
    PublishedPayment,
    PublishedPlanYear,
)
from portal.public.models.places import PublishedArea, PublishedBaseFeature, PublishedLabel
from portal.public.models.project import PublishedMilestone, PublishedProject
from portal.public.models.withdrawal import WITHDRAWN, PublishedWithdrawal

__all__ = [
    "OPEN",
    "WITHDRAWN",
    "ChainEntry",
    "Mask",
    "Published",
    "PublishedArea",
    "PublishedBaseFeature",
    "PublishedContract",
    "PublishedContractChange",
    "PublishedDocument",
    "PublishedFunding",
    "PublishedHandling",
    "PublishedLabel",
    "PublishedMilestone",
    "PublishedPayment",
    "PublishedPhoto",
    "PublishedPlanYear",
    "PublishedProject",
    "PublishedWithdrawal",
    "Snapshot",
]
