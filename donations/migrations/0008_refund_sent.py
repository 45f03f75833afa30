from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donations", "0007_payment_by_reference")]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="sent_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
