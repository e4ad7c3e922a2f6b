"""A process of the product on the time a file says: ``python -m tests.distributed.paced COMMAND …`` (see `tests.support.pace`)."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from guanhao.cli import main  # noqa: E402
from guanhao.core import clock  # noqa: E402
from tests.support.pace import Pace  # noqa: E402

if __name__ == "__main__":
    with clock.frozen(Pace(Path(os.environ["PACE"]))):
        sys.exit(main(sys.argv[1:]))
