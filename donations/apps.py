from django.apps import AppConfig
from django.db.models.signals import post_save


class DonationsConfig(AppConfig):
    """Donation forms, the ledger of gifts, and those through whom the money comes."""

    name = "donations"

    def ready(self):
        from core.signals import note_that_an_editor_changed_something_without_revisions

        from . import checks, timed  # noqa: F401
        from .models import Fund

        # A fund has no revisions: that an editor changed a loaded one is seen here.
        post_save.connect(note_that_an_editor_changed_something_without_revisions, sender=Fund)
        from .finance import timed as finance_timed  # noqa: F401
