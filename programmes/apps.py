from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """Programmes, service areas and strategic plans."""

    name = "programmes"
