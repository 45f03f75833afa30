from django.apps import AppConfig


class BlocksConfig(AppConfig):
    """Every StreamField block, a file per family."""

    name = "blocks"
