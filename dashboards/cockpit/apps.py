from django.apps import AppConfig


class CockpitConfig(AppConfig):
    name = "dashboards.cockpit"
    label = "cockpit"
