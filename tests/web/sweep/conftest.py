"""One set of objects and one clock for the sweep."""

import pytest

from guanhao.core import clock
from guanhao.ledger import keys
from tests.web.sweep.objects import NOW, Objects


@pytest.fixture
def objects(ruian):
    """瑞安学院 with everything an address may point at, on a Monday morning."""
    keys.create_if_missing()
    with clock.frozen(NOW):
        yield Objects(ruian)
