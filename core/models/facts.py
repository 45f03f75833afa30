"""Facts that are entered once, and the choice of wording that repeats on every page."""

import json
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Orderable

from ..panels import HandbookPanel
from ..telephones import check_numbers, is_international, is_number


def facts_change(facts):
    """Record what changes in the facts inside, and tell publishers and approvers of what callers depend on."""
    from ..setting_changes import change_of, facts_values, tell_of_facts  # they need the models

    return change_of(facts, facts_values, tell_of_facts)


LAST_KNOWN = settings.VAR_DIR / "last-known-facts.json"


@register_setting(icon="home", order=100)
class Facts(ClusterableModel, BaseSiteSetting):
    """What the organisation is and how it is reached. Header, footer, contact page and structured data read it."""

    name = models.CharField(_("name"), max_length=120, default="Independent Medico-Legal Unit")
    short_name = models.CharField(_("short name"), max_length=30, default="IMLU")
    logo = models.ForeignKey(
        "core.SiteImage",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("At the top of every page, in place of the drawn mark and the short name. Shown 48 pixels high."),
    )
    since_year = models.PositiveSmallIntegerField(_("working since"), null=True, blank=True)
    street = models.CharField(_("street"), max_length=120, blank=True)
    area = models.CharField(_("part of town"), max_length=80, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    postal_address = models.CharField(_("postal address"), max_length=120, blank=True)
    map_url = models.URLField(
        _("address of a map"), blank=True, help_text=_("A plain link: nothing is loaded from it until a reader clicks.")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    press_email = models.EmailField(_("e-mail for the press"), blank=True)
    hours_en = models.CharField(_("opening hours, English"), max_length=200, blank=True)
    hours_sw = models.CharField(_("opening hours, Kiswahili"), max_length=200, blank=True)
    registration = models.CharField(_("registration numbers"), max_length=200, blank=True)
    exit_url = models.URLField(
        _("where “Leave this page” leads"),
        default="https://www.wikipedia.org/",
        help_text=_(
            "A neutral page outside this site, used on help and story pages. Choose one that many people open."
        ),
    )

    panels = [
        HandbookPanel("contact-details"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("name"), FieldPanel("short_name")]),
                FieldPanel("logo"),
                FieldPanel("since_year"),
                FieldPanel("registration"),
            ],
            _("Organisation"),
        ),
        InlinePanel(
            "phones",
            heading=_("Telephone numbers"),
            label=_("Number"),
            help_text=_("A change shows on every page at once: header, footer, contact, help pages."),
        ),
        MultiFieldPanel(
            [
                FieldPanel("street"),
                FieldRowPanel([FieldPanel("area"), FieldPanel("city")]),
                FieldPanel("postal_address"),
                FieldPanel("map_url"),
            ],
            _("Address"),
        ),
        MultiFieldPanel(
            [FieldPanel("email"), FieldPanel("press_email"), FieldPanel("hours_en"), FieldPanel("hours_sw")],
            _("E-mail and hours"),
        ),
        InlinePanel("social_links", heading=_("Social media"), label=_("Link")),
        FieldPanel("exit_url"),
    ]

    select_related = ["logo"]
    # What IMLU has not told us yet: shown to editors as a list, to visitors as nothing.
    WANTED = (
        "logo",
        "since_year",
        "street",
        "postal_address",
        "map_url",
        "email",
        "press_email",
        "hours_en",
        "hours_sw",
        "registration",
    )

    class Meta:
        verbose_name = _("organisation facts")

    def save(self, *args, **kwargs):
        with facts_change(self):
            super().save(*args, **kwargs)
        self.keep_last_known()

    def keep_last_known(self):
        """Write what an error page needs to a file, since that page must work without the database."""
        helpline = self.helpline
        LAST_KNOWN.parent.mkdir(parents=True, exist_ok=True)
        LAST_KNOWN.write_text(
            json.dumps({"name": self.name, "helpline": helpline.number if helpline else "", "exit_url": self.exit_url})
        )

    @property
    def helpline(self):
        """The first toll-free number, or None."""
        return next((phone for phone in self.phones.all() if phone.toll_free), None)

    @property
    def hours(self):
        """Opening hours in the active language, else in English."""
        return (self.hours_sw if translation.get_language() == "sw" else "") or self.hours_en

    @property
    def address(self):
        """The lines of the address that are known."""
        return [line for line in (self.street, self.area, self.city) if line]

    def missing(self):
        """The verbose names (list of str) of facts that IMLU has still to supply."""
        names = [str(self._meta.get_field(name).verbose_name) for name in self.WANTED if not getattr(self, name)]
        if not any(phone.international for phone in self.phones.all()):
            names.append(str(_("a telephone number that can be called from abroad")))
        if not self.social_links.exists():
            names.append(str(_("links to social media")))
        return names

    @staticmethod
    def last_known():
        """Return the facts of the last save from the file (dict), or {} if there is none. Needs no database."""
        try:
            return json.loads(LAST_KNOWN.read_text())
        except (OSError, ValueError):
            return {}


