"""The screens of translating: the list by section, beginning, what changed, sending for review, PO files."""

import re

import polib
from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import ModelPermissionPolicy
from wagtail_localize.models import StringSegment, Translation
from wagtail_localize.operations import TranslationCreator
from wagtail_localize.views.convert import convert_to_alias
from wagtail_localize.views.update_translations import UpdateTranslationsView

from . import translating
from .models import Term

MAY_TRANSLATE = "wagtail_localize.submit_translation"
LARGEST = 2_000_000  # bytes of a PO file


def _check(user):
    if not user.has_perm(MAY_TRANSLATE):
        raise PermissionDenied


def overview(request):
    """Everything that is to be translated: help pages first, then by section."""
    _check(request.user)
    return render(request, "desk/translate.html", {"sections": translating.by_section()})


@require_POST
def begin(request, pk):
    """Begin the translation of an English page, and go to it. What was begun before is only opened."""
    _check(request.user)
    page = get_object_or_404(Page, pk=pk, locale__language_code="en", depth__gt=1).specific
    target = translating.kiswahili()
    if target is None:
        raise Http404
    if page.get_translation_or_none(target) is None:
        with transaction.atomic():
            TranslationCreator(request.user, [target]).create_translations(page)
    return redirect("wagtailadmin_pages:edit", page.get_translation(target).pk)


def _target(request, pk):
    """(a Kiswahili page that this person may change, its Translation), or 404."""
    page = get_object_or_404(Page, pk=pk).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    translation = translating.translation_of(page)
    if translation is None:
        raise Http404
    return page, translation


def changes(request, pk):
    """What the English says now that the translation does not know; and taking it over."""
    _check(request.user)
    page, translation = _target(request, pk)
    if request.method == "POST":
        translation.source.update_from_db()
        messages.success(request, _("The new English is here. What is not translated yet is marked."))
        return redirect("wagtailadmin_pages:edit", page.pk)
    context = {"page": page, "changes": translating.changes_since(translation.source)}
    return render(request, "desk/translate_changes.html", context)


def send(request, pk):
    """Make a draft of the translated words and send it to those who may publish. A translator never publishes."""
    _check(request.user)
    page, translation = _target(request, pk)
    total, done = translation.get_progress()
    if request.method == "POST":
        workflow = page.get_workflow()
        if page.current_workflow_state:
            messages.error(request, _("It is with the reviewers already."))
        elif workflow is None:
            messages.error(request, _("There is no workflow that it could be sent to."))
        else:
            with transaction.atomic():
                translation.save_target(user=request.user, publish=False)
                page = type(page).objects.get(pk=page.pk)
                workflow.start(page, request.user)
            messages.success(request, _("Sent for review."))
        return redirect("wagtailadmin_home")
    return render(request, "desk/translate_send.html", {"page": page, "done": done, "total": total})


def above_the_editor(request, page):
    """Hook before editing, before wagtail-localize's: how far this translation is, and what can be done with it."""
    if request.method != "GET" or page.locale.language_code == "en":
        return
    translation = translating.translation_of(page)
    if translation is None:
        return
    total, done = translation.get_progress()
    buttons = []
    if request.user.has_perm(MAY_TRANSLATE):
        if translating.is_out_of_date(translation.source):
            url = reverse("desk:translate_changes", args=[page.pk])
            messages.warning(
                request,
                _("The English was published again after this translation."),
                buttons=[messages.button(url, _("See what changed"))],
            )
        if not page.current_workflow_state:
            buttons.append(messages.button(reverse("desk:translate_send", args=[page.pk]), _("Send for review")))
        buttons.append(messages.button(reverse("desk:po", args=[translation.pk]), _("Translate by e-mail (PO file)")))
    words = _("%(done)s of %(total)s pieces are translated.") % {"done": done, "total": total}
    messages.info(request, words, buttons=buttons)


def terms(request):
    """The words of the house, for the script beside the pieces (static/desk/terms.js)."""
    _check(request.user)
    return JsonResponse({"terms": list(Term.objects.values("english", "kiswahili", "note"))})


