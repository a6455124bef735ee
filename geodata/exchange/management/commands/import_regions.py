"""manage.py import_regions FILE"""

from geodata.exchange.management.importing import ImportCommand


class Command(ImportCommand):
    """One of the eight import commands; everything is in the base."""

    dataset = "regions"
    help = "导入行政区划与功能区边界"
