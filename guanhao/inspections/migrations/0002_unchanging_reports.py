"""A report that was sent is never changed and never goes away: the database itself refuses."""

from importlib import import_module

from django.db import migrations

_before = import_module("guanhao.cases.migrations.0003_unchanging_decisions")
TABLE = "inspections_report"


def forbid(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in (_before._sqlite if sqlite else _before._postgresql)(TABLE):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_rounds")]

    operations = [migrations.RunPython(forbid, migrations.RunPython.noop, elidable=False)]
