"""Finds works near each other at the same time, as the job of the night does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboards.conflicts.services import find_pairs
from geodata.errors import Busy


class Command(BaseCommand):
    help = "比对全市项目的位置和工期，找出可同步开挖的项目对"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = find_pairs(today=timezone.localdate(), now=timezone.now())
        except Busy as busy:
            raise CommandError(busy.message, returncode=1) from busy
        self.stdout.write(
            f"已比对 {result.projects} 个项目：新增 {result.found} 对，保留 {result.kept} 对，消除 {result.gone} 对"
        )
        if result.near > result.found + result.kept:
            self.stdout.write(f"距离以内共 {result.near} 对，每个项目只保留最近的 {result.nearest} 个")
