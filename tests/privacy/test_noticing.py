"""The notice (PD2): versions that follow from the register and the institution's words; read once; kept as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guanhao.core.text import Text
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.privacy import noticing
from guanhao.privacy.models import Acknowledgement, PrivacyNotice
from guanhao.privacy.register import REGISTER
from guanhao.process import periodic
from tests.process.conftest import ME

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD2")]


@pytest.fixture
def notice(ruian):
    """The version in force."""
    return PrivacyNotice.objects.in_force().get()


def test_it_says_all_the_register_says_in_both_languages(ruian, notice):
    """Who, what for, on which basis, how long, given to whom; and the rights (PIPL 17)."""
    for language in ("zh", "en"):
        said = str(notice.body[language])
        for held in REGISTER:
            for text in (held.what, held.purpose, held.basis, held.period, held.recipients):
                assert (text.zh if language == "zh" else text.en) in said
    assert ruian.institution.name in str(notice.body)
    assert "第三十一条" in str(notice.body["zh"])


def test_the_institutions_words_make_a_new_version_and_the_same_words_none(ruian, notice, doing):
    """The old one stays as it was, one is in force, and everybody owes reading again."""
    before = dict(notice.body)
    published = noticing.publish(contact="宣传部 88888888", words="我们不出售信息。", **doing("ruian-editor"))
    again = noticing.publish(contact="宣传部 88888888 ", words="我们不出售信息。", **doing("ruian-editor"))
    assert again == published
    assert published.number == 2
    assert "88888888" in str(published.body["zh"])
    assert PrivacyNotice.objects.in_force().get() == published
    notice.refresh_from_db()
    assert notice.body == before
    assert notice.superseded_at == published.published_at
    events = Event.objects.filter(action=Action.PRIVACY_NOTICE_PUBLISHED).select_related("detail")
    assert [event.subject_id for event in events.order_by("index")] == [str(notice.pk), str(published.pk)]
    told = events.get(subject_id=str(published.pk))
    assert "88888888" not in str(told.facts)
    assert told.detail.data["detail"]["contact"] == "宣传部 88888888"


def test_only_the_office_words_it(ruian, doing):
    """Administrators do not, nor do sections."""
    for who in ("ruian-section", "ruian-system"):
        with pytest.raises(Refused):
            noticing.publish(contact="我", words="", **doing(who))


def test_software_that_holds_other_data_publishes_the_next_version_by_itself(ruian, notice, monkeypatch):
    """The institution's words stay in it; as long as nothing changed there is none."""
    periodic.keep_notices(ME)
    assert PrivacyNotice.objects.in_force().get() == notice
    other = (replace(REGISTER[0], period=Text("一年", "a year")), *REGISTER[1:])
    monkeypatch.setattr(noticing, "REGISTER", other)
    periodic.keep_notices(ME)
    new = PrivacyNotice.objects.in_force().get()
    assert (new.number, new.published_by) == (2, None)
    assert "一年" in str(new.body["zh"])


def test_reading_is_noted_once_with_its_entry(ruian, notice, doing):
    """The cast read the first version by the same act as everybody; a superseded one is read no more."""
    people = {person.pk for person in ruian.people.values()}
    assert set(Acknowledgement.objects.filter(notice=notice).values_list("person", flat=True)) == people
    events = Event.objects.filter(action=Action.PRIVACY_NOTICE_ACKNOWLEDGED)
    assert events.count() == len(people)
    new = noticing.publish(contact="宣传部", words="", **doing("ruian-editor"))
    with pytest.raises(WrongState, match="新版本"):
        noticing.acknowledge(notice=notice, **doing("ruian-student"))
    first = noticing.acknowledge(notice=new, **doing("ruian-student"))
    assert noticing.acknowledge(notice=new, **doing("ruian-student")) == first
    assert events.count() == len(people) + 1
    assert events.latest("index").facts == {"number": 2, "person": ruian.people["ruian-student"].pk}
