"""The plan refuses with the article it rests on, and offers the nearest lawful time."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhao.contents import actions, checks, plan, weekplan
from guanhao.contents.models import CalendarDay, Push
from guanhao.contents.placing import Publishers
from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.core.verdicts import Refused
from guanhao.people.access import actor_of
from tests.contents.conftest import decide, submit

TUESDAY = date(2026, 11, 24)


def at(hour, minute=0, day=24, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


@pytest.fixture
def monday_morning():
    """Monday, 23 November 2026, nine in the morning."""
    with clock.frozen(at(9, day=23)):
        yield


@pytest.fixture
def approved(ruian, offer, monday_morning):
    """Make approved student articles: ``approved()``."""

    def make(**more):
        article = offer(ruian, "ruian-student", kind="student", unit="学生科", **more)
        submit(ruian, "ruian-student", article)
        decide(ruian, "ruian-editor-2", article)
        return article

    return make


def place(
    cast, articles, due_at, *, who="ruian-editor", channel="wechat_publish", account="flagship", **more
):
    person = cast.people[who]
    return plan.plan_push(
        actor=actor_of(person),
        person=person,
        account=cast.accounts[account],
        revisions=[article.current for article in articles],
        channel=channel,
        due_at=due_at,
        **more,
    )


def test_an_approved_article_takes_its_place(ruian, approved):
    """The push, its item and the article's state, in order."""
    first, second = approved(), approved(title="第二篇")
    push = place(ruian, [first, second], at(16, 30))
    assert [item.revision for item in push.live_items] == [first.current, second.current]
    first.refresh_from_db()
    assert first.state == "scheduled"


@pytest.mark.article("ruian-11")
@pytest.mark.parametrize("moment", [(15, 59), (18, 0), (19, 30), (21, 0)])
def test_outside_the_windows_of_a_working_day_is_refused_with_the_article(ruian, approved, moment):
    """The end of a window is outside it."""
    with pytest.raises(checks.Blocked) as refused:
        place(ruian, [approved()], at(*moment))
    assert refused.value.denied.article == "ruian-11"
    assert not Push.objects.filter(due_at=at(*moment)).exists()


@pytest.mark.article("ruian-11")
@pytest.mark.parametrize("moment", [(16, 0), (17, 59), (20, 0), (20, 59)])
def test_inside_the_windows_is_accepted(ruian, approved, moment):
    """The start of a window is inside it."""
    assert place(ruian, [approved()], at(*moment)).pk


@pytest.mark.article("ruian-11")
def test_weekends_and_holidays_are_free_and_make_up_days_are_not(ruian, approved):
    """A Saturday is free until the school says that it is worked."""
    saturday = at(10, day=28)
    assert place(ruian, [approved(category="light")], saturday).pk
    CalendarDay.objects.create(institution=ruian.institution, day=saturday.date(), working=True)
    with pytest.raises(checks.Blocked):
        place(ruian, [approved(category="light")], saturday)


@pytest.mark.article("ruian-10")
def test_weekends_ask_for_light_matter_but_only_warn(ruian, approved):
    """The finding is kept; the push is planned."""
    article = approved(category="study")
    place(ruian, [article], at(10, day=28))
    finding = article.current.findings.get(rule="category_by_day")
    assert (finding.force, finding.article_ref) == ("warn", "ruian-10")


@pytest.mark.article("ruian-16")
def test_an_article_that_arrived_less_than_half_a_day_before_is_refused(ruian, offer):
    """Handed in at three for a push at four."""
    with clock.frozen(at(15)):
        article = offer(ruian, "ruian-student", kind="student", unit="学生科")
        submit(ruian, "ruian-student", article)
        decide(ruian, "ruian-editor-2", article)
        with pytest.raises(checks.Blocked) as refused:
            place(ruian, [article], at(16))
    assert refused.value.denied.article == "ruian-16"


@pytest.mark.article("ruian-12")
@pytest.mark.article("ruian-16")
def test_breaking_news_goes_first(ruian, offer):
    """Neither window nor lead time bind it."""
    with clock.frozen(at(15)):
        article = offer(ruian, "ruian-student", kind="student", unit="学生科", classes=["breaking_news"])
        submit(ruian, "ruian-student", article)
        decide(ruian, "ruian-editor-2", article)
        assert place(ruian, [article], at(15, 5)).pk


