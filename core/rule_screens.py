"""“Before you publish”: what the rules find in the newest draft; and the list of protected names."""

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import ModelPermissionPolicy

from .approvals import Words
from .audit import record
from .models import ProtectedName
from .roles import PROTECTION, PUBLISHER, wears
from .rules import BLOCKING, NotReady, findings, overridden, override
from .rules.names import FEWEST, MOST, digest_of, words_of


def editor_of(instance):
    """The address of an instance's editor."""
    if isinstance(instance, Page):
        return reverse("wagtailadmin_pages:edit", args=[instance.pk])
    return reverse(instance.snippet_viewset.get_url_name("edit"), args=[instance.pk])


def may_edit(user, instance):
    if isinstance(instance, Page):
        return instance.permissions_for_user(user).can_edit()
    return ModelPermissionPolicy(type(instance)).user_has_any_permission(user, ["change", "publish"])


def checks(request, kind, pk):
    """What the rules find in the newest draft; a publisher lets numbers pass here. With `?part` only the list."""
    model = get_object_or_404(ContentType, pk=kind).model_class()
    if model is None or not hasattr(model, "needs_protection_review"):
        raise Http404
    stored = get_object_or_404(model, pk=pk)
    if not may_edit(request.user, stored) and not wears(request.user, PROTECTION):
        raise PermissionDenied
    instance = stored.get_latest_revision_as_object()
    if request.method == "POST":
        try:
            override(instance, request.POST.get("rule", ""), request.user, request.POST.get("reason", ""))
            messages.success(request, _("It may go live with this. The reason is in the record."))
        except NotReady as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(request.path)
    passed = overridden(instance)
    found = [(finding, (finding.rule.key, finding.match) in passed) for finding in findings(instance)]
    words = Words(instance)
    context = {
        "instance": instance,
        "editor": editor_of(stored),
        "address": request.path,
        "blocking": [finding for finding, is_passed in found if finding.rule.severity == BLOCKING and not is_passed],
        "passed": [finding for finding, is_passed in found if is_passed],
        "warnings": [finding for finding, _is_passed in found if finding.rule.severity != BLOCKING],
        "waits_for": words.missing() if words.needed and not words.change_nothing() else [],
        "can_override": wears(request.user, PUBLISHER),
    }
    template = "core/checks_list.html" if "part" in request.GET else "core/checks.html"
    return TemplateResponse(request, template, context)


class NameForm(forms.Form):
    """One name at a time; what is typed is digested and forgotten."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "off"}))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("A case code, so that it can be found again. Never the name, nor a part of it."),
    )

    def clean(self):
        cleaned = super().clean()
        words = [word for word, _start, _end in words_of(cleaned.get("name", ""))]
        if not FEWEST <= len(words) <= MOST:
            raise ValidationError({"name": _("Two to five words: one alone would be somebody else's name too.")})
        if set(words) & {word for word, _start, _end in words_of(cleaned.get("note", ""))}:
            raise ValidationError({"note": _("The note says a part of the name: it is kept as it stands.")})
        self.words = words
        return cleaned


def protected_names(request):
    """Add a name to the list, or take one off: protection reviewers alone."""
    if not wears(request.user, PROTECTION):
        raise PermissionDenied
    form = NameForm(request.POST or None if "remove" not in request.POST else None)
    if request.method == "POST" and "remove" in request.POST:
        row = get_object_or_404(ProtectedName, pk=request.POST["remove"])
        record("name.removed", request.user, row, note=row.note)
        row.delete()
        messages.success(request, _("Taken off the list."))
        return redirect(request.path)
    if request.method == "POST" and form.is_valid():
        defaults = {"words": len(form.words), "note": form.cleaned_data["note"], "added_by": request.user}
        row, created = ProtectedName.objects.get_or_create(digest=digest_of(form.words), defaults=defaults)
        if created:
            record("name.added", request.user, row, note=row.note)
        messages.success(request, _("It is on the list.") if created else _("It was on the list already."))
        return redirect(request.path)
    return TemplateResponse(
        request, "core/protected_names.html", {"form": form, "names": ProtectedName.objects.select_related("added_by")}
    )
