"""./manage.py scan_alerts: judge every project by the warning rules, today or as of a day."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboards.alerts.scanning import scan
from geodata.audit import acting
from geodata.errors import DomainError


class Command(BaseCommand):
    help = "按预警规则扫描全部项目，更新红黄灯和预警；全部写入才退出 0"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", help="截至哪一天，YYYY-MM-DD（缺省为今天）；不能早于最近一次扫描")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.localtime()
        day = self._day(options["day"]) or now.date()
        try:
            with acting(user_id=None, reason="scan_alerts"):
                run = scan(day=day, today=now.date(), now=now)
        except DomainError as error:
            raise CommandError(error.message, returncode=1) from error
        self.stdout.write(
            f"截至 {run.day}，已扫描 {run.projects} 个项目："
            f"红 {run.red}、黄 {run.yellow}、无数据 {run.grey}、绿 {run.green}；"
            f"新预警 {run.opened} 条，升红 {run.escalated} 条，解除 {run.closed} 条，持续 {run.kept} 条"
        )

    def _day(self, text: str | None) -> date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise CommandError("--day 请写成 2026-11-23 这样的日期", returncode=2) from error
