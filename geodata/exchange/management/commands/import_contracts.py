"""manage.py import_contracts FILE"""

from geodata.exchange.management.importing import ImportCommand


class Command(ImportCommand):
    """One of the eight import commands; everything is in the base."""

    dataset = "contracts"
    help = "导入合同、变更与计量"
