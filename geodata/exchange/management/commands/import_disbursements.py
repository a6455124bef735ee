"""manage.py import_disbursements FILE"""

from geodata.exchange.management.importing import ImportCommand


class Command(ImportCommand):
    """One of the eight import commands; everything is in the base."""

    dataset = "disbursements"
    help = "导入国库集中支付明细"
