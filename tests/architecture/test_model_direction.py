"""No foreign key points upward, neither between packages nor between nouns; import-linter cannot see string keys."""

from django.apps import apps

ORDER = [
    "contenttypes",
    "auth",
    "pghistory",
    "regions",
    "organisations",
    "stewards",
    "thresholds",
    "workdays",
    "notices",
    "projects",
    "progress",
    "visits",
    "funding",
    "complaints",
    "summary",
    "quality",
    "tiles",
    "exchange",
    "indicators",
    "choropleths",
    "bottlenecks",
    "conflicts",
    "curves",
    "alerts",
    "cockpit",
    "public",
    "opendata",
    "accounts",
    "publication",
    "workbench",
    "administration",
    "dashboard",
    "portal",
]

FIRST_OF_OURS = ORDER.index("regions")


def test_foreign_keys_point_downward_only() -> None:
    upward = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in ORDER[FIRST_OF_OURS:]:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not getattr(field, "concrete", False) or not target or isinstance(target, str):
                continue
            above = target._meta.app_label
            if above in ORDER and ORDER.index(above) > ORDER.index(label):
                upward.append(f"{model.__name__}.{field.name} → {above}")
    assert upward == []


def test_every_app_of_ours_is_in_the_order() -> None:
    ours = {c.label for c in apps.get_app_configs() if c.name.split(".")[0] in {"geodata", "dashboards", "portal"}}
    assert ours <= set(ORDER)