# --- PO files ------------------------------------------------------------------------------------------------------


def po(request, pk):
    """Download a page as a PO file, or upload one: all of it is taken, or nothing, with the faults by line."""
    translation = get_object_or_404(Translation, pk=pk, enabled=True)
    page = translation.get_target_instance()
    if not isinstance(page, Page):
        raise Http404
    page, translation = _target(request, page.pk)
    faults = []
    if request.method == "POST":
        file = request.FILES.get("file")
        taken, faults = read_po(translation, file)
        if not faults:
            translation.import_po(taken, user=request.user, tool_name="PO File")
            words = _("%(count)s pieces were taken over. Nothing is published yet.") % {
                "count": len([entry for entry in taken if entry.msgstr])
            }
            messages.success(request, words)
            return redirect("wagtailadmin_pages:edit", page.pk)
    context = {"page": page, "translation": translation, "faults": faults}
    return render(request, "desk/po.html", context, status=422 if faults else 200)


def read_po(translation, file):
    """Read an uploaded PO file. Returns (a polib.POFile or None, [(line or None, what is wrong)])."""
    if file is None:
        return None, [(None, _("Please choose a file."))]
    if file.size > LARGEST:
        return None, [(None, _("The file is larger than 2 MB: it is not a page of ours."))]
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [(None, _("The file is not in UTF-8 (byte %s).") % error.start)]
    # polib takes what names a file for a file's name.
    if "msgid" not in text or "\n" not in text:
        return None, [(1, _("This is not a PO file."))]
    try:
        found = polib.pofile(text)
    except (OSError, ValueError) as error:  # polib raises OSError for what it cannot read
        number = next((int(word.strip(")")) for word in str(error).split() if word.strip(")").isdigit()), None)
        return None, [(number, _("This line is not understood."))]
    if found.metadata.get("X-WagtailLocalize-TranslationID") != str(translation.uuid):
        return None, [(None, _("This file belongs to another page, or its head was removed."))]
    return found, _faults_of(translation, found)


def _faults_of(translation, found):
    """What could not be taken over: words that this page does not have (any more), lost or invented links and bold."""
    segments = StringSegment.objects.filter(source=translation.source).select_related("string", "context")
    known = {(segment.context.path, segment.string.data): segment for segment in segments}
    faults = []
    for entry in found:
        if not entry.msgstr:
            continue
        segment = known.get((entry.msgctxt, entry.msgid))
        if segment is None:
            faults.append((entry.linenum, _("The page does not have these English words: “%s”.") % entry.msgid[:60]))
        elif _tags(entry.msgid) != _tags(entry.msgstr):
            faults.append((entry.linenum, _("Links and bold words must be the same as in the English: “%s”.")
                           % entry.msgid[:60]))  # fmt: skip
    return faults


def _tags(html):
    """The tags of a piece of rich text, sorted: a translation may change their order, not their number."""
    return sorted(re.findall(r"</?[a-z]+[^>]*>", html))


@require_POST
def upload_of_localize(request, translation_id):
    """In the place of wagtail-localize's own upload, which does not say what it left out."""
    return po(request, translation_id)


def _may_publish(user, instance):
    if isinstance(instance, Page):
        return instance.permissions_for_user(user).can_publish()
    return ModelPermissionPolicy(type(instance)).user_has_permission(user, "publish")


class UpdateOfLocalize(UpdateTranslationsView):
    """wagtail-localize's “Sync” lets everybody who may begin translations publish them: here publishers alone."""

    def get_form(self):
        form = super().get_form()
        targets = [translation.get_target_instance() for translation in self.object.translations.filter(enabled=True)]
        if not all(_may_publish(self.request.user, target) for target in targets):
            field = form.fields["publish_translations"]
            field.disabled, field.widget = True, forms.HiddenInput()
        return form


def convert_of_localize(request, page_id):
    """The same for “Convert to alias”, which changes what readers see, and makes a draft live if the English is."""
    page = get_object_or_404(Page, pk=page_id)
    if not _may_publish(request.user, page):
        raise PermissionDenied
    return convert_to_alias(request, page_id)
