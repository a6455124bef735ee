"""The map of a day as one file that opens without a network: facts, the page, the parts that are written into it."""

from dashboards.choropleths.offline_map.facts import OfflineFacts, offline_facts
from dashboards.choropleths.offline_map.page import offline_page

__all__ = ["OfflineFacts", "offline_facts", "offline_page"]
