from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every page shares."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from wagtail.models import ReferenceIndex

        from . import audit_signals, checks, clearances, compare, publishing, redirects, signals, workflows  # noqa: F401
        from .doors import signals as door_signals  # noqa: F401
        from .drafting import keep_drafts
        from .models import Facts, Wording

        keep_drafts()
        for model in (Facts, Wording):  # Wagtail notes what pages and snippets refer to, and leaves out settings
            ReferenceIndex.register_model(model)
