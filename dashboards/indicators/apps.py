from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "dashboards.indicators"
    label = "indicators"