@pytest.mark.article("ruian-16")
def test_the_head_of_the_office_may_let_a_late_article_pass_with_a_reason(ruian, approved):
    """The role the clause names and nobody else; the finding remembers who and why."""
    article = approved()
    with clock.frozen(at(15, 30)):
        with pytest.raises(Refused):
            place(ruian, [article], at(15, 45), override_reason="领导要求")
        ruian.people["ruian-editor"].appointments.create(
            institution=ruian.institution, unit=ruian.units["办公室"], post="head", since=date(2026, 1, 1)
        )
        assert place(ruian, [article], at(15, 45), override_reason="校庆当日").pk
    finding = article.current.findings.get(rule="window")
    assert (finding.state, finding.reason) == ("overridden", "校庆当日")


@pytest.mark.article("ruian-11")
def test_a_window_let_pass_by_the_head_holds_for_that_time_only(ruian, approved):
    """The editor notes the finding, the head settles it, the editor plans; another time is refused as before."""
    article = approved()
    editor, head = ruian.people["ruian-editor"], ruian.people["ruian-office-head"]
    wish = {
        "account": ruian.accounts["flagship"],
        "revisions": [article.current],
        "channel": "wechat_publish",
    }
    for finding in plan.note_findings(person=editor, **wish, due_at=at(19)):
        if finding.rule == "window":
            with pytest.raises(Refused):
                actions.settle_finding(
                    actor=actor_of(editor), person=editor, finding=finding, reason="我看可以"
                )
            actions.settle_finding(actor=actor_of(head), person=head, finding=finding, reason="校庆直播")
    with pytest.raises(checks.Blocked):
        place(ruian, [article], at(19, day=25))
    assert place(ruian, [article], at(19)).pk


@pytest.mark.article("ruian-6.3")
def test_only_the_office_schedules(ruian, approved):
    """The student may not, the section head may not."""
    article = approved()
    for who in ("ruian-student", "ruian-section-head", "ruian-office-head"):
        with pytest.raises(Refused) as refused:
            place(ruian, [article], at(16), who=who)
        assert refused.value.denied.article in {"ruian-6.1", "ruian-6.3"}


@pytest.mark.article("ruian-6.3")
def test_an_unreviewed_article_takes_no_place(ruian, offer, monday_morning):
    """In review is not approved."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    submit(ruian, "ruian-student", article)
    article.refresh_from_db()
    with pytest.raises(Refused):
        place(ruian, [article], at(16))


@pytest.mark.requirement("AP2")
def test_an_approval_for_one_account_is_none_for_another(gpnu, offer, monday_morning):
    """The audience is part of what was approved."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account="college")
    submit(gpnu, "gpnu-college", article)
    decide(gpnu, "gpnu-college-leader", article)
    with pytest.raises(Refused) as refused:
        place(gpnu, [article], at(16), who="gpnu-publicity", account="flagship")
    assert "另一个账号" in refused.value.denied.reason.zh
    assert place(gpnu, [article], at(16), who="gpnu-college", account="college").pk


def test_a_revision_is_live_once_on_an_account(ruian, approved):
    """A second place is refused; after cancelling it is free again."""
    article = approved()
    push = place(ruian, [article], at(16))
    with pytest.raises(Refused):
        place(ruian, [article], at(17))
    editor = ruian.people["ruian-editor"]
    plan.cancel_push(actor=actor_of(editor), person=editor, push=push, serial=push.serial, reason="改期")
    article.refresh_from_db()
    assert article.state == "approved"
    assert place(ruian, [article], at(17)).pk


def test_a_push_carries_at_most_eight_different_articles(ruian, approved):
    """Nine are refused, and one twice."""
    articles = [approved(title=f"第{n}篇") for n in range(9)]
    with pytest.raises(Refused):
        place(ruian, articles, at(16))
    with pytest.raises(Refused):
        place(ruian, [articles[0], articles[0]], at(16))
    assert len(place(ruian, articles[:8], at(16)).live_items) == 8


