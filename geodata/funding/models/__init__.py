"""Tables of money: sources and budget, contracts, the ledger."""

from geodata.funding.models.budget import BudgetLine, BudgetProjectMap, FundArrival, FundingPlan, FundingSource
from geodata.funding.models.contracts import Contract, ContractChange, Measurement
from geodata.funding.models.ledger import Disbursement, DisbursementAssignment, DisbursementStatus
from geodata.funding.models.standing import PaymentStanding

__all__ = [
    "BudgetLine",
    "BudgetProjectMap",
    "Contract",
    "ContractChange",
    "Disbursement",
    "DisbursementAssignment",
    "DisbursementStatus",
    "FundArrival",
    "FundingPlan",
    "FundingSource",
    "Measurement",
    "PaymentStanding",
]
