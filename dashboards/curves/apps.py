from django.apps import AppConfig


class CurvesConfig(AppConfig):
    name = "dashboards.curves"
    label = "curves"
