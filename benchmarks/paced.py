"""The web application on the time that the file in ``PACE`` says (see `tests.support.pace`): what `benchmarks.together` serves."""

import os
from pathlib import Path

from guanhao.core import clock
from guanhao.wsgi import application
from tests.support.pace import Pace

__all__ = ["application"]
TIME = clock.frozen(Pace(Path(os.environ["PACE"])))
TIME.__enter__()
