from django.db import migrations, models

import core.models.media


class Migration(migrations.Migration):
    dependencies = [("core", "0008_giving")]

    operations = [
        # The documents that are there have no key: what links to them from elsewhere still leads to them.
        migrations.AddField(
            model_name="sitedocument",
            name="address_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=16),
        ),
        migrations.AlterField(
            model_name="sitedocument",
            name="address_key",
            field=models.CharField(
                blank=True, default=core.models.media.new_address_key, editable=False, max_length=16
            ),
        ),
    ]
