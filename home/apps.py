from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The home page, plain pages and the contact page."""

    name = "home"
