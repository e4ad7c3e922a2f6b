"""The public inventory of personal data: for everybody, in both languages, about nobody."""

from __future__ import annotations

from html import unescape

import pytest

from guanhao.core import tenancy
from guanhao.people.models import Person
from guanhao.privacy.register import REGISTER


@pytest.mark.requirement("PD1")
@pytest.mark.requirement("PD4")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_reads_what_is_held_and_sees_nobody_in_it(browser, ruian, language):
    """Every kind with its purpose, basis, period and recipients; no name of the cast."""
    stranger = browser(HTTP_ACCEPT_LANGUAGE=language)
    page = unescape(stranger.get("/privacy/").content.decode())
    for held in REGISTER:
        for text in (held.what, held.purpose, held.basis, held.period, held.recipients):
            assert getattr(text, language) in page, text
    with tenancy.everywhere("looking for anybody"):
        names = set(Person.objects.values_list("name", flat=True))
    assert len(names) > 10
    assert [name for name in names if name in page] == []
    assert "/privacy/" in stranger.get("/sign-in/").content.decode()
    assert "/privacy/" in browser("ruian-student").get("/me/").content.decode()
