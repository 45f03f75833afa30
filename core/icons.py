"""The icons that editors choose from; they are drawn in static/img/icons.svg (Lucide, see docs/dependencies.md)."""

import functools
import re

from django.conf import settings
from django.utils.translation import gettext_lazy as _

SERVICE_ICONS = [
    ("forensic", _("Forensic documentation")),
    ("rehabilitation", _("Rehabilitation")),
    ("litigation", _("Litigation")),
    ("advocacy", _("Advocacy")),
    ("capacity", _("Capacity building")),
    ("monitoring", _("Monitoring")),
    ("research", _("Research")),
    ("empowerment", _("Empowerment")),
    ("community", _("Community")),
    ("children", _("Children")),
    ("health", _("Health")),
    ("education", _("Education")),
    ("shield", _("Protection")),
    ("voice", _("Voice")),
    ("housing", _("Housing")),
    ("training", _("Training")),
]


@functools.cache
def shapes():
    """{name: what stands inside the `<symbol>`} of the sprite."""
    sprite = (settings.BASE_DIR / "static" / "img" / "icons.svg").read_text("utf-8")
    return dict(re.findall(r'<symbol id="([\w-]+)"[^>]*><g[^>]*>(.*?)</g></symbol>', sprite))
