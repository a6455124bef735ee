"""./manage.py seed_demo --projects 100000: a very large demo city for measuring, straight into the tables."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from fixtures import mapfiles
from fixtures.days import city_today
from fixtures.seeding import seed
from geodata.audit import acting
from geodata.projects.models import Project
from geodata.summary.services import refresh_statistics
from geodata.tiles.services import assign_tile_zooms


class Command(BaseCommand):
    help = "Fill an empty database with a demo city of any size. Exit 0 only if all of it is in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--projects", type=int, required=True)
        parser.add_argument("--today", help="the city's today, YYYY-MM-DD (default: last Monday, or ONEMAP_TODAY)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("ONEMAP_DEMO=0 时不写入示例数据")
        if Project.objects.exists():
            raise CommandError("数据库中已有项目，示例数据只能写入空库")
        today = city_today(options["today"] or os.environ.get("ONEMAP_TODAY"))
        started = time.monotonic()
        self._lay_out(today)
        with acting(user_id=None, reason="seed_demo"):
            written = seed(today=today, count=options["projects"], told=lambda done: self._tell(done, started))
            assign_tile_zooms()
        refresh_statistics()
        self.stdout.write(
            f"已写入 {options['projects']} 个项目、{written} 行，用时 {time.monotonic() - started:.0f} 秒"
        )

    def _lay_out(self, today: Any) -> None:
        folder = settings.VAR_DIR / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        call_command("load_reference", stdout=self.stdout)
        for command, path in (
            ("import_regions", mapfiles.regions(folder / "regions.geojson", today)),
            ("import_base", mapfiles.base_layer(folder / "base.geojson")),
        ):
            call_command(command, str(path), stdout=self.stdout, stderr=self.stderr)

    def _tell(self, done: int, started: float) -> None:
        self.stdout.write(f"已写入 {done} 个项目（{time.monotonic() - started:.0f} 秒）")
