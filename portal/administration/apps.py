from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "portal.administration"
    label = "administration"
