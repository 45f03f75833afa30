"""The public side of receipts: fetching one by its signed link, checking one by its code."""

import logging

from django.core import signing
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from . import receipts
from .sealed import Unreadable

logger = logging.getLogger(__name__)
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def _private(response):
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


@require_safe
def fetch(request, token):
    """GET /receipt/<signed>/: the PDF. A link that is too old, a donor who is forgotten, or a name that
    no key of this server opens gets words instead."""
    try:
        receipt = receipts.by_link(token)
    except signing.SignatureExpired:
        return _private(TemplateResponse(request, "donations/receipt_gone.html", {"why": "old"}, status=410))
    except signing.BadSignature:
        receipt = None
    if receipt is None:
        return _private(TemplateResponse(request, "donations/receipt_gone.html", {"why": "unknown"}, status=404))
    if not receipt.gift.name:
        return _private(TemplateResponse(request, "donations/receipt_gone.html", {"why": "forgotten"}, status=410))
    try:
        return paper(receipt)
    except Unreadable:
        logger.error("Receipts cannot be read: SEALING_KEYS lacks the key of receipt %s.", receipt)
        return _private(TemplateResponse(request, "donations/receipt_gone.html", {"why": "unreadable"}, status=503))


def paper(receipt):
    """The PDF as a file to keep; nothing on the way keeps it."""
    response = HttpResponse(receipts.pdf(receipt), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{receipts.file_name(receipt)}"'
    return _private(response)


@require_safe
def check(request):
    """GET /receipt/check/?code=…: whether a receipt is ours and still valid. Never whose it is."""
    typed = request.GET.get("code", "")[:60]
    receipt = receipts.by_code(typed) if typed else None
    context = {"typed": typed, "receipt": receipt}
    if receipt:
        context |= {
            "money": receipts.money_of(receipt),
            "issued": receipts.local(receipt.issued_at),
            "voided": receipt.is_void and receipts.local(receipt.voided_at),
        }
    return _private(TemplateResponse(request, "donations/receipt_check.html", context))
