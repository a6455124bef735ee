from django.apps import AppConfig


class BottlenecksConfig(AppConfig):
    name = "dashboards.bottlenecks"
    label = "bottlenecks"
