"""Finance's lists in the admin. All of it is looked at; what may be done are actions (donations.finance.actions)."""

import re

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.helpers import ButtonHelper
from wagtail_modeladmin.options import ModelAdmin, ModelAdminGroup
from wagtail_modeladmin.views import InspectView

from core.modeladmin import FilteredIndexView, ReadOnly

from ..ledger import left_of, refundable
from ..models import Entry, Event, Gift, Letter, Payment, Receipt, Refund
from ..money import Money, NotMoney, read_amount
from ..receipts import local
from ..references import read_reference
from . import actions, export, ledger_export
from .filters import Needs, RealMoney, Void, days, funds
from .spreadsheet import CONTENT_TYPES, FORMATS
from .story import story_of

TIME = "%Y-%m-%d %H:%M"


class Seen(ReadOnly):
    """To see a list one needs the right to view its model; other rights on it (those with verbs) do not open it."""

    def user_can_list(self, user):
        return self.user_has_specific_permission(user, self.get_perm_codename("view"))

    def user_can_inspect_obj(self, user, obj):
        return self.inspect_view_enabled and self.user_can_list(user)


class Search:
    """Finds by our reference, by the provider's number, or by an amount, as people type them."""

    def __init__(self, search_fields):
        self.search_fields = search_fields

    @property
    def show_search_form(self):
        return bool(self.search_fields)

    def search_queryset(self, queryset, search_term, preserve_order=False, **kwargs):
        typed = search_term.replace("\x00", "").strip()[:100]
        if not typed:
            return queryset
        fields = dict(self.search_fields)
        found = Q(pk__in=[])
        for field in fields.get("reference", []):
            found |= Q(**{field: read_reference(typed) or typed.upper()})
        for field in fields.get("number", []):
            found |= Q(**{f"{field}__iexact": typed})
        for field in fields.get("number_within", []):
            found |= Q(**{f"{field}__icontains": typed})
        amount = amount_in(typed)
        for field in fields.get("amount", []):
            found |= Q(**{f"{field}__in": [amount, -amount]}) if amount else Q(pk__in=[])
        numbers = queryset.model._default_manager.filter(found).values("pk")  # a join would show a row twice
        return queryset.filter(pk__in=numbers)


def amount_in(typed):
    """The minor units (int) in what somebody searched for (“1,200”, “KES 10.50”), or None."""
    try:
        return read_amount(re.sub(r"^[A-Za-z]{3}\s*", "", typed), "KES").amount
    except NotMoney:
        return None


class Lists(FilteredIndexView):
    """A list whose export is ours: chosen columns, streamed, with a right of its own, and recorded."""

    def as_spreadsheet(self, queryset, spreadsheet_format):
        table = self.model_admin.exported
        if table is None:
            raise Http404
        if not self.request.user.has_perm("donations.export_gift"):
            raise PermissionDenied
        pieces = FORMATS[spreadsheet_format](table.heading(), table.rows(queryset))
        response = StreamingHttpResponse(pieces, content_type=CONTENT_TYPES[spreadsheet_format])
        name = f"{self.opts.model_name}s-{local(timezone.now()):%Y-%m-%d}.{spreadsheet_format}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        # For the record (core.approval_screens); not what was searched for.
        chosen = {key: value for key, value in self.params.items() if key != self.SEARCH_VAR}
        response.exported = {"format": spreadsheet_format, "chosen": chosen}
        return response

    def get_context_data(self, **kwargs):
        may = self.model_admin.exported and self.request.user.has_perm("donations.export_gift")
        query = self.get_query_string()
        links = (
            [(form.upper(), f"{query}{'&' if query != '?' else ''}export={form}") for form in FORMATS] if may else []
        )
        return super().get_context_data(exports=links, buttons_above=self.buttons_above(), **kwargs)

    def buttons_above(self):
        """Links (label, address) above the list."""
        return self.model_admin.buttons_above(self.request.user)


