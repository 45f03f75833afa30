from django.db import migrations


def loaded_pictures_show_nobody(apps, schema_editor):
    """The pictures of content/ are drawn by code. Of all others somebody must say it, and until then none is shown."""
    loaded = apps.get_model("core", "LoadedItem").objects.filter(model="core.SiteImage", changed_by_editor=False)
    keys = [int(key) for key in loaded.values_list("object_id", flat=True)]  # text there: no subquery on PostgreSQL
    images = apps.get_model("core", "SiteImage").objects.filter(pk__in=keys)
    images.update(shows="nobody")


class Migration(migrations.Migration):
    """On its own: PostgreSQL alters no table in the transaction in which its rows were changed."""

    dependencies = [("core", "0006_protected_names_and_document_language")]
    operations = [migrations.RunPython(loaded_pictures_show_nobody, migrations.RunPython.noop)]
