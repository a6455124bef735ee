from django.apps import AppConfig


class SummaryConfig(AppConfig):
    name = "geodata.summary"
    label = "summary"