class Inspected(InspectView):
    """One record, with the actions that this person may do to it now."""

    def get_dict_for_field(self, field_name):
        column = getattr(self.model_admin, field_name, None)
        if column is None:
            return super().get_dict_for_field(field_name)
        return {"label": column.short_description, "value": column(self.instance)}

    def get_context_data(self, **kwargs):
        todo = actions.for_object(self.instance, self.request.user)
        return super().get_context_data(actions=todo, **self.model_admin.more(self.instance, self.request), **kwargs)


class Kept(ModelAdmin):
    """What all of finance's lists share."""

    permission_helper_class = Seen
    button_helper_class = ButtonHelper
    search_handler_class = Search
    index_view_class = Lists
    inspect_view_class = Inspected
    inspect_view_enabled = True
    history_view_enabled = False
    index_template_name = "donations/finance/list.html"
    inspect_template_name = "donations/finance/inspect.html"
    list_per_page = 50
    exported = None

    def get_search_fields(self, request):
        return self.search_fields

    def buttons_above(self, user):
        return []

    def more(self, instance, request):
        """Further context (dict) for the template of one record."""
        return {}

    # Columns that several lists have.
    def money(self, obj):
        return str(Money(obj.amount, obj.currency)) + ("" if getattr(obj, "livemode", True) else " (test)")

    money.short_description = _("amount")
    money.admin_order_field = "amount"

    def happened(self, obj):
        return local(obj.occurred_at).strftime(TIME)

    happened.short_description = _("happened")
    happened.admin_order_field = "occurred_at"

    def gift_reference(self, obj):
        return obj.gift.reference if obj.gift else ""

    gift_reference.short_description = _("gift")


class GiftAdmin(Kept):
    model = Gift
    menu_icon = "thumbtack"
    list_display = ["reference", "begun", "money", "method", "fund", "state", "receipt_number"]
    list_filter = [days("created_at", _("begun")), Needs, "state", "method", funds("fund"), "currency", RealMoney]
    list_select_related = ["fund", "receipt"]
    search_fields = [
        ("reference", ["reference"]),
        ("number", ["payments__number", "attempts__provider_id", "refunds__provider_id"]),
        ("amount", ["amount"]),
    ]
    inspect_template_name = "donations/finance/inspect_gift.html"
    inspect_view_fields = ["reference", "begun", "money", "method", "fund", "state", "form", "partner", "language"]
    exported = export

    def begun(self, obj):
        return local(obj.created_at).strftime(TIME)

    begun.short_description = _("begun")
    begun.admin_order_field = "created_at"

    def receipt_number(self, obj):
        return str(getattr(obj, "receipt", ""))

    receipt_number.short_description = _("receipt")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("name", "email", "dedicated_to")

    def buttons_above(self, user):
        buttons = {
            "donations.enter_payment": (_("Enter a gift that came by hand"), reverse("finance_enter_gift")),
            "donations.erase_donor": (_("Forget a donor"), reverse("finance_forget_by_email")),
        }
        return [button for permission, button in buttons.items() if user.has_perm(permission)]

    def more(self, instance, request):
        unit = instance.currency
        paid = {kind: sum(e.amount for e in instance.entries.all() if e.kind == kind) for kind in Entry.Kind.values}
        return {
            "sums": [(Entry.Kind(kind).label, str(Money(amount, unit))) for kind, amount in paid.items() if amount],
            "left": str(Money(left_of(instance), unit)),
            "refundable": str(Money(refundable(instance), unit)),
            "story": story_of(instance),
        }


class PaymentAdmin(Kept):
    model = Payment
    menu_icon = "download"
    list_display = ["number", "happened", "money", "provider", "state", "gift_reference", "typed"]
    list_filter = [days("occurred_at", _("happened")), Needs, "state", "provider", "currency", RealMoney]
    list_select_related = ["gift"]
    search_fields = [("reference", ["gift__reference"]), ("number", ["number"]), ("number_within", ["typed"]),
                     ("amount", ["amount"])]  # fmt: skip
    inspect_view_fields = ["number", "provider", "happened", "money", "state", "proof", "typed", "gift",
                           "entered_by", "confirmed_by", "note"]  # fmt: skip


