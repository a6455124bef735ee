from django.apps import AppConfig


class ChoroplethsConfig(AppConfig):
    name = "dashboards.choropleths"
    label = "choropleths"
