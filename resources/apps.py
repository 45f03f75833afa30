from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    """Publications."""

    name = "resources"
