from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Where editors work: dashboard, reviewing, showing drafts, translating, the handbook, and what keeps it safe."""

    name = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import due, keeping, starts  # noqa: F401
