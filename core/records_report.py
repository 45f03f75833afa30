"""`Reports` → `Record`: what people did, with filters, and an export of chosen columns that no spreadsheet executes."""

import csv

import django_filters
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets import Button
from wagtail.log_actions import registry

from .audit import ACTIONS
from .models import Record

COLUMNS = ["at", "person", "action", "model", "object_id", "detail"]  # what may leave; a new field does not by itself
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def label_of(action):
    """What an action is called."""
    formatter = registry.get_formatter(type("entry", (), {"action": action}))
    return ACTIONS.get(action) or (formatter.label if formatter else action)


def kind_of(row):
    """What the model of a record is called, as in the rest of the admin; its own name where it is no more."""
    try:
        return capfirst(apps.get_model(row.model)._meta.verbose_name)
    except (LookupError, ValueError):
        return row.model


def in_words(row):
    """A record's detail as people read it: “phone: 116 → 1195”."""
    between = " → " if row.action in ("setting.changed", "account.changed") else ", "

    def words(value, between):
        if isinstance(value, list):
            return between.join(words(item, ", ") for item in value) or "–"
        return "–" if value in (None, "") else str(value)

    return "; ".join(f"{name}: {words(value, between)}" for name, value in row.detail.items())


def actions():
    """(action, label) of every action that was ever recorded."""
    used = Record.objects.order_by("action").values_list("action", flat=True).distinct()
    return [(action, label_of(action)) for action in used]


class RecordFilters(WagtailFilterSet):
    at = django_filters.DateFromToRangeFilter(label=_("when"), widget=DateRangePickerWidget)
    person = django_filters.CharFilter(label=_("who"), lookup_expr="icontains")
    action = django_filters.ChoiceFilter(label=_("what"), choices=actions)
    model = django_filters.CharFilter(label=_("type"), lookup_expr="icontains")

    class Meta:
        model = Record
        fields = ["at", "person", "action", "model"]


def cell(value):
    """A value as the text of a CSV cell; a text that a spreadsheet would compute is marked as a text."""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


# In what Wagtail's own reports export too: whoever writes a draft gives it its title. Its XLSX knows texts as such.
SpreadsheetExportMixin.custom_value_preprocess[str] = {SpreadsheetExportMixin.FORMAT_CSV: cell}


class RecordView(ReportView):
    """The report. Who may see it: administrators and approvers."""

    page_title = _("Record")
    header_icon = "history"
    index_url_name = "record"
    index_results_url_name = "record_results"
    default_ordering = "-at"
    filterset_class = RecordFilters
    model = Record
    columns = [
        DateColumn("at", label=capfirst(_("when"))),
        Column("person", label=capfirst(_("who"))),
        Column("action", label=capfirst(_("what")), accessor=lambda row: label_of(row.action)),
        Column("model", label=capfirst(_("type")), accessor=kind_of),
        Column("object_id", label=capfirst(_("number"))),
        Column("detail", label=capfirst(_("detail")), accessor=in_words),
    ]

    @cached_property
    def header_more_buttons(self):
        address = self.get_export_url("csv")
        return [*super().header_more_buttons, Button(_("Download CSV"), address, icon_name="download", priority=100)]

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("core.view_record"):
            raise PermissionDenied
        if request.GET.get("export") == "csv":
            return self.export(request)
        return super().dispatch(request, *args, **kwargs)

    def export(self, request):
        """The filtered rows as CSV, a row at a time."""
        rows = RecordFilters(request.GET, queryset=Record.objects.all(), request=request).qs

        class Echo:
            write = staticmethod(lambda line: line)

        writer = csv.writer(Echo())
        lines = ([cell(getattr(row, name)) for name in COLUMNS] for row in rows.iterator(500))
        response = StreamingHttpResponse(
            (writer.writerow(line) for line in [COLUMNS, *lines]), content_type="text/csv; charset=utf-8"
        )
        response.headers["Content-Disposition"] = 'attachment; filename="record.csv"'
        return response
