"""One installation of its own: a directory, a database, and processes that know nothing else."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "canary-session-secret-" * 4


class Machine:
    """A directory, a database and the environment that names both."""

    def __init__(self, home, sandbox, database):
        self.home, self.sandbox = home, sandbox
        home.mkdir()
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("GUANHAO_")} | {
            "GUANHAO_TEST_SWITCH": "1", "GUANHAO_SECRET_KEY": SECRET_KEY, "GUANHAO_VAR": str(home),
            "GUANHAO_WECHAT_BASE_URL": sandbox.base_url, **database,
        }  # fmt: skip

    def does(self, module, half, *arguments):
        """Run one half of a course: a module that is given the half's name and the sandbox, and tells JSON at last."""
        done = subprocess.run(
            [sys.executable, "-m", module, half, self.sandbox.base_url, *map(str, arguments)],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:] + done.stdout[-1000:]
        return json.loads(done.stdout.splitlines()[-1])