class EntryAdmin(Kept):
    model = Entry
    menu_icon = "list-ol"
    menu_label = _("Ledger")
    list_display = ["reference", "happened", "kind", "money", "provider", "gift_reference", "reason"]
    list_filter = [days("occurred_at", _("happened")), "kind", funds("gift__fund"), "gift__method", "provider",
                   "currency", RealMoney]  # fmt: skip
    list_select_related = ["gift"]
    search_fields = [("reference", ["gift__reference"]), ("number_within", ["reference"]), ("amount", ["amount"])]
    inspect_view_fields = ["reference", "kind", "gift", "money", "provider", "happened", "recorded_at", "reason",
                           "by"]  # fmt: skip
    exported = ledger_export


class RefundAdmin(Kept):
    model = Refund
    menu_icon = "redirect"
    list_display = ["gift_reference", "asked", "money", "state", "reason", "asked_by", "approved_by"]
    list_filter = [days("asked_at", _("asked")), Needs, "state", funds("gift__fund"), "gift__method", "in_panel"]
    list_select_related = ["gift", "asked_by", "approved_by"]
    search_fields = [("reference", ["gift__reference"]), ("number", ["provider_id", "gift__payments__number"]),
                     ("amount", ["amount"])]  # fmt: skip
    inspect_view_fields = ["gift", "money", "state", "reason", "asked_by", "approved_by", "provider_id", "result"]

    def asked(self, obj):
        return local(obj.asked_at).strftime(TIME)

    asked.short_description = _("asked")
    asked.admin_order_field = "asked_at"


class ReceiptAdmin(Kept):
    model = Receipt
    menu_icon = "doc-full"
    list_display = ["__str__", "issued", "gift_reference", "language", "void"]
    list_filter = [
        days("issued_at", _("issued")),
        Void,
        "year",
        "language",
        funds("gift__fund"),
        "gift__method",
        RealMoney,
    ]
    list_select_related = ["gift"]
    search_fields = [("reference", ["gift__reference"]), ("number", ["code", "gift__payments__number"]),
                     ("amount", ["gift__amount"])]  # fmt: skip
    inspect_view_fields = ["gift", "year", "number", "language", "issued", "void", "code"]

    def issued(self, obj):
        return local(obj.issued_at).strftime(TIME)

    issued.short_description = _("issued")
    issued.admin_order_field = "issued_at"

    def void(self, obj):
        return local(obj.voided_at).strftime(TIME) if obj.is_void else ""

    void.short_description = _("void since")


class LetterAdmin(Kept):
    model = Letter
    menu_icon = "mail"
    menu_label = _("Letters")
    list_display = ["gift_reference", "kind", "state", "due", "tries", "last_error"]
    list_filter = [Needs, "state", "kind", days("due_at", _("due"))]
    list_select_related = ["gift"]
    search_fields = [("reference", ["gift__reference"])]
    inspect_view_fields = ["gift", "kind", "state", "tries", "last_error"]

    def due(self, obj):
        return local(obj.due_at).strftime(TIME)

    due.short_description = _("due")
    due.admin_order_field = "due_at"


class EventAdmin(Kept):
    model = Event
    menu_icon = "history"
    list_display = ["received", "provider", "kind", "state", "gift_reference", "error"]
    list_filter = [days("received_at", _("received")), Needs, "state", "provider", "kind"]
    list_select_related = ["gift"]
    search_fields = [("reference", ["gift__reference"]),
                     ("number", ["attempt__provider_id", "gift__payments__number"])]  # fmt: skip
    inspect_view_fields = ["provider", "kind", "state", "gift", "attempt", "duplicate_of", "error", "tries",
                           "looked_at"]  # fmt: skip

    def received(self, obj):
        return local(obj.received_at).strftime("%Y-%m-%d %H:%M:%S")

    received.short_description = _("received")
    received.admin_order_field = "received_at"


class Giving(ModelAdminGroup):
    menu_label = _("Gifts")
    menu_icon = "group"
    menu_order = 240
    items = [GiftAdmin, PaymentAdmin, EntryAdmin, RefundAdmin, ReceiptAdmin, LetterAdmin, EventAdmin]
