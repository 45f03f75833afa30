"""What a donor meets: the details (step 2), what happens now (step 3), and step 1 in a frame for partners' pages.

A gift's own address holds its random identifier, and shows nothing of the donor: neither name, e-mail nor telephone.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core.chrome import chrome_of
from core.public_forms import cookie_name, form_page, one_time_name

from . import giving, limits, receipts
from .forms import GiftForm, RetryForm
from .ledger import left_of
from .methods import Method, details
from .models import DonationForm, Gift
from .money import Money, NotMoney, read_amount
from .phones import NotAPhone, read_phone
from .widget import Widget, typed

State = Gift.State
OVER = (State.PAID, State.FAILED, State.CANCELLED)  # another gift may be begun in the same window
WAITING = (State.OPEN, State.UNKNOWN)  # the page looks again by itself
FRAME_SECONDS = 300
RECEIPT_SHOWN = timedelta(days=1)
PAYSTACK, CHECKOUT = "https://api.paystack.co", "https://checkout.paystack.com"


def checkout_origin():
    """Where a card is paid: giving pages must name it, or the browser stops the redirect that follows the form."""
    if settings.PAYSTACK_URL == PAYSTACK:
        return CHECKOUT
    parts = urlsplit(settings.PAYSTACK_URL)  # the double of demo and tests
    return f"{parts.scheme}://{parts.netloc}"


def _page(request, template, title, tab, status=200, **context):
    """A giving page, with the house's way out (“Leave this page”) and the checkout as its form's only other target.

    `tab` is what the browser's tab says: neutral, as on all pages that somebody may want to leave quickly.
    """
    chrome_of(request).look_up_together()
    context = {"title": title, "tab": tab, "sensitive": True, "test": not settings.GIVING_LIVE, **context}
    response = TemplateResponse(request, f"donations/{template}.html", context, status=status)
    response._csp_update = {"form-action": [checkout_origin()]}
    return response


def _to(request, address):
    """Send the browser on; a script is told where to."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"to": address})
    return HttpResponseRedirect(address, status=303)


# --- Step 2 ---------------------------------------------------------------------------------------------------------


def _found(code):
    """The live form of a code in the reader's language, or None. Raises Http404 for a code that never was one."""
    form = DonationForm.by_code(code)
    if not form and not DonationForm.objects.filter(code=code).exists():
        raise Http404
    return form


@require_http_methods(["GET", "HEAD", "POST"])
@form_page
def form(request, code):
    """GET …/CODE/?amount=KES-200 (or own=350&currency=KES) shows the details; POST begins the gift, once."""
    found = _found(code)
    open_form = found.for_readers() if found else None
    token = one_time_name(request, code) if open_form or cookie_name() in request.COOKIES else ""
    gift = Gift.objects.filter(form_token=token).first()
    if open_form is None:
        # What was begun before it closed is not lost: a second press, a reload, "back" while a prompt is on the phone.
        if gift and not request.token_refused and (request.method == "POST" or gift.state not in OVER):
            return _on(request, gift)
        return _page(request, "closed", found.title if found else _("Giving"), _("Giving"))
    if request.method == "POST":
        return _on(request, gift) if gift and not request.token_refused else _begin(request, open_form, token)
    initial = asked(request.GET, open_form)
    # Which gift is left for another is named: "back" from the next one to this address means the next one.
    if gift and request.GET.get("another") != gift.reference and _is_meant(gift, initial):
        return _on(request, gift)
    if gift:
        rotate_token(request)
    return _details(request, open_form, GiftForm(open_form, open_form.ways(), initial=initial))


def _is_meant(gift, initial):
    """Whether who comes to the details again means the gift that this browser has begun.

    One for which a bank transfer is awaited waits for weeks, and nothing can be paid twice by it: whoever chooses
    another amount then (maybe somebody else, at the same computer) begins another gift.
    """
    if gift.state == State.AWAITED and initial["amount"]:
        try:
            return read_amount(initial["amount"], initial.get("currency", gift.currency)) == gift.money
        except NotMoney:
            return False
    return gift.state not in OVER


