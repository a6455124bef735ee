from django.apps import AppConfig


class ThresholdsConfig(AppConfig):
    name = "geodata.thresholds"
    label = "thresholds"
