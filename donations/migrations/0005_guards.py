from django.db import migrations

from donations import guards


class Migration(migrations.Migration):
    """The triggers anew: a refund's is for its state, amount and gift alone."""

    dependencies = [("donations", "0004_looked_into")]

    operations = [migrations.RunPython(guards.install, migrations.RunPython.noop)]
