from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "portal.publication"
    label = "publication"
