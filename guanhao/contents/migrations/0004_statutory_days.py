"""Enter the statutory holidays and make-up days that are known."""

from django.db import migrations


def seed(apps, schema_editor):
    from guanhao.contents.statutory import package_days

    day_model = apps.get_model("contents", "StatutoryDay")
    day_model.objects.bulk_create((day_model(**values) for values in package_days()), ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("contents", "0003_immutable_revisions")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