class OfFacts(Orderable):
    """A row of the facts: recorded as a change of them, also when it is saved by itself."""

    class Meta(Orderable.Meta):
        abstract = True

    def save(self, *args, **kwargs):
        with facts_change(self.facts):
            super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        with facts_change(self.facts):
            return super().delete(*args, **kwargs)


class Phone(OfFacts):
    """A telephone number."""

    KINDS = [
        ("helpline", _("Helpline")),
        ("office", _("Office")),
        ("mobile", _("Mobile")),
        ("whatsapp", _("WhatsApp")),
        ("press", _("Press")),
    ]

    facts = ParentalKey(Facts, on_delete=models.CASCADE, related_name="phones")
    kind = models.CharField(_("type"), max_length=20, choices=KINDS, default="office")
    number = models.CharField(_("number"), max_length=30, help_text=_("As people in Kenya dial it: 0800 721 401"))
    international = models.CharField(
        _("from abroad"),
        max_length=30,
        blank=True,
        help_text=_("With +254, if it can be reached from other countries."),
    )
    label_en = models.CharField(_("label, English"), max_length=80, blank=True)
    label_sw = models.CharField(_("label, Kiswahili"), max_length=80, blank=True)
    toll_free = models.BooleanField(_("free to call"), default=False)

    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("toll_free")]),
        FieldRowPanel([FieldPanel("number"), FieldPanel("international")]),
        FieldRowPanel([FieldPanel("label_en"), FieldPanel("label_sw")]),
    ]

    def clean(self):
        super().clean()
        check_numbers({"number": (self.number, is_number), "international": (self.international, is_international)})

    @property
    def label(self):
        """What the number is for, in the active language; the type where no label is given."""
        own = (self.label_sw if translation.get_language() == "sw" else "") or self.label_en
        return own or self.get_kind_display()

    @property
    def uri(self):
        """The `tel:` address (RFC 3966)."""
        return "tel:" + re.sub(r"[^\d+]", "", self.international or self.number)

    @property
    def local_uri(self):
        """The `tel:` address of the number as dialled in Kenya."""
        return "tel:" + re.sub(r"[^\d+]", "", self.number)


class SocialLink(OfFacts):
    """A profile elsewhere. “Follow us” appears only when there is one."""

    facts = ParentalKey(Facts, on_delete=models.CASCADE, related_name="social_links")
    name = models.CharField(_("name of the service"), max_length=40)
    url = models.URLField(_("address"))

    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("url")])]


@register_setting(icon="list-ul", order=110)
class Wording(BaseSiteSetting):
    """Which menu and which footer the site shows; each is a snippet with a translation."""

    menu = models.ForeignKey(
        "core.Menu", verbose_name=_("main menu"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    footer = models.ForeignKey(
        "core.Footer", verbose_name=_("footer"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def clean(self):
        super().clean()
        chosen = {name: getattr(self, name) for name in ("menu", "footer")}
        drafts = [name for name, snippet in chosen.items() if snippet and not snippet.live]
        if drafts:
            raise ValidationError(dict.fromkeys(drafts, _("It is not published yet: pages would have none.")))

    def save(self, *args, **kwargs):
        from ..setting_changes import change_of

        with change_of(self, lambda wording: {"menu": wording.menu_id, "footer": wording.footer_id}):
            super().save(*args, **kwargs)

    select_related = ["menu__locale", "footer__locale"]
    panels = [HandbookPanel("menu"), FieldPanel("menu"), FieldPanel("footer")]

    class Meta:
        verbose_name = _("menu and footer")
