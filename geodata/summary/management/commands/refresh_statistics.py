"""./manage.py refresh_statistics: what the planner knows of the tables, anew, after migrations and bulk loads.

A column that a migration adds has no statistics until its table changes much; until then the planner takes every row
for filled and reads whole tables for the few that are.
"""

from typing import Any

from django.core.management.base import BaseCommand

from geodata.summary.services import refresh_statistics


class Command(BaseCommand):
    help = "重新统计各表的数据分布，供数据库选择查询方式（迁移或批量导入之后运行）"

    def handle(self, *args: Any, **options: Any) -> None:
        refresh_statistics()
        self.stdout.write("各表的统计信息已更新")
