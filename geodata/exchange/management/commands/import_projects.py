"""manage.py import_projects FILE"""

from geodata.exchange.management.importing import ImportCommand


class Command(ImportCommand):
    """One of the eight import commands; everything is in the base."""

    dataset = "projects"
    help = "导入项目台账与项目位置"