def asked(query, form):
    """What step 1 sent (a QueryDict), as initial values (dict). Mistakes are found when the details are sent."""
    code, _dash, number = query.get("amount", "").partition("-")
    own = query.get("own", "").strip()
    if own or not number:  # typed, or ?amount=200 of a link that somebody wrote by hand
        code, number = query.get("currency", ""), own or code
    initial = {"amount": number[:20], "partner": query.get("partner", "")[:30]}
    if form.offer(code):
        initial["currency"] = code
    if query.get("method") in form.ways():
        initial["method"] = query["method"]
    return initial


def _details(request, form, gift_form, refused="", status=200):
    # Who switches the language keeps the amount and the way; name, e-mail and telephone never stand in an address.
    kept = {"own": "amount", "currency": "currency", "method": "method", "partner": "partner"}
    chosen = {name: gift_form[field].value() for name, field in kept.items()}
    request.query_in_other_languages = {name: value for name, value in chosen.items() if value}
    return _page(
        request,
        "details",
        form.title,
        _("Details"),
        status,
        stage=2,
        form=gift_form,
        refused=refused,
        action=request.path,
    )


def _begin(request, form, token):
    """Check what was sent against the form as it is now, count it, and begin the gift."""
    gift_form = GiftForm(form, form.ways(), request.POST)
    valid = gift_form.is_valid()
    if request.token_refused:
        words = _(
            "This page was open for long, or cookies are off. Nothing was sent yet: please press the button again."
        )
        return _details(request, form, gift_form, words, 403)
    if not valid:
        return _details(request, form, gift_form, status=400 if gift_form.tampered else 200)
    try:
        limits.check(request, form, token, gift_form.order.phone)
        gift = giving.start(form, gift_form.cleaned_data, token)
    except (limits.TooMany, giving.Wait) as error:
        return _later(error, _details(request, form, gift_form, too_many(error), 429))
    except giving.Refused as refused:  # it changed a moment ago
        for name, words in refused.errors.items():
            gift_form.add_error(name if name in gift_form.fields else None, words)
        return _details(request, form, gift_form, status=400)
    return _on(request, gift)


def _later(error, response):
    response.headers["Retry-After"] = str(error.seconds)
    return response


def too_many(error):
    """What a donor is told who must wait (str); `error` is a limits.TooMany or a giving.Wait."""
    if isinstance(error, giving.Wait):
        return _(
            "A request for this amount was sent to this number a moment ago. Look at the phone; "
            "another one can be sent in two minutes."
        )
    return {
        limits.PHONE: _(
            "Three requests were sent to this number within an hour. Wait an hour, or give in another way."
        ),
        limits.ADDRESS: _("Many gifts were begun from your network just now. Please press again in ten minutes."),
    }.get(error.limit, _("Very many gifts are begun just now. Please press again in ten minutes."))


def _on(request, gift):
    """On to the provider's page, where a card is paid, else to the gift's own page."""
    return _to(request, giving.checkout_url(gift) or address(gift))


def address(gift):
    """The path (str) of a gift's own page, in the active language."""
    return reverse("giving_gift", kwargs={"uuid": gift.uuid})


# --- Step 3 ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@form_page
def gift(request, uuid):
    """What happens now, then the thanks. Each look brings the gift up to date; POST tries a failed one again."""
    found = get_object_or_404(Gift.objects.select_related("form", "fund"), uuid=uuid)
    if request.method == "POST":
        return _again(request, found)
    return _gift_page(request, giving.refresh(found))


def _title(state):
    return {
        State.PAID: _("Thank you"),
        State.AWAITED: _("How to pay"),
        State.OPEN: _("What happens now"),
        State.FAILED: _("Not paid"),
        State.CANCELLED: _("Not paid"),
    }.get(state, _("We are finding out"))


