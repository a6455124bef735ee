from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "geodata.progress"
    label = "progress"
