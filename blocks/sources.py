"""Where facts come from: a list that news, coalitions and publications share."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class SourceNameBlock(blocks.CharBlock):
    """Names of sources are not translated."""

    def get_translatable_segments(self, value):
        return []

    def restore_translated_segments(self, value, segments):
        return value


class SourceBlock(blocks.StructBlock):
    name = SourceNameBlock(label=_("Name"), max_length=200)
    url = blocks.URLBlock(label=_("Address"), required=False)
    date = blocks.CharBlock(label=_("Date"), required=False, max_length=40)

    class Meta:
        icon = "link-external"
        label = _("Source")


SOURCES = [("source", SourceBlock())]
