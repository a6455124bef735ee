from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "geodata.regions"
    label = "regions"
