from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    name = "geodata.workdays"
    label = "workdays"
