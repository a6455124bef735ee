"""./manage.py load_reference: the categories, node templates and sources of money of a new installation."""

from typing import Any

from django.core.management.base import BaseCommand

from geodata.audit import acting
from geodata.funding.services import ensure_sources
from geodata.progress.reference import ensure_node_templates
from geodata.projects.reference import ensure_categories


class Command(BaseCommand):
    help = "Add missing categories, node templates and funding sources; existing rows stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(user_id=None, reason="load_reference"):
            categories, sources = ensure_categories(), ensure_sources().created
            nodes = ensure_node_templates()
        self.stdout.write(f"新增项目类别 {categories} 个、资金来源 {sources} 个、进度模板节点 {nodes} 个")
