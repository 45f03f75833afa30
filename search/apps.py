from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The search page."""

    name = "search"
    label = "site_search"
