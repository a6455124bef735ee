from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "geodata.notices"
    label = "notices"
