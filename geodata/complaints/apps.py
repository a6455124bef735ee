from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "geodata.complaints"
    label = "complaints"
