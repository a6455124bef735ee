"""./manage.py create_administrator: the first system and security administrators, who open all other accounts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from geodata.audit import acting
from geodata.errors import DomainError
from geodata.stewards.roles import ADMINISTRATORS
from geodata.stewards.services import create_administrator


class Command(BaseCommand):
    help = "Open an account for one of the three administrators and print its temporary password, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=sorted(ADMINISTRATORS))
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument("--staff-no", default="", help="number in the personnel register")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with acting(user_id=None, reason="create_administrator"):
                user, password = create_administrator(
                    username=options["username"],
                    display_name=options["name"],
                    staff_no=options["staff_no"],
                    role=options["role"],
                )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"已开通 {user.username}（{user}），临时口令 {password} 只显示这一次，首次登录须更换")
