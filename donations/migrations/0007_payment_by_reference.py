from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donations", "0006_no_references")]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["typed"], name="payment_by_reference"),
        ),
    ]
