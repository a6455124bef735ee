from django.apps import AppConfig


class StewardsConfig(AppConfig):
    name = "geodata.stewards"
    label = "stewards"
