"""Which models live in which database."""

from typing import Any

from django.db.models import Model

PUBLIC_APPS = frozenset({"public"})


class PublicDatabaseRouter:
    """Published tables are written through `publisher` and read through `public`; all else is the record's.

    Migrations of the published tables run on `publisher` only, those of the record on `default` only.
    """

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return "public" if model._meta.app_label in PUBLIC_APPS else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return "publisher" if model._meta.app_label in PUBLIC_APPS else None

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool | None:
        return (first._meta.app_label in PUBLIC_APPS) == (second._meta.app_label in PUBLIC_APPS)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        if db == "public":
            return False
        return (app_label in PUBLIC_APPS) == (db == "publisher")
