"""The course of an upgrade, each half a process: ``python -m tests.operating.upgrade.course HALF SANDBOX``.

Begin: the database and the files as the first release left them (`first_release.json.xz`; `make` says how it came to be).
After: `guanhao migrate` of this release, and the work goes on. The last line written is what was seen, as JSON.
"""

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first.
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from guanhao.cases.models import Step  # noqa: E402
from guanhao.cases.saying import Saying  # noqa: E402
from guanhao.contents import actions as contents  # noqa: E402
from guanhao.contents.models import Article  # noqa: E402
from guanhao.core import clock, tenancy  # noqa: E402
from guanhao.demo.institutions import APP_SECRET, find  # noqa: E402
from guanhao.publishing.models import PublishJob  # noqa: E402
from tests.operating.drill import command  # noqa: E402
from tests.operating.upgrade.kept import kept, lay_out  # noqa: E402
from tests.publishing.world import DUE, Time, World  # noqa: E402
from tests.support.sandbox import RunningSandbox  # noqa: E402


def begin(_sandbox):
    """Lay the tables out as they were, fill them, and put the files beside them."""
    told = kept()
    executor = MigrationExecutor(connection)
    leaves = [tuple(leaf) for leaf in told["migrations"]]
    executor.migrate(leaves)
    apps = executor.loader.project_state(leaves).apps
    models = {row["model"]: apps.get_model(row["model"]) for row in told["rows"]}
    with transaction.atomic():
        for model in models.values():
            model.objects.all().delete()  # what migrations bring along is among the rows
        for row in told["rows"]:
            _fill(models[row["model"]], row)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models.values()):
                cursor.execute(statement)
    lay_out(told, settings.VAR_DIR)
    return {"rows": len(told["rows"])}


def _fill(model, row):
    """One row of a table as it was then."""
    columns, sets = {}, {}
    for name, value in row["fields"].items():
        field = model._meta.get_field(name)
        if field.many_to_many:
            sets[name] = value
        else:
            columns[field.attname] = (field.target_field if field.is_relation else field).to_python(value)
    made = model(pk=row["pk"], **columns)
    made.save_base(raw=True, force_insert=True)
    for name, keys in sets.items():
        getattr(made, name).set(keys)


def after(sandbox):
    """Migrate and go on: what was under way ends as it should, and old proofs still hold."""
    time = Time(sandbox, DUE + timedelta(minutes=5))
    with clock.frozen(time):
        done = {
            "migrate": command("migrate", "--verbosity", "0"),
            "audit": command("audit", "verify", "--json"),
        }
        cast = find("ruian")
        with tenancy.within(cast.institution):
            account = cast.accounts["flagship"]
            sandbox.account(
                appid=account.app_id, secret=APP_SECRET, type="SUB", principal="government", verified=True
            )
            done |= _goes_on(World(cast, time, sandbox))
        done["audit_again"] = command("audit", "verify", "--json")
        done["check"] = command("check", "--offline", "--json")
    return done


def _goes_on(world):
    """The push whose sender died, the one that is planned, and the article that waits."""
    waiting = Step.objects.waiting().select_related("case").get()
    contents.decide(**world.who("ruian-editor"), step=waiting, saying=Saying.all_ticked(waiting, "approve"))
    world.work(seconds=90, step=10)
    world.work(seconds=3600, step=300)
    sent, planned = PublishJob.objects.order_by("due_at")
    done = {"decided": Article.objects.get(case=waiting.case).state, "sent": [sent.state, sent.ask_why]}
    world.staged(planned)
    world.time.to(planned.due_at)
    world.work(seconds=60, step=5)
    planned.refresh_from_db()
    return done | {"planned": planned.state, "public": world.titles_public()}


if __name__ == "__main__":
    half, address = sys.argv[1:]
    told = {"begin": begin, "after": after}[half](RunningSandbox(address, lambda: None))
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
