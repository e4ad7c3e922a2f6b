"""Who a request is for: the institution in scope, sessions that end, second factors, no trace after the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django_scopes.exceptions import ScopeError
from django_scopes.state import get_scope

from guanhao.core import clock, tenancy
from guanhao.people.access import actor_of
from guanhao.people.actions import deactivate
from guanhao.people.models import Institution, Person, User
from guanhao.privacy import noticing
from guanhao.privacy.models import PrivacyNotice
from guanhao.web.access import one
from guanhao.web.viewer import Viewer


@pytest.mark.requirement("TN3")
def test_a_request_leaves_no_institution_in_scope(db, browser):
    """The next request, or a task of the same thread, begins with nothing declared."""
    with tenancy.everywhere("signing in"):
        client = browser("ruian-editor")
    assert client.get("/").status_code == 200
    assert "institution" not in get_scope()
    with pytest.raises(ScopeError):
        Person.objects.count()


@pytest.mark.requirement("TN3")
def test_a_stranger_has_no_scope_and_is_sent_to_sign_in(db, browser):
    """With the way back in the address."""
    response = browser().get("/settings/people/?q=x")
    assert response.status_code == 302
    assert response.url == "/sign-in/?next=%2Fsettings%2Fpeople%2F%3Fq%3Dx"


@pytest.mark.requirement("TN1")
def test_what_is_out_of_sight_answers_like_what_does_not_exist(ruian, gpnu, browser):
    """Same code, same words."""
    client = browser("ruian-system")
    with tenancy.everywhere("looking for a foreign person"):
        foreign = Person.objects.filter(institution=gpnu.institution).first().pk
    seen, missing = client.get(f"/settings/people/{foreign}/"), client.get("/settings/people/999999/")
    assert seen.status_code == missing.status_code == 404
    assert len(seen.content) == len(missing.content)


@pytest.mark.requirement("TN6")
@pytest.mark.requirement("SI4")
def test_whoever_leaves_is_signed_out_at_the_next_request(ruian, browser):
    """Deactivation binds at once and ends the session."""
    client = browser("ruian-section")
    assert client.get("/").status_code == 200
    person = ruian.people["ruian-section"]
    deactivate(actor=Viewer(person, ruian.institution, "").actor, person=person, on=clock.today())
    response = client.get("/")
    assert (response.status_code, response.url) == (302, "/sign-in/?next=%2F")
    assert client.get("/me/").status_code == 302


@pytest.mark.requirement("TN6")
def test_a_person_taken_out_of_use_elsewhere_is_signed_out_even_when_the_session_lives(ruian, browser):
    """The middleware asks for an active person every time, not only the deactivation for sessions."""
    client = browser("ruian-section")
    Person.objects.filter(pk=ruian.people["ruian-section"].pk).update(active=False)
    response = client.get("/", follow=True)
    assert response.redirect_chain[0] == ("/sign-in/", 302)
    assert "没有在用的身份" in response.content.decode()


@pytest.mark.requirement("SI4")
def test_a_session_ends_after_twelve_hours_however_busy(ruian, browser):
    """The absolute limit counts from the first request, whatever was done in between."""
    client, began = browser("ruian-editor"), clock.now()
    for hours in (0, 6, 11.9):
        with clock.frozen(began + timedelta(hours=hours)):
            assert client.get("/me/").status_code == 200
    with clock.frozen(began + timedelta(hours=12.1)):
        assert client.get("/me/").url == "/sign-in/"
        assert client.get("/me/").url == "/sign-in/?next=%2Fme%2F"


@pytest.mark.requirement("SI4")
def test_using_a_session_puts_its_idle_end_off(ruian, browser, settings):
    """Two hours count from the last minute used, not from signing in."""
    client, began = browser("ruian-editor"), clock.now()
    client.get("/me/")
    Session.objects.update(expire_date=began + timedelta(minutes=1))
    with clock.frozen(began + timedelta(minutes=2)):
        client.get("/me/")
    assert Session.objects.get().expire_date > began + timedelta(minutes=100)


@pytest.fixture
def in_two_houses(ruian, gpnu):
    """林知夏 also works for the second institution."""
    user = User.objects.get(username="ruian-editor")
    with tenancy.within(gpnu.institution):
        person = Person(institution=gpnu.institution, user=user, name="林知夏", created_at=clock.now())
        person.save()
        notice = PrivacyNotice.objects.in_force().get()
        noticing.acknowledge(actor=actor_of(person), person=person, notice=notice)
    return user


def test_who_belongs_to_two_institutions_chooses_one(in_two_houses, browser):
    """Until then every page leads to the choice; afterwards the chosen one is in scope."""
    client = browser("ruian-editor")
    assert client.get("/rules/").url == "/choose/"
    with tenancy.everywhere("reading keys"):
        key = Institution.objects.get(key="gpnu").pk
    assert client.post("/choose/", {"institution": key}).url == "/"
    assert "广东技术师范学院" in client.get("/").content.decode()
    assert client.get("/rules/gpnu-6/").status_code == 200


@pytest.mark.requirement("TN2")
def test_nobody_chooses_an_institution_he_does_not_belong_to(in_two_houses, browser):
    """A key in the form is looked for among one's own."""
    client = browser("ruian-editor")
    with tenancy.everywhere("reading keys"):
        key = Institution.objects.get(key="xartvu").pk
    assert client.post("/choose/", {"institution": key}).status_code == 404
    assert client.post("/choose/", {"institution": "1 or 1=1"}).status_code == 404


@pytest.mark.requirement("SI1")
@pytest.mark.parametrize(
    "who", ["ruian-section-head", "ruian-editor", "ruian-tech", "ruian-system", "ruian-audit"]
)
def test_who_decides_publishes_or_administers_must_set_up_a_second_factor(who, ruian, browser, settings):
    """Nothing else opens before; the set-up itself does, and signing out."""
    settings.SECOND_FACTOR = True
    client = browser(who)
    for path in ("/", "/articles/", "/rules/", "/me/password/"):
        assert client.get(path).url == "/me/two-step/set-up/"
    assert client.get("/me/two-step/set-up/").status_code in {200, 302}
    assert client.get("/sign-out/").status_code == 200


@pytest.mark.requirement("SI1")
def test_a_mere_contributor_needs_none(ruian, browser, settings):
    """A student offers articles and decides nothing."""
    settings.SECOND_FACTOR = True
    assert browser("ruian-student").get("/").status_code == 200


def test_one_finds_only_among_what_one_may_see(ruian):
    """`one` answers 404, whatever it is asked for."""
    assert one(Person.objects.all(), pk=ruian.people["ruian-editor"].pk).name == "林知夏"
