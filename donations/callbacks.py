"""The addresses where providers tell us of payments. Each stores what came, and answers; nothing else happens here.

Public, without cookies, and by POST alone. An address holds a secret; who does not know it gets 404, and nothing is
kept. When the database cannot store it, the answer is an error, so that the provider tells us again.
"""

import functools
import logging

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import inbox
from .models import Attempt, Payment
from .providers.paystack import is_signed

logger = logging.getLogger(__name__)
ACCEPTED = {"ResultCode": "0", "ResultDesc": "Accepted"}  # what Safaricom wants to hear


def told(view):
    """For an address of a provider: the body is limited before it is read, and nothing is ever cached."""

    @csrf_exempt
    @require_POST
    @functools.wraps(view)
    def guard(request, **arguments):
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isascii() or not length.isdigit() or int(length) > inbox.LARGEST:
            response = HttpResponse(status=413 if length.isdigit() else 411)
        else:
            try:
                response = view(request, request.read(inbox.LARGEST + 1), **arguments)
            except DatabaseError:
                logger.error("An event could not be stored.")
                response = HttpResponse(status=503)
        response.headers["Cache-Control"] = "no-store"
        return response

    return guard


@told
def prompt(request, body, token):
    """A prompt's callback, at the address of its attempt."""
    if not Attempt.objects.filter(path_token=token).exists():
        return HttpResponseNotFound()
    inbox.keep("mpesa", inbox.PROMPT, body, path_token=token)
    return JsonResponse(ACCEPTED)


@told
def paybill(request, body, token):
    """A payment by hand to the paybill."""
    if not (settings.MPESA_PAYBILL_TOKEN and constant_time_compare(token, settings.MPESA_PAYBILL_TOKEN)):
        return HttpResponseNotFound()
    inbox.keep("mpesa", inbox.PAYBILL, body)
    return JsonResponse(ACCEPTED)


@told
def status(request, body, token):
    """The answer to a question about a payment."""
    if not Payment.objects.filter(status_token=token).exists():
        return HttpResponseNotFound()
    inbox.keep("mpesa", inbox.STATUS, body, path_token=token)
    return JsonResponse(ACCEPTED)


@told
def webhook(request, body):
    """Paystack's webhook: without its signature over the very bytes nothing is kept."""
    if not is_signed(body, request.headers.get("X-Paystack-Signature", "")):
        return HttpResponse(status=400)
    inbox.keep("paystack", inbox.WEBHOOK, body, {"Content-Type": request.headers.get("Content-Type", "")[:100]})
    return HttpResponse(status=200)
