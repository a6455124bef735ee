"""manage.py import_complaints FILE"""

from geodata.exchange.management.importing import ImportCommand


class Command(ImportCommand):
    """One of the eight import commands; everything is in the base."""

    dataset = "complaints"
    help = "导入12345 工单"
