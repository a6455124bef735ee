from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "geodata.funding"
    label = "funding"
