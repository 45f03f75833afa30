from django.apps import AppConfig


class CoalitionsConfig(AppConfig):
    """The coalitions that we convene or belong to."""

    name = "coalitions"
