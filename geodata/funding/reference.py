"""The sources of money that a city starts with; the table FundingSource may grow beyond them.

Order is that of the column groups in provincial and municipal tables: upper levels first, then bonds, market, own.
"""

from typing import NamedTuple

from geodata.funding.models import FundingSource

_G = FundingSource.Group


class SourceRow(NamedTuple):
    """One row of the table FundingSource."""

    code: str
    name: str
    name_en: str
    group: FundingSource.Group


SOURCES: tuple[SourceRow, ...] = (
    SourceRow("central_budget", "中央预算内投资", "Central budgetary investment", _G.FISCAL),
    SourceRow("central_transfer", "中央补助", "Central transfer", _G.FISCAL),
    SourceRow("ultra_long_bond", "超长期特别国债", "Ultra-long special treasury bonds", _G.BOND),
    SourceRow("provincial", "省级资金", "Provincial funds", _G.FISCAL),
    SourceRow("municipal", "市级资金", "Municipal funds", _G.FISCAL),
    SourceRow("county", "县区级资金", "County funds", _G.FISCAL),
    SourceRow("special_bond", "专项债券", "Special-purpose bonds", _G.BOND),
    SourceRow("general_bond", "一般债券", "General bonds", _G.BOND),
    SourceRow("bank_loan", "银行贷款", "Bank loans", _G.MARKET),
    SourceRow("social_capital", "社会资本", "Private capital", _G.MARKET),
    SourceRow("self_raised", "单位自筹", "Raised by the unit", _G.OWN),
    SourceRow("resident", "居民出资", "Residents' contributions", _G.OWN),
    SourceRow("donation", "捐赠", "Donations", _G.OWN),
    SourceRow("other", "其他", "Other", _G.OWN),
)
