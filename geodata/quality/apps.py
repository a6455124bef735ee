from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "geodata.quality"
    label = "quality"
