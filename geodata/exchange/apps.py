from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "geodata.exchange"
    label = "exchange"
