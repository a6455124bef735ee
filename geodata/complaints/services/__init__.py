"""Writing work orders: recording, matching to projects, and looking at a caller's data."""

from geodata.complaints.services.deciding import LONGEST_REASON, confirm_match, may_decide, reject_match
from geodata.complaints.services.matching import match_orders
from geodata.complaints.services.recording import record_work_orders
from geodata.complaints.services.revealing import Caller, reveal_person

__all__ = [
    "LONGEST_REASON",
    "Caller",
    "confirm_match",
    "match_orders",
    "may_decide",
    "record_work_orders",
    "reject_match",
    "reveal_person",
]
