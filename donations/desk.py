"""Giving in the admin, from the editors' side: forms and funds, which ways to give there are, a switch for each."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from core.audit import record

from .methods import Method, missing
from .models import DonationForm, Fund, MethodStop
from .reach import qr
from .readiness import is_test, problems

QR_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
MAY_STOP = "donations.stop_method"


class DonationFormViewSet(SnippetViewSet):
    model = DonationForm
    icon = "pick"
    list_display = ["title", "code", "fund", "live"]


class FundViewSet(SnippetViewSet):
    model = Fund
    icon = "folder-open-inverse"
    list_display = ["name", "code", "restricted", "active"]


class GivingGroup(SnippetViewSetGroup):
    """What editors and finance prepare so that gifts can be made."""

    menu_label = gettext_lazy("Giving")
    menu_icon = "pick"
    menu_order = 260
    items = [DonationFormViewSet, FundViewSet]


@require_safe
def qr_code(request, pk, kind_of_code):
    """The QR code of a form's address, for its editors: `kind_of_code` is svg or png."""
    if kind_of_code not in QR_TYPES:
        raise Http404
    if not ModelPermissionPolicy(DonationForm).user_has_any_permission(request.user, ["add", "change", "publish"]):
        raise PermissionDenied
    return HttpResponse(qr(get_object_or_404(DonationForm, pk=pk), kind_of_code), content_type=QR_TYPES[kind_of_code])


@require_http_methods(["GET", "HEAD", "POST"])
def ways(request):
    """Every way to give: whether it is set up, what is missing, whether it is stopped; a switch for each."""
    if not request.user.has_perm(MAY_STOP):
        raise PermissionDenied
    if request.method == "POST":
        _switch(request)
        return redirect("giving_ways")
    stops = {stop.method: stop for stop in MethodStop.objects.select_related("by")}
    rows = [(method, missing(method), stops.get(method.value)) for method in Method]
    return TemplateResponse(request, "donations/ways.html", {"rows": rows, "problems": problems(), "test": is_test()})


def _switch(request):
    """Stop or start the way that was chosen, and keep who did it and why."""
    method, reason = request.POST.get("method"), request.POST.get("reason", "").strip()[:200]
    if method not in Method.values:
        messages.error(request, _("Choose one of the ways."))
        return
    label = Method(method).label
    with transaction.atomic():
        stop = MethodStop.objects.filter(method=method).first()
        if "stop" in request.POST and not stop:
            stop = MethodStop.objects.create(method=method, reason=reason, by=request.user)
            record("giving.stopped", request.user, stop, method=method, reason=reason)
            messages.success(request, _("Stopped: nobody can begin a gift by %(way)s now.") % {"way": label})
        elif "start" in request.POST and stop:
            record("giving.started", request.user, stop, method=method)
            stop.delete()
            messages.success(request, _("Gifts by %(way)s can be made again.") % {"way": label})


urls = [
    path("giving/ways/", ways, name="giving_ways"),
    path("giving/form/<int:pk>/qr.<str:kind_of_code>", qr_code, name="giving_qr"),
]


class WaysMenuItem(MenuItem):
    """Shown to those who may use the switch."""

    def is_shown(self, request):
        return request.user.has_perm(MAY_STOP)


def menu_item():
    """The item “Ways to give” among the reports."""
    return WaysMenuItem(
        gettext_lazy("Ways to give"), reverse("giving_ways"), name="giving-ways", icon_name="pick", order=70
    )


class NotReady(Component):
    """On the dashboard of those who can do something about it: why nobody can give at present."""

    order = 20
    template_name = "donations/not_ready.html"

    def __init__(self, sentences):
        super().__init__()
        self.sentences = sentences

    def get_context_data(self, parent_context):
        return {"problems": self.sentences}


def show_problems(request, panels):
    """Hook: put what is missing on the dashboard."""
    if request.user.has_perm(MAY_STOP) or request.user.has_perm("donations.publish_donationform"):
        sentences = problems()
        if sentences:
            panels.append(NotReady(sentences))
