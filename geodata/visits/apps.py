from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "geodata.visits"
    label = "visits"
