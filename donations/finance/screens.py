"""The page of the month, and the panel on the dashboard."""

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from . import month as months


def month_view(request):
    """GET gifts/month/?month=2026-11: totals, a plot, what needs a person."""
    if not request.user.has_perm("donations.view_gift"):
        raise PermissionDenied
    month = months.read_month(request.GET.get("month"))
    present = months.this_month()
    tables = months.tables(month)
    context = {
        "month": month,
        "name": date_format(month.first, "F Y"),
        "tables": tables,
        "plots": [months.plot(month, currency) for currency, *_rows in tables],
        "needs": [row for row in months.needs() if row[1]],
        "previous": str(month.previous),
        "next": str(month.next) if (month.year, month.number) < (present.year, present.number) else "",
        "export": f"{reverse('donations_entry_modeladmin_index')}?occurred_at_from={month.first}"
        f"&occurred_at_to={month.last}",
    }
    return TemplateResponse(request, "donations/finance/month.html", context)


class MonthItem(MenuItem):
    """For those who may see gifts."""

    def is_shown(self, request):
        return request.user.has_perm("donations.view_gift")


def month_item():
    """The menu's way to the page of the month, above the lists."""
    return MonthItem(
        _("The month in gifts"), reverse("finance_month"), name="gifts-month", icon_name="table", order=239
    )


class Waiting(Component):
    """On the dashboard: how much waits for a person."""

    order = 60
    template_name = "donations/finance/waiting.html"

    def get_context_data(self, parent_context):
        return {"needs": [row for row in months.needs() if row[1]]}


def waiting_panel(request, panels):
    """For the hook construct_homepage_panels."""
    if request.user.has_perm("donations.view_gift"):
        panels.append(Waiting())


urls = [path("gifts/month/", month_view, name="finance_month")]
