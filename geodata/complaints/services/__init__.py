"""Writing work orders: recording, matching to projects, and looking at a caller's data."""

from geodata.complaints.services.deciding import confirm_match, reject_match
from geodata.complaints.services.matching import match_orders
from geodata.complaints.services.recording import record_work_orders
from geodata.complaints.services.revealing import Caller, reveal_person

__all__ = ["Caller", "confirm_match", "match_orders", "record_work_orders", "reject_match", "reveal_person"]
