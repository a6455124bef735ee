from django.apps import AppConfig


class TilesConfig(AppConfig):
    name = "geodata.tiles"
    label = "tiles"
