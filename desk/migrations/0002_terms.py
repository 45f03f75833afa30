"""The first words of the house, as the Kiswahili pages already say them."""

from django.db import migrations

TERMS = [
    ("accountability", "uwajibikaji", ""),
    ("advocacy", "utetezi", ""),
    ("appeal", "rufaa", ""),
    ("capacity building", "kujenga uwezo", ""),
    ("case", "kesi", "Of a court; what somebody lived through is “kisa”."),
    ("civil society", "mashirika ya kiraia", ""),
    ("coalition", "muungano", ""),
    ("compensation", "fidia", ""),
    ("confidential", "ya siri", ""),
    ("counselling", "ushauri nasaha", ""),
    ("detention", "kizuizini", ""),
    ("doctor", "daktari", ""),
    ("enforced disappearance", "kutoweka kwa kulazimishwa", ""),
    ("evidence", "ushahidi", ""),
    ("forensic documentation", "ushahidi wa kitabibu", "The service; not “forensiki”."),
    ("free of charge", "bila malipo", ""),
    ("human rights", "haki za binadamu", ""),
    ("Istanbul Protocol", "Itifaki ya Istanbul", ""),
    ("joint statement", "taarifa ya pamoja", ""),
    ("killing", "mauaji", ""),
    ("lawyer", "wakili", ""),
    ("litigation", "uendeshaji wa kesi", ""),
    ("livelihood", "riziki", ""),
    ("police", "polisi", ""),
    ("post-mortem", "upasuaji wa maiti", ""),
    ("press statement", "taarifa kwa vyombo vya habari", ""),
    ("redress", "haki na urejeshaji", ""),
    ("referral", "kuelekezwa kwingine", ""),
    ("rehabilitation", "matibabu na ushauri nasaha", "When people are told what they get; the programme is “urejeshaji”."),
    ("survivor", "manusura", "Not “mwathiriwa”, unless the law or the person says so."),
    ("torture", "mateso", ""),
    ("victim", "mwathiriwa", "Only where the law says it; otherwise “manusura”."),
]


def add(apps, schema_editor):
    Term = apps.get_model("desk", "Term")
    for english, kiswahili, note in TERMS:
        Term.objects.get_or_create(english=english, defaults={"kiswahili": kiswahili, "note": note})


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
