"""What a model declares of its table stands in the database: a migration may drop more than it says."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connections, models, router


@pytest.mark.django_db(databases=["default", "publisher"])
@pytest.mark.parametrize(
    "model", [one for one in apps.get_models() if one._meta.managed], ids=lambda one: one._meta.label_lower
)
def test_every_declared_constraint_and_index_stands_in_the_database(model: type[models.Model]) -> None:
    declared = {one.name for one in (*model._meta.constraints, *model._meta.indexes)}
    at = connections[next(one for one in ("default", "publisher") if router.allow_migrate_model(one, model))]
    with at.cursor() as cursor:
        standing = set(at.introspection.get_constraints(cursor, model._meta.db_table))
    assert declared - standing == set()
