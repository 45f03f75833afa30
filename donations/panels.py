"""What the editor of a donation form shows beside its fields: what is missing, and where the form can be reached."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel


class ReadinessPanel(Panel):
    """What stands in the way of giving with this form, and whether it is a test."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "donations/panel_readiness.html"

        def get_context_data(self, parent_context=None):
            from .readiness import is_test, problems_of

            found = problems_of(self.instance) if self.instance.pk else []
            return {**super().get_context_data(parent_context), "problems": found, "test": is_test()}


class AddressesPanel(Panel):
    """The form's address, its QR code, and the line of HTML for partners."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("heading", _("Links, QR code, partners"))
        super().__init__(*args, **kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "donations/panel_addresses.html"

        def is_shown(self):
            return bool(super().is_shown() and self.instance.pk and self.instance.code)

        def get_context_data(self, parent_context=None):
            from .reach import reach

            files = {kind: reverse("giving_qr", args=[self.instance.pk, kind]) for kind in ("svg", "png")}
            return {**super().get_context_data(parent_context), **files, "reach": reach(self.instance)}
