"""The panel “Before you publish” of every page and draftable snippet."""

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

UNSAVED = 0  # the number in the address of what has none yet: the script writes the one that the first save gives


def address_of(instance):
    """The address (str) of an instance's checks (core.rule_screens)."""
    return reverse("checks", args=[ContentType.objects.get_for_model(type(instance)).pk, instance.pk or UNSAVED])


class BeforePublishingPanel(Panel):
    """Shows what blocks and what warns, in the words as they were last saved; the script keeps it up to date."""

    def __init__(self, **kwargs):
        kwargs.setdefault("heading", _("Before you publish"))
        super().__init__(**kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "core/before_publishing_panel.html"

        def get_context_data(self, parent_context=None):
            return {**super().get_context_data(parent_context), "address": address_of(self.instance)}
