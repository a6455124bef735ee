"""Writing money: reference rows, budget, contracts, and the ledger that only grows."""

from geodata.funding.services.budget import record_arrivals, record_budget_lines, record_funding_plans
from geodata.funding.services.contracts import record_contract_changes, record_contracts, record_measurements
from geodata.funding.services.ledger import record_disbursements
from geodata.funding.services.sources import ensure_sources
from geodata.funding.services.standing import assign, change_status

__all__ = [
    "assign",
    "change_status",
    "ensure_sources",
    "record_arrivals",
    "record_budget_lines",
    "record_contract_changes",
    "record_contracts",
    "record_disbursements",
    "record_funding_plans",
    "record_measurements",
]
