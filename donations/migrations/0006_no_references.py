from django.db import migrations

LEDGER = ["entry", "event", "gift", "letter", "payment", "refund"]


def forget(apps, schema_editor):
    apps.get_model("wagtailcore", "ReferenceIndex").objects.filter(
        base_content_type__app_label="donations", base_content_type__model__in=LEDGER
    ).delete()


class Migration(migrations.Migration):
    """What Wagtail had noted of gifts and their like: “usage” of a donation form listed them to its editors."""

    dependencies = [("donations", "0005_guards"), ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
