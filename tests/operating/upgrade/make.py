"""Makes `first_release.json.xz`: what an installation of the first release held in the middle of its work.

Run once with the code of that release (its last commit is fda5404) on the path, in an empty directory that
``GUANHAO_VAR`` names, on SQLite: ``python make.py FILE``. Every person, key and word in it is invented for the tests.

Kept are the migrations it had, every row, the files beside the database, and a bundle of its ledger. It holds a push that
is planned, one whose sender died between intent and first byte, and an article that waits for a decision.
"""

import base64
import json
import lzma
import os
import sys
import tempfile
from contextlib import chdir
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402

from guanhao.cli import main as guanhao  # noqa: E402
from guanhao.contents import actions as contents  # noqa: E402
from guanhao.core import clock, faults, tenancy  # noqa: E402
from guanhao.demo.institutions import APP_SECRET, set_up  # noqa: E402
from guanhao.process.checkpoints import keep_checkpoints  # noqa: E402
from guanhao.steps.types import Worker  # noqa: E402
from tests.publishing.world import DUE, Time, World, png, stored  # noqa: E402
from tests.support.sandbox import RunningSandbox  # noqa: E402

LEFT_OUT = ["contenttypes", "auth.permission", "sessions"]


class Died(BaseException):
    """The sender's process ends here."""


def work(sandbox, time):
    """Two pushes and a case, each stopped half-way."""
    cast = set_up("ruian")
    with tenancy.within(cast.institution):
        account = cast.accounts["flagship"]
        sandbox.account(
            appid=account.app_id, secret=APP_SECRET, type="SUB", principal="government", verified=True
        )
        world = World(cast, time, sandbox)
        planned = world.approved("校运会安排")
        sent = world.staged(world.planned(world.approved("技能月开幕")))
        time.to(DUE)
        try:
            with faults.handler(_dies):
                world.work(seconds=5)
        except Died:
            sent.refresh_from_db()
        assert sent.state == "armed", sent.state
        world.planned(planned, due=DUE + timedelta(days=1))
        _waiting(world)
    keep_checkpoints(Worker("make/checkpoints"))


def _waiting(world):
    """An article that was handed in and waits."""
    writer = world.who("ruian-student")
    cover = stored(world.cast.institution, png())
    content = {
        "title": "图书馆延长开放时间", "author_line": "学生记者", "digest_text": "摘要", "cover": cover, "source": "学生科",
        "body": f'<p>图书馆自周一起延长开放时间。</p><p><img src="asset:{cover}" alt="现场"></p>',
        "credits": {"editor": "林知夏", "pictures": "方予安", "layout": "林知夏", "text": "方予安"},
    }  # fmt: skip
    article = contents.create_article(
        **writer, account=world.account, unit=world.cast.units["学生科"], kind="student", content=content,
        details=contents.Details(category="news"),
    )  # fmt: skip
    contents.submit(**writer, article=article)


def _dies(point):
    if point == "after_intent":
        raise Died


def rows():
    """Every row of every table that is ours."""
    with (
        tempfile.TemporaryDirectory() as directory,
        tenancy.everywhere("the first release is kept for a test"),
    ):
        file = Path(directory) / "rows.json"
        call_command("dumpdata", all=True, exclude=LEFT_OUT, output=str(file), verbosity=0)
        return json.loads(file.read_text(encoding="utf-8"))


def files(home):
    """What lies beside the database, by its path."""
    found = [path for path in sorted(home.rglob("*")) if path.is_file() and ".sqlite3" not in path.name]
    return {str(path.relative_to(home)): base64.b64encode(path.read_bytes()).decode() for path in found}


def main(target):
    """Make the file."""
    home = Path(settings.VAR_DIR)
    call_command("init_keys")
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as directory, RunningSandbox.in_thread(Path(directory)) as sandbox:
        settings.WECHAT_BASE_URL = sandbox.base_url
        time = Time(sandbox)
        with clock.frozen(time):
            work(sandbox, time)
            with chdir(home):  # The ledger tells where to; no path of the machine is wanted in it.
                assert guanhao(["audit", "export", "ruian", "bundle.zip"]) == 0
    leaves = MigrationLoader(connection).graph.leaf_nodes()
    told = {"migrations": leaves, "rows": rows(), "files": files(home)}
    data = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    Path(target).write_bytes(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))
    sys.stdout.write(f"{len(told['rows'])} rows, {len(told['files'])} files\n")


if __name__ == "__main__":
    main(sys.argv[1])
