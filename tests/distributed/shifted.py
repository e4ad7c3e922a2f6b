"""A process of the product whose time runs on from a played instant: ``python -m tests.distributed.shifted COMMAND …``.

The file named by SHIFT_FILE says by how many seconds every clock of the installation is moved; a test jumps by writing it.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from guanhao.cli import main  # noqa: E402
from guanhao.core import clock  # noqa: E402


def moved():
    """Real time plus the shift."""
    return datetime.now(UTC) + timedelta(seconds=float(Path(os.environ["SHIFT_FILE"]).read_text()))


if __name__ == "__main__":
    with clock.frozen(moved):
        sys.exit(main(sys.argv[1:]))
