"""Second factors from before are sealed; where there are none no key file is needed yet."""

from django.db import migrations

from guanhao.registry import secondfactors, vault


def seal(apps, schema_editor):
    rows = apps.get_model("mfa", "Authenticator").objects.using(schema_editor.connection.alias)
    if rows.exists():
        secondfactors.seal_in_clear(vault.ensure_keys(), rows)


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
