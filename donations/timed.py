"""What `run_due` does for giving. Each job may be run twice and at once."""

import datetime

from django.conf import settings
from django.utils import timezone

from core import due
from core.audit import record
from core.models import Record
from core.roles import APPROVER, PUBLISHER, addresses_of
from core.tell import tell as send

from . import alarms, inbox, reconcile
from .methods import Method, missing

# What donors are told to pay to.
DETAILS = ("MPESA_SHORTCODE", "MPESA_TILL", "BANK_ACCOUNT", "CASH_PLACE", "CHEQUE_PAYEE")


@due.register("giving: what the providers told us")
def told():
    return [f"{state}: {number}" for state, number in inbox.apply_waiting().items()]


@due.register("giving: ask about what is open")
def ask():
    return [f"{result}: {number}" for result, number in reconcile.ask_about_open().items()]


@due.register("giving: payments and refunds in doubt", every=5 * 60)
def doubts():
    lines = reconcile.prove_payments()
    reconcile.follow_refunds()
    return lines


@due.register("giving: tell of another paybill or bank account")
def tell_of_details():
    """Where money goes is set on the server, where no form can tell of a change: the record knows what it was."""
    known, lines = Record.objects.filter(action="setting.changed", model="").order_by("-pk"), []
    for name in DETAILS:
        value, last = getattr(settings, name), known.filter(detail__has_key=name).first()
        old = last.detail[name][1] if last else ""
        if value != old:
            record("setting.changed", **{name: [old, value]})
            lines.append(f"{name}: {old or '–'} → {value or '–'}")
    if lines:
        send(addresses_of(PUBLISHER, APPROVER), "facts", "/admin/", *lines)
    return lines


@due.register("giving: compare with the providers’ lists", every=60 * 60)
def compare():
    if missing(Method.MPESA) and missing(Method.CARD):
        return []
    today = timezone.localdate()
    return [line for day in (today - datetime.timedelta(days=1), today) for line in reconcile.compare(day)]


@due.register("giving: close what nobody paid", every=60 * 60)
def close():
    closed = reconcile.close_awaited()
    return [f"{closed} gifts by hand cancelled: nothing came"] if closed else []


@due.register("giving: tell finance", every=5 * 60)
def tell():
    return alarms.tell_finance()


@due.register("giving: tell administrators", every=5 * 60)
def tell_administrators():
    return alarms.tell_administrators()
