from django.apps import AppConfig


class ConflictsConfig(AppConfig):
    name = "dashboards.conflicts"
    label = "conflicts"
