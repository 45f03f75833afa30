from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every page shares."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import audit_signals, checks, clearances, compare, publishing, redirects, signals, workflows  # noqa: F401
        from .doors import signals as door_signals  # noqa: F401
        from .drafting import keep_drafts

        keep_drafts()
