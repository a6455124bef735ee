"""manage.py import_budget FILE"""

from geodata.exchange.management.importing import ImportCommand


class Command(ImportCommand):
    """One of the eight import commands; everything is in the base."""

    dataset = "budget"
    help = "导入资金筹措、预算指标与资金到位"
