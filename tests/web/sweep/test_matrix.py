"""TN4: the permission matrix is a reviewed file; every address, method and role is visited and answers as it says."""

from __future__ import annotations

import pytest

from tests.web.sweep.arguments import ARGUMENTS
from tests.web.sweep.routes import DEMONSTRATION, ROLES, arguments, matrix, patterns
from tests.web.sweep.visiting import client_of, url_of, visit


@pytest.mark.requirement("TN4")
def test_every_address_is_in_the_matrix():
    """A new route fails here until somebody has written down who may do what with it."""
    written = {row.name for row in matrix()}
    assert set(patterns()) - DEMONSTRATION == written


@pytest.mark.requirement("TN4")
def test_every_argument_has_a_factory():
    """A new argument fails here until the sweep knows an object for it (§4.4)."""
    missing = {
        name for name, pattern in patterns().items() if arguments(pattern) != set(ARGUMENTS.get(name, {}))
    }
    assert not missing


@pytest.mark.requirement("TN4")
@pytest.mark.requirement("TN6")
@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_the_role_as_the_matrix_says(role, objects):
    """No code differs; all differences are shown at once."""
    client, wrong = client_of(role), []
    for row in matrix():
        response = visit(client, row.method, url_of(row.name, objects))
        if response.status_code != row.codes[role]:
            wrong.append(
                f"{row.method} {row.name}: {response.status_code}, the matrix says {row.codes[role]}"
            )
    assert not wrong, "\n".join(wrong)
