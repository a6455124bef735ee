"""./manage.py load_demo: the demo city, made for today and taken in by the importers that staff use."""

import os
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dashboards.alerts.scanning import scan
from dashboards.curves.services import forecast_all
from fixtures import desk, photos
from fixtures.build import DEFAULT_PROJECTS
from fixtures.days import city_today
from fixtures.files import write
from geodata.audit import acting
from geodata.quality.services import examine_all
from geodata.stewards.models import User
from geodata.stewards.services import ensure_account
from geodata.summary.services import refresh_statistics
from geodata.tiles.services import assign_tile_zooms
from portal.accounts.demo import ACCOUNTS, DemoAccount
from portal.workbench.desk.deadlines import tell_everybody

# which importer takes which file, by the start of its name
IMPORTERS = (
    ("regions", "import_regions"),
    ("base", "import_base"),
    ("projects", "import_projects"),
    ("project_", "import_projects"),
    ("progress", "import_progress"),
    ("budget", "import_budget"),
    ("contracts", "import_contracts"),
    ("treasury", "import_disbursements"),
    ("hotline", "import_complaints"),
)

WEEKS_OF_LIGHTS = 4


def _pairs(people: list[User]) -> list[tuple[DemoAccount, User]]:
    """The last first, so that of two people of a unit the first stays in a mapping."""
    return list(reversed(list(zip(ACCOUNTS, people, strict=True))))


class Command(BaseCommand):
    help = "Make the demo city for today, load its files through the importers, and make the demo accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", help="the city's today, YYYY-MM-DD (default: last Monday, or ONEMAP_TODAY)")
        parser.add_argument("--projects", type=int, default=DEFAULT_PROJECTS)
        parser.add_argument("--folder", type=Path, default=settings.VAR_DIR / "demo")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("ONEMAP_DEMO=0 时不导入示例城市")
        today = city_today(options["today"] or os.environ.get("ONEMAP_TODAY"))
        self.stdout.write(f"生成示例城市（截至 {today}）")
        paths = write(today, options["folder"], options["projects"])
        call_command("load_reference", stdout=self.stdout)
        for path in paths:
            self._take_in(path)
        with acting(user_id=None, reason="load_demo"):
            people = [self._person(account) for account in ACCOUNTS]
            clerks = {account.unit: person for account, person in _pairs(people) if account.unit}
            headquarters = next(person for person in people if person.username == "hq")
            assign_tile_zooms()
            self.stdout.write(f"示例照片 {photos.load(today, clerks, headquarters)} 张")
            self.stdout.write(f"示例在办事项 {desk.load(today, {person.username: person for person in people})} 件")
            tell_everybody(today=today, now=desk.morning(today))
        refresh_statistics()
        examined = examine_all(today=today, now=timezone.now())
        self.stdout.write(f"图形质量检查 {examined.projects} 个项目，发现 {examined.found} 项")
        with acting(user_id=None, reason="load_demo"):
            self._scan(today)
        forecast = forecast_all(today=today, now=timezone.now())
        self.stdout.write(f"进度与年末预测 {forecast.forecasts} 条")
        call_command("reconcile", stdout=self.stdout, stderr=self.stderr)

    def _scan(self, today: date) -> None:
        """A month of Mondays, as if the rules had been on: so that lights have a week before and warnings a history."""
        for weeks in range(WEEKS_OF_LIGHTS, -1, -1):
            day = today - timedelta(weeks=weeks)
            run = scan(day=day, today=today, now=desk.morning(day))
        self.stdout.write(
            f"预警扫描：红灯 {run.red} 个，黄灯 {run.yellow} 个，无数据 {run.grey} 个，绿灯 {run.green} 个"
        )

    def _person(self, account: DemoAccount) -> User:
        return ensure_account(
            username=account.username,
            display_name=account.display_name,
            password=account.password,
            role=account.role,
            unit_code=account.unit,
            is_demo=True,
        )

    def _take_in(self, path: Path) -> None:
        command = next(name for start, name in IMPORTERS if path.name.startswith(start))
        self.stdout.write(f"{command} {path.name}")
        try:
            call_command(command, str(path), "--skip-refused", stdout=self.stdout, stderr=self.stderr)
        except SystemExit as end:
            if end.code != 3:  # 3: the good rows are in; the demo holds a few bad ones on purpose
                raise CommandError(f"{path.name} 未能导入，退出码 {end.code}") from end
