"""Figures and tables: never without period, definition and source."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail_localize.segments import StringSegmentValue

from .base import RichTextBlock, SectionBlock, rich

PERIOD_HELP = _("From when to when, for example 1 January to 10 December 2025.")
DEFINITION_HELP = _("What is counted, and by whom.")


class FigureBlock(blocks.StructBlock):
    """One number with everything that a reader needs in order to quote it."""

    value = blocks.CharBlock(label=_("Number"), max_length=20)
    unit = blocks.CharBlock(label=_("What is counted"), max_length=120)
    period = blocks.CharBlock(label=_("Period"), max_length=120, help_text=PERIOD_HELP)
    definition = blocks.TextBlock(label=_("Definition"), rows=2, help_text=DEFINITION_HELP)
    source_name = blocks.CharBlock(label=_("Source"), max_length=160)
    source_url = blocks.URLBlock(label=_("Address of the source"), required=False)


class FiguresBlock(SectionBlock):
    """Numbers, each with period, definition and source."""

    intro = RichTextBlock(label=_("Introduction"), required=False)
    items = blocks.ListBlock(FigureBlock(), label=_("Figures"))

    class Meta:
        icon = "order"
        label = _("Figures")
        group = _("Evidence")
        description = _("Numbers, each with its period, definition and source. None of these may be missing.")
        template = "blocks/figures.html"
        preview_value = {
            "heading": "In figures",
            "intro": rich(""),
            "items": [
                {
                    "value": "18",
                    "unit": "deaths in custody",
                    "period": "1 January to 10 December 2025",
                    "definition": "Deaths in police custody that IMLU documented.",
                    "source_name": "IMLU, state of human rights 2025",
                    "source_url": "",
                }
            ],
        }

    def get_context(self, value, parent_context=None):
        return {**super().get_context(value, parent_context), "figures": value.get("items")}


class TranslatableTableBlock(TypedTableBlock):
    """Wagtail's table, which wagtail-localize does not know: its words are segments by place (columns.0, rows.1.0)."""

    text = blocks.CharBlock(label=_("Words"), required=False)
    number = blocks.CharBlock(label=_("Number"), required=False, help_text=_("Left empty, “no figure” is shown."))

    def get_translatable_segments(self, value):
        segments = [StringSegmentValue("caption", value.caption or "")]
        for place, column in enumerate(value.columns):
            segments.append(StringSegmentValue(f"columns.{place}", column["heading"]))
        for row_place, row in enumerate(value.row_data):
            for place, cell in enumerate(row["values"]):
                if cell and value.columns[place]["block"].name == "text":
                    segments.append(StringSegmentValue(f"rows.{row_place}.{place}", cell))
        return [segment for segment in segments if not segment.is_empty()]

    def restore_translated_segments(self, value, segments):
        for segment in segments:
            part, *place = segment.path.split(".")
            text = segment.render_text()
            if part == "caption":
                value.caption = text
            elif part == "columns":
                value.columns[int(place[0])]["heading"] = text
            else:
                value.row_data[int(place[0])]["values"][int(place[1])] = text
        return value


class TableBlock(SectionBlock):
    """A table of figures."""

    intro = RichTextBlock(label=_("Introduction"), required=False)
    table = TranslatableTableBlock(label=_("Table"))
    period = blocks.CharBlock(label=_("Period"), max_length=160, help_text=PERIOD_HELP)
    definition = blocks.TextBlock(label=_("Definition"), rows=2, help_text=DEFINITION_HELP)
    source_name = blocks.CharBlock(label=_("Source"), max_length=255)
    source_url = blocks.URLBlock(label=_("Address of the source"), required=False)
    note = blocks.TextBlock(label=_("Note"), required=False, rows=2)

    class Meta:
        icon = "table"
        label = _("Table")
        group = _("Evidence")
        description = _("A table with caption, period, definition and source.")
        template = "blocks/table.html"
        preview_value = {
            "heading": "Deaths by year",
            "intro": rich(""),
            "table": {
                "caption": "People killed by police",
                "columns": [{"type": "text", "heading": "Year"}, {"type": "number", "heading": "Killed"}],
                "rows": [{"values": ["2014", "199"]}, {"values": ["2015", "126"]}],
            },
            "period": "Calendar years",
            "definition": "Killings by police that IMLU documented.",
            "source_name": "IMLU",
            "source_url": "",
            "note": "",
        }
