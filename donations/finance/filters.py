"""Filters above finance's lists: from and to a day in Nairobi, what needs a person, real or test."""

import datetime

from django.contrib.admin import ListFilter, SimpleListFilter
from django.utils.translation import gettext_lazy as _

from ..alarms import hanging
from ..letters import unsent
from ..models import Fund
from ..receipts import NAIROBI


def start_of(day):
    """The first moment (aware datetime) of a day (date) as the books have it."""
    return datetime.datetime.combine(day, datetime.time.min, NAIROBI)


def read_day(text):
    """The date in 2026-11-26, or None; also for one that has no day before or after it."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if datetime.date.min < day < datetime.date.max else None


def days(field, title):
    """A ListFilter class for a date-time field: from one day to another, both included, in Nairobi's time."""

    class Days(ListFilter):
        template = "donations/finance/filter_days.html"

        def __init__(self, request, params, model, model_admin):
            self.title = title
            super().__init__(request, params, model, model_admin)
            self.typed = {}
            for name in self.expected_parameters():
                value = params.pop(name, None)
                self.typed[name] = (value[-1] if isinstance(value, list) else value) or ""

        def expected_parameters(self):
            return [f"{field}_from", f"{field}_to"]

        def has_output(self):
            return True

        def queryset(self, request, queryset):
            first, last = (read_day(self.typed[name]) for name in self.expected_parameters())
            if first:
                queryset = queryset.filter(**{f"{field}__gte": start_of(first)})
            if last:
                queryset = queryset.filter(**{f"{field}__lt": start_of(last + datetime.timedelta(days=1))})
            return queryset

        def choices(self, view):
            """What the template needs: the two days, and the other filters to be kept."""
            names = self.expected_parameters()
            others = {key: value for key, value in view.params.items() if key not in names}
            yield {
                "first": (names[0], self.typed[names[0]]),
                "last": (names[1], self.typed[names[1]]),
                "others": others.items(),
                "without": view.get_query_string(remove=names),
                "any": any(self.typed.values()),
            }

    return Days


def funds(path):
    """A ListFilter class for the fund at `path` (Django's own for relations wants its admin installed)."""

    class Funds(SimpleListFilter):
        title = _("fund")
        parameter_name = "fund"

        def lookups(self, request, model_admin):
            return list(Fund.objects.values_list("code", "name"))

        def queryset(self, request, queryset):
            return queryset.filter(**{f"{path}__code": self.value()}) if self.value() else queryset

    return Funds


class Needs(SimpleListFilter):
    """What a person must look at, by the same rule as the mails to finance."""

    title = _("needs a person")
    parameter_name = "needs"

    def lookups(self, request, model_admin):
        return [("yes", _("yes"))]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        found = next(rows for rows in [*hanging().values(), unsent()] if rows.model is queryset.model)
        return queryset.filter(pk__in=found.values("pk"))


class RealMoney(SimpleListFilter):
    """Test gifts are no money."""

    title = _("real money")
    parameter_name = "real"

    def lookups(self, request, model_admin):
        return [("yes", _("yes")), ("no", _("test"))]

    def queryset(self, request, queryset):
        return queryset if self.value() is None else queryset.filter(livemode=self.value() == "yes")


class Void(SimpleListFilter):
    """Receipts that no longer stand for a gift."""

    title = _("void")
    parameter_name = "void"

    def lookups(self, request, model_admin):
        return [("no", _("valid")), ("yes", _("void"))]

    def queryset(self, request, queryset):
        return queryset if self.value() is None else queryset.filter(voided_at__isnull=self.value() == "no")
