"""manage.py import_progress FILE"""

from geodata.exchange.management.importing import ImportCommand


class Command(ImportCommand):
    """One of the eight import commands; everything is in the base."""

    dataset = "progress"
    help = "导入月报、节点与年度计划"
