"""./manage.py load_reference: what a new installation starts with: categories, templates, sources, holidays."""

from typing import Any

from django.core.management.base import BaseCommand

from geodata.audit import acting
from geodata.funding.services import ensure_sources
from geodata.progress.reference import ensure_node_templates
from geodata.projects.reference import ensure_categories
from geodata.workdays.reference import ensure_calendar


class Command(BaseCommand):
    help = "Add missing categories, node templates, funding sources and holidays; existing rows stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(user_id=None, reason="load_reference"):
            categories, sources = ensure_categories(), ensure_sources().created
            nodes, days = ensure_node_templates(), ensure_calendar()
        added = f"项目类别 {categories} 个、资金来源 {sources} 个、进度模板节点 {nodes} 个、工作日历 {days} 天"
        self.stdout.write(f"新增{added}")