def test_weibo_carries_one_item_and_not_wechats_channel(gpnu, offer, monday_morning):
    """Channels are data of the platform."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account="college_weibo")
    submit(gpnu, "gpnu-college", article)
    decide(gpnu, "gpnu-college-leader", article)
    with pytest.raises(Refused):
        place(gpnu, [article], at(16), who="gpnu-college", account="college_weibo")
    assert place(gpnu, [article], at(16), who="gpnu-college", account="college_weibo", channel="by_hand").pk


def test_the_past_is_refused(ruian, approved):
    """Nothing goes out yesterday."""
    with pytest.raises(Refused):
        place(ruian, [approved()], at(16, day=20))


def test_moving_asks_everything_again_and_notices_others(ruian, approved):
    """Out of the window it is refused; with an old serial too."""
    push = place(ruian, [approved()], at(16))
    editor = ruian.people["ruian-editor"]
    mover = {"actor": actor_of(editor), "person": editor, "push": push}
    with pytest.raises(checks.Blocked):
        plan.move_push(**mover, due_at=at(19), serial=push.serial)
    moved = plan.move_push(**mover, due_at=at(20, 15), serial=push.serial)
    assert moved.due_at == at(20, 15)
    with pytest.raises(plan.MovedByOthers):
        plan.move_push(**mover, due_at=at(20, 30), serial=moved.serial - 1)


@pytest.mark.article("ruian-11")
@pytest.mark.article("ruian-16")
def test_the_nearest_lawful_time_is_offered(ruian, approved):
    """From seven in the evening: eight the same day. From nine on Friday evening: the free Saturday, same hour."""
    article = approved()
    ask = {
        "person": ruian.people["ruian-editor"],
        "account": ruian.accounts["flagship"],
        "revisions": [article.current],
        "channel": "wechat_publish",
    }
    assert plan.nearest_lawful(**ask, after=at(19)) == at(20)
    assert plan.nearest_lawful(**ask, after=at(21, 30, day=27)) == at(21, 30, day=28)
    assert plan.nearest_lawful(**ask, after=at(9, 30, day=23)) == at(16, day=23)


@pytest.mark.article("ruian-11")
def test_a_working_day_without_a_push_is_a_gap(ruian, approved):
    """Five gaps in an empty week, four once Tuesday has a push; a holiday owes nothing."""
    days = [gap.day.day for gap in weekplan.gaps(ruian.institution, date(2026, 11, 23))]
    assert days == [23, 24, 25, 26, 27]
    place(ruian, [approved()], at(16))
    gaps = weekplan.gaps(ruian.institution, date(2026, 11, 23))
    assert [gap.day.day for gap in gaps] == [23, 25, 26, 27]
    assert {gap.article for gap in gaps} == {"ruian-11"}
    CalendarDay.objects.create(
        institution=ruian.institution, day=date(2026, 11, 25), working=False, name="校庆"
    )
    assert 25 not in [gap.day.day for gap in weekplan.gaps(ruian.institution, date(2026, 11, 23))]


def test_a_week_shows_its_windows_and_free_days(ruian):
    """Working days have windows, the weekend is free, National Day has a name."""
    days = weekplan.days_of(ruian.accounts["flagship"], date(2026, 9, 28), date(2026, 10, 4))
    assert [str(stretch.start)[:5] for stretch in days[0].stretches] == ["16:00", "20:00"]
    assert [day.free for day in days] == [False, False, False, True, True, True, True]
    assert days[3].name == "国庆节"
    assert days[0].article == "ruian-11"


def test_an_institution_without_windows_is_free_all_week(gpnu):
    """A regulation that says nothing about hours binds nobody."""
    days = weekplan.days_of(gpnu.accounts["flagship"], date(2026, 11, 23), date(2026, 11, 29))
    assert all(day.free for day in days)
    assert weekplan.gaps(gpnu.institution, date(2026, 11, 23)) == []


def test_the_calendars_questions_are_constant_in_queries(ruian, approved, django_assert_max_num_queries):
    """However many pushes a week has."""
    for hour in (16, 17, 20):
        place(ruian, [approved(title=f"{hour} 点")], at(hour))
    with django_assert_max_num_queries(12):
        weekplan.gaps(ruian.institution, date(2026, 11, 23))


def test_withdrawing_a_planned_article_needs_the_push_cancelled_first(ruian, approved):
    """Nothing disappears from under a push."""
    article = approved()
    place(ruian, [article], at(16))
    article.refresh_from_db()
    student = ruian.people["ruian-student"]
    with pytest.raises(Refused):
        actions.withdraw(actor=actor_of(student), person=student, article=article)


def test_who_may_move_what_is_known_in_the_same_number_of_queries_however_long_the_week(ruian, approved):
    """One push or four; the answers are those of the single question."""
    editor, student = ruian.people["ruian-editor"], ruian.people["ruian-student"]
    counts = []
    for hours in ([(16, 0)], [(16, 30), (17, 0), (20, 30)]):
        for hour, minute in hours:
            place(ruian, [approved(title=f"{hour}:{minute}")], at(hour, minute))
        with CaptureQueriesContext(connection) as captured:
            articles = [
                item.revision.article for push in Push.objects.with_items() for item in push.live_items
            ]
            publishers = Publishers(editor)
            assert all(publishers.may_publish(article) for article in articles)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert not any(Publishers(student).may_publish(article) for article in articles)
