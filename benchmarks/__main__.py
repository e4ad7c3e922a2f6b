"""`make bench [SIZES=1000,10000]`: every database and size in a process of its own; one JSON object a line.

Figures that stand without a peer here are compared by docs/bench.md's table, which the peers' side fills.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from tools.test import postgres_here

SIZES = os.environ.get("SIZES", "1000,10000")


def main() -> int:
    """Run them one after the other, so that none disturbs another."""
    failed = False
    with tempfile.TemporaryDirectory() as home:
        common = {
            **os.environ,
            "GUANHAO_SECRET_KEY": "bench" * 12,
            "GUANHAO_VAR": home,
            "GUANHAO_TEST_DIR": home,
            "GUANHAO_TEST_DB_SUFFIX": "_bench",
            "GUANHAO_LOG_LEVEL": "WARNING",
            "GUANHAO_DEMO": "1",  # the invented reviewer has no second factor
        }
        for database in ({"GUANHAO_DATABASE": "sqlite"}, postgres_here()):
            if not database:
                print("PostgreSQL does not answer here; only SQLite was measured.", file=sys.stderr)
                continue
            for size in SIZES.split(","):
                done = subprocess.run(  # noqa: S603 - our own module.
                    [sys.executable, "-m", "benchmarks.one", size], env={**common, **database}, check=False
                )
                failed = failed or done.returncode != 0
        screening = subprocess.run([sys.executable, "-m", "benchmarks.screening"], env=common, check=False)
        failed = failed or screening.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
