from django.apps import AppConfig


class NewsConfig(AppConfig):
    """Statements, stories, reports, vacancies and tenders."""

    name = "news"
