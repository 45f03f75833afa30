"""Pictures of people on the dashboard: consent that ends soon, and what waits for a protection reviewer."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.models import SiteImage
from core.models.clearance import RECOGNISABLE

from .links import Row


def _of_people():
    return SiteImage.objects.filter(withdrawn_at=None, shows__in=RECOGNISABLE)


def ending_before(day):
    """Rows (list) of the cleared pictures whose consent ends up to `day`, the first to end first. One query."""
    found = _of_people().exclude(cleared_as="").filter(consent_until__range=(timezone.localdate(), day))
    return [
        Row(image.title, _address(image), _("until %s") % date_format(image.consent_until, "j M Y"))
        for image in found.order_by("consent_until")
    ]


def waiting_for(user):
    """Rows (list) of the pictures of people that this protection reviewer could clear. One query."""
    waiting = [
        image
        for image in _of_people().order_by("created_at")
        if not image.has_clearance and user.pk not in (image.file_by_id, image.uploaded_by_user_id)
    ]
    return [Row(image.title, _address(image), str(image.clearance_state)) for image in waiting]


def _address(image):
    return reverse("clear_picture", args=[image.pk])
