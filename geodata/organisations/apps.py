from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "geodata.organisations"
    label = "organisations"
