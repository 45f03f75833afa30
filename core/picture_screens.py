"""Screens of one picture in the admin: clear it, withdraw it, crop it and paint over faces and badges."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.images.shortcuts import get_rendition_or_not_found

from .audit import record
from .clearances import NotCleared, clear, pages_with, why_not, withdraw
from .file_policies import picture_policy
from .models import SiteImage
from .pictures import DESK
from .roles import PROTECTION, PUBLISHER, wears
from .uploads.pictures import repainted

ROWS = 6  # rectangles in the form at first; the script adds more


def may_withdraw(user):
    """Publishers and protection reviewers, and superusers: taking a picture away harms nobody."""
    return user.is_superuser or wears(user, PUBLISHER) or wears(user, PROTECTION)


def _picture(request, image_id):
    """The picture, for somebody who may change it."""
    image = get_object_or_404(SiteImage, pk=image_id)
    if not picture_policy.user_has_permission_for_instance(request.user, "change", image):
        raise PermissionDenied
    return image


def _back(image):
    return redirect("wagtailimages:edit", image.pk)


def clear_picture(request, image_id):
    """See the picture beside what was agreed, and clear it."""
    image = _picture(request, image_id)
    if request.method == "POST":
        if request.POST.get("terms") != image.terms():
            messages.error(request, _("It was changed meanwhile. Please look at it again."))
            return redirect(request.path)
        try:
            clear(image, request.user)
        except NotCleared as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(request.path)
        messages.success(request, _("Cleared. It is shown wherever it is used."))
        return _back(image)
    return TemplateResponse(
        request, "core/clear_picture.html", {"image": image, "why_not": why_not(image, request.user)}
    )


def withdraw_picture(request, image_id):
    """Confirm, and delete the picture everywhere."""
    image = get_object_or_404(SiteImage, pk=image_id, withdrawn_at=None)
    if not may_withdraw(request.user):
        raise PermissionDenied
    if request.method == "POST":
        withdraw(image, request.user)
        messages.success(request, _("Withdrawn: it is deleted everywhere. The owners of the pages are told."))
        return redirect("wagtailimages:index")
    return TemplateResponse(request, "core/withdraw_picture.html", {"image": image, "pages": pages_with(image)})


class RectangleForm(forms.Form):
    """A rectangle, in pixels of the original; all four empty: none."""

    left = forms.IntegerField(label=gettext_lazy("From the left"), min_value=0, required=False)
    top = forms.IntegerField(label=gettext_lazy("From the top"), min_value=0, required=False)
    width = forms.IntegerField(label=gettext_lazy("Width"), min_value=1, required=False)
    height = forms.IntegerField(label=gettext_lazy("Height"), min_value=1, required=False)

    def __init__(self, *args, image, **kwargs):
        super().__init__(*args, **kwargs)
        self.image = image

    def clean(self):
        cleaned = super().clean()
        given = [cleaned.get(name) for name in self.fields]
        if any(value is not None for value in given) and not self.errors:
            if None in given:
                raise forms.ValidationError(_("A rectangle needs all four numbers."))
            if self.box[0] >= self.image.width or self.box[1] >= self.image.height:
                raise forms.ValidationError(_("This rectangle lies outside the picture."))
        return cleaned

    @property
    def box(self):
        """(left, top, right, bottom) inside the picture, or None."""
        values = getattr(self, "cleaned_data", {})
        if None in [values.get(name) for name in self.fields]:
            return None
        left, top = values["left"], values["top"]
        return left, top, min(left + values["width"], self.image.width), min(top + values["height"], self.image.height)


RectangleFormSet = forms.formset_factory(RectangleForm, extra=ROWS, max_num=60, absolute_max=60)


def cover_picture(request, image_id):
    """Paint rectangles solid, and crop, in the original itself. Nothing is changed before “Save for ever”."""
    image = _picture(request, image_id)
    if image.withdrawn_at:
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    covers = RectangleFormSet(data, prefix="cover", form_kwargs={"image": image})
    keep = RectangleForm(data, prefix="keep", image=image)
    if data is not None and covers.is_valid() and keep.is_valid() and data.get("save"):
        boxes = [form.box for form in covers if form.box]
        if data.get("file") != image.file_hash:
            messages.error(request, _("The picture was changed meanwhile. Please look at it again."))
            return redirect(request.path)
        if boxes or keep.box:
            _repaint(image, boxes, keep.box, request.user)
            messages.success(request, _("Saved. What was there before is deleted."))
            return _back(image)
        messages.error(request, _("Mark a rectangle first."))
    context = {
        "image": image,
        "covers": covers,
        "keep": keep,
        "boxes": [form for form in covers if form.is_bound and form.is_valid() and form.box],
        "thumbnail": get_rendition_or_not_found(image, DESK),
    }
    return TemplateResponse(request, "core/cover_picture.html", context)


def _repaint(image, boxes, keep, person):
    """Put the painted picture in the original's place. It is a new file: who painted it can't clear it."""
    with image.open_file() as file:
        image.file = _cleaned(repainted(file.read(), boxes, keep).content)
    if keep:
        image.set_focal_point(None)
    with transaction.atomic():
        image.save()
        record("picture.changed", person, image, covered=len(boxes), cropped=bool(keep), file=image.file_hash)


def _cleaned(content):
    content.is_cleaned = content.is_painted = True  # it comes from a clean file's pixels, and shows less than they did
    return content


def box_of(user, image):
    """What the box beside a picture's form says and offers (dict)."""
    return {
        "image": image,
        "why_not_clear": why_not(image, user),
        "may_withdraw": may_withdraw(user) and not image.withdrawn_at,
        "clear_url": reverse("clear_picture", args=[image.pk]),
        "withdraw_url": reverse("withdraw_picture", args=[image.pk]),
        "cover_url": reverse("cover_picture", args=[image.pk]),
    }
