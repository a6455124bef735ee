"""Forgets where members of staff were once the term is over; the worker does the same every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from geodata.audit import acting
from geodata.visits.forgetting import forget_positions


class Command(BaseCommand):
    help = "清除超过保存期限的签到和照片的精确位置，是否在场和相距多远的结论保留"

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(user_id=None, reason="位置保存期限已到"):
            gone = forget_positions(today=timezone.localdate())
        self.stdout.write(f"{gone.before} 以前的精确位置已清除：签到 {gone.check_ins} 条，照片 {gone.photos} 张")
