"""Accounts from before have no folded name and no digest of their particulars; both are worked out here, once.

What is worked out is spelt out here and not taken from `registry.particulars`: a later change of what is filed must not change
what this migration did.
"""

from django.db import migrations

from guanhao.core import tenancy
from guanhao.core.canonical import digest
from guanhao.screening.namekeys import fold

GONE = ("refused", "closed", "deregistered")
FILED = (
    "name", "kind", "handle", "address", "owner_unit_id", "flagship", "first_responsible_id", "supervising_leader_id",
    "manager_id", "bound_administrator_id", "purpose", "audience", "qr", "avatar",
)  # fmt: skip


def stamp(apps, schema_editor):
    """Fill what is empty.

    Of two accounts in use with one name on a platform, which the constraint forbids by now, the later one keeps no folded
    name: the register refuses its next change until one of the two has another name.
    """
    using = schema_editor.connection.alias
    accounts = apps.get_model("registry", "Account").objects.using(using)
    operators = apps.get_model("registry", "Operator").objects.using(using)
    with tenancy.everywhere("data migration of the register"):
        for account in accounts.filter(particulars_digest="").order_by("pk").iterator(chunk_size=500):
            serving = operators.filter(account=account, ended_on__isnull=True).order_by("person_id")
            told = {name: getattr(account, name) for name in FILED}
            told["operators"] = [
                [key, str(tenure)] for key, tenure in serving.values_list("person_id", "tenure")
            ]
            account.particulars_digest = digest(told)
            key = account.name_key or fold(account.name)[:120]
            twins = accounts.filter(
                institution_id=account.institution_id, platform=account.platform, name_key=key
            ).exclude(pk=account.pk)
            taken = key and account.state not in GONE and twins.exclude(state__in=GONE).exists()
            account.name_key = "" if taken else key
            account.save(update_fields=["name_key", "particulars_digest"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_faces"), ("people", "0001_initial")]

    operations = [migrations.RunPython(stamp, migrations.RunPython.noop)]