def _gift_page(request, gift, retry=None, refused="", status=200):
    form = DonationForm.by_code(gift.form.code) if gift.form else None
    open_form = form.for_readers() if form else None
    again = giving.may_retry(gift) and not giving.changed_since(gift)
    begin = {"amount": f"{gift.currency}-{typed(gift.money)}", "another": gift.reference}
    begin |= {"partner": gift.partner} if gift.partner else {}
    told = giving.is_told(gift)
    in_doubt = told or gift.state in (State.UNKNOWN, State.NEEDS_REVIEW)  # the page says: do not pay again
    left = left_of(gift) if gift.state == State.PAID else 0
    returned = gift.state == State.PAID and left <= 0 and gift.entries.exists()
    title = _("Returned") if returned else _title(State.UNKNOWN if told else gift.state)
    return _page(
        request,
        "gift",
        title,
        title,
        status,
        test=not gift.livemode,
        stage=3,
        gift=gift,
        donation_form=form,
        amount=str(Money(left, gift.currency) if left > 0 else gift.money),  # once paid, what came and is left
        retry=(retry or RetryForm(label_suffix="")) if again else None,
        refused=refused,
        receipt=_receipt(gift),
        here=request.path,
        poll=reverse("giving_state", kwargs={"uuid": gift.uuid}) if told or gift.state in WAITING else "",
        checkout=giving.checkout_url(gift),
        lines=details(gift.method) if gift.state == State.AWAITED else [],
        paybill=settings.MPESA_SHORTCODE if again and giving.may_pay_by_hand(gift) else "",
        why=giving.why_failed(gift) if gift.state == State.FAILED else "",
        in_doubt=in_doubt,
        returned=returned,
        begin=f"{reverse('giving_form', args=[form.code])}?{urlencode(begin)}" if open_form and not in_doubt else "",
    )


def _receipt(gift):
    """The signed address (str) of a gift's receipt, for a day: later this page leads to no name any more."""
    fresh = gift.paid_at and gift.paid_at > timezone.now() - RECEIPT_SHOWN
    return receipts.link(gift.receipt) if fresh and hasattr(gift, "receipt") and not gift.receipt.is_void else ""


def _again(request, gift):
    """Another request for a gift that failed. What is no longer failed is only shown."""
    retry = RetryForm(request.POST, label_suffix="")
    if request.token_refused:
        words = _(
            "This page was open for long, or cookies are off. Nothing was sent yet: please press the button again."
        )
        return _gift_page(request, gift, retry, words, 403)
    if not giving.may_retry(gift):
        return _to(request, address(gift))
    retry.is_valid()
    try:
        phone = read_phone(retry.cleaned_data.get("phone", "")) if gift.method == Method.MPESA else ""
        limits.check(request, gift.form, f"{gift.uuid} {gift.attempts.count()}", phone)
        gift = giving.retry(gift, phone)
    except (limits.TooMany, giving.Wait) as error:
        return _later(error, _gift_page(request, gift, retry, too_many(error), 429))
    except NotAPhone as error:
        retry.add_error("phone", str(error))
        return _gift_page(request, gift, retry)
    except giving.Refused as refused:
        return _gift_page(request, gift, retry, " ".join(map(str, refused.errors.values())))
    return _on(request, gift)


@require_safe
def state(request, uuid):
    """{"state": …} of a gift, for the page that waits."""
    found = giving.refresh(get_object_or_404(Gift, uuid=uuid))
    return JsonResponse({"state": found.state}, headers={"Cache-Control": "no-store"})


# --- Step 1 on partners' pages --------------------------------------------------------------------------------------


@require_safe
@xframe_options_exempt
def frame(request, code, partner):
    """Step 1 alone, for the frame of one partner, whose site is the only one that may show it. No cookie, no token."""
    if partner not in settings.GIVING_PARTNERS:
        raise Http404
    found = _found(code)
    open_form = found.for_readers() if found else None
    context = {
        "title": found.title if found else _("Giving"),
        "give": Widget(open_form, partner, framed=True) if open_form else None,
        "action": reverse("giving_form", args=[code]),
    }
    response = render(request, "donations/frame.html", context)
    response._csp_replace = {"frame-ancestors": [settings.GIVING_PARTNERS[partner]]}
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={FRAME_SECONDS}"
    return response


# --- The editor's preview -------------------------------------------------------------------------------------------


def preview_of(form, request, mode):
    """The context in which an editor sees a form (maybe unfinished, and with ways that are not set up yet)."""
    ways = [Method(name) for name in form.methods or [] if name in Method.values]
    shown = form.offer_list() and form.fund_id
    context = {"title": form.title, "test": not settings.GIVING_LIVE, "sensitive": bool(mode), "donation_form": form}
    if not shown:
        return context
    if not mode:
        return {**context, "give": form.widget()}
    initial = {"amount": typed(Money(form.offer_list()[0].minimum, form.offer_list()[0].currency))}
    return {**context, "stage": 2, "form": GiftForm(form, ways or [Method.MPESA], initial=initial), "action": "#"}
