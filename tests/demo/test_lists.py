"""The demonstration's lists and sightings: through the real actions, so that no page of screening is empty."""

import pytest

from guanhao.contents.textcheck import check_text
from guanhao.demo import lists
from guanhao.lexicon.models import Allowance, Entry, ListedTerm
from guanhao.watch.models import Sighting


@pytest.mark.parametrize("key", ["ruian", "gpnu", "xartvu"])
def test_every_institution_has_terms_entries_allowances_and_sightings(request, key):
    """Each by the person whose work it is; names that have nothing to do with us are not kept."""
    cast = request.getfixturevalue(key)
    lists.fill(cast)
    assert ListedTerm.objects.in_force().count() >= 10
    assert {entry.kind for entry in Entry.objects.in_force()} >= {"leader", "confusable", "person_number"}
    assert Allowance.objects.in_force().exists()
    names = set(Sighting.objects.values_list("name", flat=True))
    assert names
    assert not names & {"瑞安市美食地图", "广州早茶指南", "西安电影票团购"}
    assert Sighting.objects.exclude(state="open").exists()


def test_the_lists_are_used_at_once(ruian):
    """A deputy's title beside the dean's name, a listed term, a wrong short name."""
    lists.fill(ruian)
    text = "副院长沈立群出席座谈汇。温职瑞院同学远离校园贷，谨防代考服务。"
    found = [one.message.zh for one in check_text(ruian.institution, text)]
    for words in ("沈立群现任院长", "座谈会", "瑞安学院", "代考服务"):
        assert any(words in sentence for sentence in found), words
    assert not any("校园贷" in sentence for sentence in found)
