"""What the first text of a process needs is there before it comes."""

from __future__ import annotations

import os
import subprocess
import sys

_PROGRAM = """
from guanhao.screening import folding, packages, warming
from guanhao.screening.proof import confusions, modelfile, shapes
warming.in_background().join()
tables = folding.table.cache_info().misses
folding.table(folding.DRAFTS)
folding.table(folding.DRAFTS & ~(folding.Fold.SEPARATORS | folding.Fold.REPEATS))
confusions.alike("学")
shapes.lookalikes()
assert folding.table.cache_info().misses == tables, "a folding was built anew"
for loaded in (packages.jieba, modelfile.delivered, confusions.readings, confusions._sharing):
    assert loaded.cache_info().currsize, f"{loaded} was not loaded"
"""


_WEB = """
import gc
from guanhao import wsgi
from guanhao.screening.proof.modelfile import delivered
assert callable(wsgi.application)
wsgi.warming_up.join()
assert delivered.cache_info().currsize == 1
assert gc.get_freeze_count() > 100_000, "every full collection would look through what was loaded"
"""


def test_everything_a_draft_is_read_with_is_loaded_in_the_background():
    """In a process that has read nothing yet."""
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_web_process_begins_with_it(tmp_path):
    """The application is there at once; the first draft finds everything loaded, or waits for the rest of it only.

    And no page waits while Python's collector looks through all of that.

    In a process of its own: an application that is made sets up the logs of the process it is made in.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GUANHAO_")}
    own = {"GUANHAO_SECRET_KEY": "only-for-tests", "GUANHAO_DATABASE": "sqlite", "GUANHAO_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", _WEB], env=kept | own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
