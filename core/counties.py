"""The 47 counties of Kenya (Constitution of Kenya 2010, First Schedule), and a field that holds some of them."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

NAMES = [
    "Mombasa", "Kwale", "Kilifi", "Tana River", "Lamu", "Taita-Taveta", "Garissa", "Wajir", "Mandera", "Marsabit",
    "Isiolo", "Meru", "Tharaka-Nithi", "Embu", "Kitui", "Machakos", "Makueni", "Nyandarua", "Nyeri", "Kirinyaga",
    "Murang'a", "Kiambu", "Turkana", "West Pokot", "Samburu", "Trans Nzoia", "Uasin Gishu", "Elgeyo-Marakwet",
    "Nandi", "Baringo", "Laikipia", "Nakuru", "Narok", "Kajiado", "Kericho", "Bomet", "Kakamega", "Vihiga", "Bungoma",
    "Busia", "Siaya", "Kisumu", "Homa Bay", "Migori", "Kisii", "Nyamira", "Nairobi",
]  # fmt: skip
COUNTIES = [(name, name) for name in NAMES]


class CountiesFormField(forms.MultipleChoiceField):
    """Check boxes for the counties."""

    def __init__(self, **kwargs):
        for unused in ("encoder", "decoder", "max_length"):
            kwargs.pop(unused, None)
        super().__init__(choices=sorted(COUNTIES), widget=forms.CheckboxSelectMultiple, **kwargs)


class CountiesField(models.JSONField):
    """A list of county names. Not a many-to-many: wagtail-localize does not carry those to translations."""

    def __init__(self, verbose_name=None, **kwargs):
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(verbose_name, **kwargs)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        unknown = [name for name in value if name not in NAMES]
        if unknown:
            raise ValidationError(_("Not a county of Kenya: %(names)s.") % {"names": ", ".join(map(str, unknown))})

    def formfield(self, **kwargs):
        return CountiesFormField(required=False, label=self.verbose_name, help_text=self.help_text)
