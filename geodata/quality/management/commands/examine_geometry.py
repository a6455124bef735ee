"""Compares the shapes of projects with their units and with each other, for the quality report."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from geodata.errors import Busy
from geodata.quality.services import examine_all, examine_changed


class Command(BaseCommand):
    help = "检查项目图形的质量（超出属地、不合规、重复、重叠）；--changed 只检查上次之后变动的"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--changed", action="store_true", help="只检查上次检查之后有变动的项目")

    def handle(self, *args: Any, **options: Any) -> None:
        examine = examine_changed if options["changed"] else examine_all
        try:
            result = examine(today=timezone.localdate(), now=timezone.now())
        except Busy as busy:
            raise CommandError(busy.message, returncode=1) from busy
        self.stdout.write(f"已检查 {result.projects} 个项目：新发现 {result.found} 项，消除 {result.gone} 项")
