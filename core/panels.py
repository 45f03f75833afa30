"""Panels that all editors' forms share."""

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel


class ListedPagePanel(FieldPanel):
    """A page of a type of which there are few: chosen in one press from a list of those in the page's language."""

    def __init__(self, field_name, **kwargs):
        super().__init__(field_name, **{"widget": forms.Select, **kwargs})

    class BoundPanel(FieldPanel.BoundPanel):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            if self.form is not None and self.instance.locale_id:
                field = self.form.fields[self.field_name]
                field.queryset = field.queryset.filter(locale=self.instance.locale_id).order_by("path")


class HandbookPanel(HelpPanel):
    """A link to the page of the handbook on what is edited here, above the form.

    Args:
        chapter: the name of a file in docs/handbook/, without its ending (a test looks whether it is there).
    """

    def __init__(self, chapter, **kwargs):
        super().__init__(**{**kwargs, "content": kwargs.get("content", "")})
        self.chapter = chapter

    def clone_kwargs(self):
        return {**super().clone_kwargs(), "chapter": self.chapter}

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            address = reverse("desk:handbook_page", args=[self.panel.chapter])
            words = _("How this is done, in the handbook")
            self.content = format_html('<p><a href="{}" target="_blank">{}</a></p>', address, words)
