"""The handover page: what is left is listed, heirs are named, both sign, the person leaves; the plain way is refused."""

from __future__ import annotations

import pytest

from guanhao.handover.items import items_of
from guanhao.people.models import Person


@pytest.mark.requirement("SE4")
@pytest.mark.article("ruian-6.6")
def test_a_handover_from_the_first_page_to_the_last(browser, ruian):
    """Refused while the manager's accounts have no heir; carried out once everything has one and both signed."""
    leaver, heir = ruian.people["ruian-editor"], ruian.people["ruian-editor-2"]
    system = browser("ruian-system", fresh=True)
    left = system.post(f"/settings/people/{leaver.pk}/leave/", {"name": leaver.name, "sure": "on"})
    assert left.status_code == 422
    base = f"/people/{leaver.pk}/handover/"
    office, own, other = (
        browser(f"ruian-{name}", fresh=True) for name in ("office-head", "editor", "editor-2")
    )
    assert browser("ruian-teacher").get(base).status_code == 403
    page = office.get(base).content.decode()
    assert "日常管理员" in page
    assert "办公室 · 编辑" in page  # the post in the rulebook's words, never its key
    assert " · editor" not in page
    assert office.post(base).status_code == 302
    early = office.post(f"{base}finish/")
    assert early.status_code == 302
    assert Person.objects.get(pk=leaver.pk).active
    for item in items_of(leaver):
        if item.needs:
            named = office.post(f"{base}heir/", {"item": item.name, "person": heir.pk})
            assert named.status_code == 302, item
    for client in (own, other):
        assert client.post(f"{base}sign/").status_code == 302
    assert "已签" in office.get(base).content.decode()
    assert office.post(f"{base}finish/").status_code == 302
    assert not Person.objects.get(pk=leaver.pk).active
    assert "已离开" in office.get(base).content.decode()


def test_nobody_is_offered_as_their_own_heir(browser, ruian):
    """The list of people to choose from leaves out the one who leaves."""
    leaver = ruian.people["ruian-editor"]
    office = browser("ruian-office-head")
    assert office.post(f"/people/{leaver.pk}/handover/").status_code in {200, 302}
    page = office.get(f"/people/{leaver.pk}/handover/").content.decode()
    assert f'<option value="{ruian.people["ruian-editor-2"].pk}"' in page
    assert f'<option value="{leaver.pk}"' not in page
