"""The sizes in which pictures are shown: all of them, and nowhere else (a test looks for others).

AVIF and WebP for browsers that know them, JPEG for the others. `lead` is cut to 3 : 2 around the focal point; `body`
is shown whole. Renditions are made by `run_due` and when a page is published, since AVIF takes its time; a page that is
looked at before that makes its own.

Every road by which a picture reaches the public passes `renditions()`, and it gives none of a picture that the public
may not see (core.models.clearance): the page's pattern takes its place.
"""

import logging

from django.contrib.contenttypes.models import ContentType
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError

from .kept import until_written

logger = logging.getLogger(__name__)

KINDS = {"lead": ("fill-480x320", "fill-960x640"), "body": ("width-480", "width-960")}
SHARED = "fill-1200x630|format-jpeg|jpegquality-70"  # what a network shows of a page that has a picture
LOGO = "max-480x96|format-webp-lossless"
DESK = "max-1200x1200"  # what the admin's own screens show; never public


def filters(kind):
    """The rendition specs of one kind of picture, as `{format: [specs]}`, the widest last."""
    sizes = KINDS[kind]
    return {
        "avif": [f"{size}|format-avif|avifquality-50" for size in sizes],
        "webp": [f"{size}|format-webp|webpquality-72" for size in sizes],
        "jpeg": [f"{sizes[-1]}|format-jpeg|jpegquality-72|bgcolor-ffffff"],
    }


def specs(kind):
    """The same as one list."""
    return [spec for found in filters(kind).values() for spec in found]


def shape(image, kind):
    """(width, height) in pixels of the widest size in which a picture of one kind is shown, whether it is or not."""
    size = KINDS[kind][-1]
    if size.startswith("fill-"):
        return tuple(int(part) for part in size.removeprefix("fill-").split("x"))
    width = min(int(size.removeprefix("width-")), image.width)
    return width, max(1, round(image.height * width / image.width))


PUBLIC_SPECS = frozenset([*(spec for kind in KINDS for spec in specs(kind)), SHARED, LOGO])


@until_written
def _renditions(image, *wanted):
    """Wagtail's look-up, which makes what is missing, and works out what each spec means, every time."""
    return image.get_renditions(*wanted)


def renditions(image, *wanted):
    """{spec: Rendition} of a picture (or None) that the public may see.

    {} for one that it may not, and where the original is gone: a page is then shown without it, not broken.
    """
    if not image or not image.is_shown:
        return {}
    try:
        return _renditions(image, *wanted)
    except SourceImageIOError:
        logger.error("The original of picture %s is missing.", image.pk)
        return {}


def references_of(instance):
    """{label of a model: {ids (str)}} of all that an instance refers to, as it stands in memory, saved or not.

    By the walk through fields, blocks and rich text that fills Wagtail's reference index.
    """
    from wagtail.models import ReferenceIndex  # the models import this module

    found = {}
    for kind, pk, _model_path, _path in ReferenceIndex._extract_references_from_object(instance):
        model = ContentType.objects.get_for_id(kind).model_class()
        found.setdefault(model._meta.label, set()).add(pk)
    return found


def pictures_in(instance):
    """The pictures (list) that an instance refers to."""
    model = get_image_model()
    ids = references_of(instance).get(model._meta.label)
    return list(model.objects.filter(pk__in=ids).order_by("pk")) if ids else []


def make_missing(images):
    """Make the public renditions that pictures (a queryset) do not have yet. Returns how many (int)."""
    made = 0
    for image in images.filter(withdrawn_at=None).prefetch_related("renditions"):
        there = {rendition.filter_spec for rendition in image.renditions.all()}
        missing = [spec for kind in KINDS for spec in specs(kind) if spec not in there]
        if missing:
            made += len(renditions(image, *missing))
    return made
