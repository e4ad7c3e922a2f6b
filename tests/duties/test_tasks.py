"""What each kind of duty is opened by and met by, clause by clause, in the three institutions."""

from __future__ import annotations

from datetime import date

import pytest

from guanhao.contents.assets import store_image
from guanhao.contents.days import set_day
from guanhao.contents.models import Push
from guanhao.contents.types import Channel
from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.core.text import Text
from guanhao.core.verdicts import Refused
from guanhao.demo.pictures import draw
from guanhao.duties import actions
from guanhao.duties.bringing import file_rules, raise_concern
from guanhao.duties.models import Duty
from guanhao.duties.types import DutyState, Report
from guanhao.ledger.actions import record
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action, Subject
from guanhao.notices.models import Notice
from guanhao.people import actions as people
from guanhao.people.access import actor_of
from guanhao.registry.actions import add_account, subject_of
from guanhao.registry.models import Account
from guanhao.registry.operators import add_operator, end_operator
from guanhao.rulebook.behaviours import registered
from guanhao.rulebook.clauses import Duty as Clause
from guanhao.web.viewer import Viewer
from guanhao.web.work.repost_pages import called
from tests.contents.conftest import decide, offer, submit
from tests.duties.conftest import ACTOR, at, duties
from tests.process.conftest import told_people

__all__ = ["offer"]
pytestmark = pytest.mark.database


def happened(cast, action, subject, **facts):
    """An event that another part of the house records."""
    told = record(institution=cast.institution, actor=ACTOR, action=action, subject=subject, facts=facts)
    return told.event


def done(cast, who, duty, link=""):
    """Somebody reports a duty as done."""
    person = cast.people[who]
    return actions.report(
        actor=actor_of(person), duty=duty, report=Report(person=person, note="已经办好了。", link=link)
    )


def unverified(cast):
    """An account that the platform has not verified."""
    account = cast.accounts["college"]
    Account.objects.filter(pk=account.pk).update(verified=False)
    return account


def pushed_by(cast, account):
    """A push that an account sent."""
    office = cast.people["gpnu-publicity"]
    return Push.objects.create(
        institution=cast.institution,
        account=account,
        channel=Channel.BY_HAND,
        due_at=clock.now(),
        planned_by=office,
        planned_at=clock.now(),
    )


class TestAfterAnEvent:
    """Duties that something opened."""

    @pytest.mark.article("gpnu-6")
    def test_verification_is_owed_after_opening_and_met_by_it(self, gpnu, time, follow):
        """Ten working days from the opening; the platform's verification meets it."""
        account = unverified(gpnu)
        happened(gpnu, Action.ACCOUNT_OPENED, subject_of(account))
        follow()
        (duty,) = duties("verify_account")
        assert duty.due_at == at(7, month=12)
        time.on(days=1)
        happened(gpnu, Action.ACCOUNT_VERIFIED, subject_of(account))
        follow()
        assert duties("verify_account")[0].state == DutyState.MET

    @pytest.mark.article("gpnu-16")
    def test_a_closed_account_is_filed_and_owes_nothing_else(self, gpnu, time, follow):
        """What was still owed about it is dropped; the closure is to be filed."""
        account = unverified(gpnu)
        happened(gpnu, Action.ACCOUNT_OPENED, subject_of(account))
        follow()
        time.on(hours=1)
        happened(gpnu, Action.ACCOUNT_CLOSED, subject_of(account))
        follow()
        assert duties("verify_account")[0].state == DutyState.DROPPED
        assert [duty.state for duty in duties("file_closure")] == [DutyState.OPEN]
        time.on(hours=1)
        happened(gpnu, Action.ACCOUNT_CLOSURE_FILED, subject_of(account))
        follow()
        assert [duty.state for duty in duties("file_closure")] == [DutyState.MET]

    @pytest.mark.article("gpnu-15")
    def test_a_change_of_operator_is_filed_and_the_password_rotated(self, gpnu, time, follow):
        """Both are owed for each account of the unit; a newcomer's appointment asks for the filing alone."""
        account = gpnu.accounts["flagship"]
        seat = account.owner_unit.appointments.filter(post="operator").first()
        people.end_appointment(actor=ACTOR, appointment=seat, on=date(2026, 11, 23))
        follow()
        assert len(duties("rotate_credential", account=account)) == 1
        assert len(duties("file_persons", account=account)) == 1
        time.on(hours=1)
        people.appoint(
            actor=ACTOR, person=gpnu.people["gpnu-publicity-2"], unit=account.owner_unit, post="operator",
            since=date(2026, 11, 23),
        )  # fmt: skip
        follow()
        assert len(duties("rotate_credential", account=account)) == 1
        assert Event.objects.filter(action="duty.joined", clause="gpnu-15.file_persons").exists()
        time.on(hours=1)
        happened(gpnu, Action.ACCOUNT_PERSONS_FILED, subject_of(account))
        follow()
        assert [duty.state for duty in duties("file_persons", account=account)] == [DutyState.MET]

    @pytest.mark.article("gpnu-15")
    def test_an_operator_who_stops_is_a_change_though_every_post_stays(self, gpnu, time, follow):
        """Somebody runs one account no longer and keeps their post: password and filing are owed for that account alone."""
        account, person = gpnu.accounts["flagship"], gpnu.people["gpnu-publicity-2"]
        add_operator(actor=ACTOR, account=account, person=person)
        follow()
        for duty in duties("file_persons", account=account):
            actions.drop(duty=duty, why=Text("测试", "test"), by=0)
        time.on(hours=1)
        end_operator(actor=ACTOR, account=account, person=person)
        follow()
        assert [duty.account for duty in duties("rotate_credential")] == [account]
        still = [duty.account for duty in duties("file_persons") if duty.state == DutyState.OPEN]
        assert still == [account]

    @pytest.mark.article("gpnu-15")
    @pytest.mark.parametrize("filed", [False, True])
    def test_people_named_before_the_first_filing_are_not_filed_anew(self, gpnu, time, follow, filed):
        """An account that is applied for has nothing on file that could be changed; one on file has."""
        person = gpnu.people["gpnu-publicity-2"]
        account = add_account(
            actor=ACTOR, institution=gpnu.institution, platform="weibo", name="广师新号", handle="new",
            owner_unit=gpnu.units["党委宣传部"], first_responsible=gpnu.people["gpnu-publicity-head"],
            state="active" if filed else "applied",
        )  # fmt: skip
        add_operator(actor=ACTOR, account=account, person=person)
        follow()
        assert len(duties("file_persons", account=account)) == int(filed)

    @pytest.mark.article("xartvu-5")
    def test_a_change_of_head_or_operator_registers_the_account_anew(self, xartvu, time, follow):
        """Within ten working days, on the form, with the registrar; met when the change took effect."""
        account = next(iter(xartvu.accounts.values()))
        seat = account.owner_unit.appointments.filter(post="operator").first()
        people.end_appointment(actor=ACTOR, appointment=seat, on=date(2026, 11, 23))
        follow()
        (duty,) = duties("register_again", account=account)
        assert duty.due_at == at(7, month=12)
        time.on(days=1)
        happened(xartvu, Action.ACCOUNT_PERSONS_FILED, subject_of(account))
        follow()
        assert duties("register_again", account=account)[0].state == DutyState.MET

    @pytest.mark.article("ruian-6.4")
    def test_an_approved_menu_is_put_up(self, ruian, follow):
        """The office's operator owes it promptly, and says when it is done."""
        happened(ruian, Action.MENU_APPROVED, subject_of(ruian.accounts["flagship"]))
        follow()
        (duty,) = duties("update_menu")
        assert duty.due_at is None
        holder = ruian.units["办公室"].appointments.filter(post="operator").first().person
        told = Report(person=holder, note="菜单已更新。")
        assert actions.report(actor=actor_of(holder), duty=duty, report=told).state == DutyState.MET

    @pytest.mark.article("xartvu-8")
    def test_a_unit_files_its_operating_rules(self, xartvu, time, follow):
        """Owed within a month of the opening; met when a file is put on record."""
        account = next(iter(xartvu.accounts.values()))
        happened(xartvu, Action.ACCOUNT_OPENED, subject_of(account))
        follow()
        assert [duty.state for duty in duties("file_rules")] == [DutyState.OPEN]
        time.on(days=1)
        seat = account.owner_unit.appointments.select_related("person").first()
        asset = contents_asset(xartvu, seat.person)
        file_rules(
            actor=actor_of(seat.person),
            person=seat.person,
            unit=account.owner_unit,
            asset=asset,
            name="制度.pdf",
        )
        follow()
        assert [duty.state for duty in duties("file_rules")] == [DutyState.MET]

    @pytest.mark.article("ruian-6.2")
    def test_a_returned_article_is_revised(self, ruian, offer, follow, time):
        """Its contributor owes it, without a date; handing it in again meets it, a report does not."""
        article = offer(ruian, "ruian-student", kind="student", unit="学生科")
        submit(ruian, "ruian-student", article)
        decide(ruian, "ruian-editor", article, "return", opinion="请补充来源。")
        follow()
        (duty,) = duties("task", about_kind="article")
        assert duty.person == ruian.people["ruian-student"]
        assert duty.due_at is None
        with pytest.raises(Refused):
            done(ruian, "ruian-student", duty)
        time.on(hours=1)
        article.refresh_from_db()
        submit(ruian, "ruian-student", article)
        follow()
        assert duties("task", about_kind="article")[0].state == DutyState.MET

    @pytest.mark.article("ruian-17")
    def test_a_student_is_thanked_once(self, ruian, offer, follow, time):
        """The letter goes out by itself and meets the office's duty; handing in again earns no second."""
        article = offer(ruian, "ruian-student", kind="student", unit="学生科")
        submit(ruian, "ruian-student", article)
        follow()
        assert [duty.state for duty in duties("thank")] == [DutyState.MET]
        (notice,) = Notice.objects.filter(kind="thanks")
        assert notice.person == ruian.people["ruian-student"]
        assert notice.article_ref == "ruian-17"
        decide(ruian, "ruian-editor", article, "return", opinion="请补充来源。")
        time.on(hours=1)
        article.refresh_from_db()
        submit(ruian, "ruian-student", article)
        follow()
        assert Notice.objects.filter(kind="thanks").count() == len(duties("thank")) == 1

    @pytest.mark.article("ruian-18")
    def test_staff_are_thanked_and_a_section_is_not(self, ruian, offer, follow):
        """ruian-19: what a section supplies earns nothing, thanks included."""
        submit(ruian, "ruian-section", offer(ruian, "ruian-section", unit="学生科"))
        follow()
        assert duties("thank") == []
        submit(ruian, "ruian-section", offer(ruian, "ruian-section", kind="staff", unit="学生科"))
        follow()
        assert [duty.clause for duty in duties("thank")] == ["ruian-18.thank"]


def contents_asset(cast, person):
    """A stored picture of a paper."""
    return store_image(actor=actor_of(person), person=person, data=draw("rules"), name="制度.png")


class TestConcerns:
    """Duties that follow from what people bring up."""

    @pytest.mark.article("gpnu-22")
    def test_a_question_is_passed_on_and_answered_in_time(self, gpnu, time, follow):
        """The office passes it on, the unit's head answers within three working days, and the answer is kept."""
        asker = gpnu.people["gpnu-publicity"]
        unit = gpnu.accounts["flagship"].owner_unit
        raise_concern(
            actor=actor_of(asker), person=asker, kind="question", unit=unit, words="宿舍热水何时恢复？"
        )
        follow()
        assert [duty.due_at for duty in duties("forward")] == [None]
        (reply,) = duties("reply")
        assert reply.due_at == at(26)
        time.to(at(26, 9, 1))
        actions.climb(duty=reply, now=time.now)
        follow()
        assert told_people(gpnu, "duty.escalated")

    @pytest.mark.article("ruian-6.5")
    def test_a_system_error_goes_to_the_technical_unit(self, ruian, time, follow):
        """Whoever reports it; the office passes it on, the technician mends it, each by their own report."""
        student = ruian.people["ruian-student"]
        raise_concern(
            actor=actor_of(student),
            person=student,
            kind="system_error",
            unit=ruian.units["办公室"],
            words="后台打不开。",
        )
        follow()
        (mend,) = duties("fix_error")
        with pytest.raises(Refused):
            done(ruian, "ruian-student", mend)
        assert done(ruian, "ruian-tech", mend).state == DutyState.MET
        assert duties("forward")[0].state == DutyState.OPEN

    @pytest.mark.article("gpnu-17")
    def test_a_violation_is_reported_within_the_hour(self, gpnu, time, follow):
        """To the two offices and the competent office, which hear of the report."""
        person, unit = gpnu.people["gpnu-publicity"], gpnu.accounts["flagship"].owner_unit
        raise_concern(
            actor=actor_of(person), person=person, kind="violation", unit=unit, words="评论区有违法信息。"
        )
        follow()
        (duty,) = duties("report")
        assert duty.due_at == at(23, 10)
        assert duty.seats.filter(kind="owed").count() > 1

    def test_what_no_clause_knows_is_refused(self, xartvu, time):
        """Xartvu's regulation says nothing of questions, so nobody is made to owe an answer."""
        person = next(iter(xartvu.people.values()))
        unit = next(iter(xartvu.units.values()))
        with pytest.raises(Refused):
            raise_concern(
                actor=actor_of(person), person=person, kind="question", unit=unit, words="请问怎么投稿？"
            )


class TestTheCalendar:
    """Duties that return."""

    @pytest.mark.article("ruian-8")
    def test_sections_supply_every_week_and_twenty_in_a_semester(self, ruian, offer, keep, time):
        """One article meets the week and counts one of twenty; a student's counts for nobody's section."""
        keep()
        unit = ruian.units["学生科"]
        week, term = duties("supply_articles", unit=unit)
        assert (week.due_at, week.needed, term.needed) == (at(27, 17), 1, 20)
        submit(ruian, "ruian-student", offer(ruian, "ruian-student", kind="student", unit="学生科"))
        keep()
        assert Duty.objects.get(pk=week.pk).state == DutyState.OPEN
        submit(ruian, "ruian-section", offer(ruian, "ruian-section", unit="学生科"))
        keep()
        assert Duty.objects.get(pk=week.pk).state == DutyState.MET
        assert Duty.objects.get(pk=term.pk).have == 1

    @pytest.mark.article("ruian-11")
    def test_a_working_day_without_a_push_is_missed(self, ruian, keep, time):
        """Open in the morning, late at nine in the evening, missed at midnight; Saturday owes none."""
        keep()
        (push,) = duties("push")
        assert push.due_at == at(23, 21)
        time.to(at(24, 0, 1))
        keep()
        push, tuesday = duties("push")
        assert (push.state, tuesday.due_at) == (DutyState.MISSED, at(24, 21))
        assert Event.objects.filter(action="duty.overdue", subject_id=push.key).exists()
        time.to(at(28, 12))
        keep()
        assert not Duty.objects.filter(task="push", origin="2026-11-28").exists()

    @pytest.mark.article("ruian-12")
    def test_the_weekly_plan_is_owed_by_friday(self, ruian, keep, time):
        """Reminded of a working day before, late at five."""
        keep()
        (plan,) = duties("plan_week")
        assert plan.due_at == at(27, 17)
        time.to(at(26, 17, 1))
        keep()
        assert "ruian-editor" in told_people(ruian, "duty.reminded")
        time.to(at(27, 17, 1))
        keep()
        assert told_people(ruian, "duty.escalated") >= {"ruian-office-head"}
        asked = Notice.objects.filter(kind="duty", read_at__isnull=True, link=f"/duties/{plan.key}/")
        assert asked.filter(consequence__in=("duty.reminded", "duty.overdue")).exists()
        time.to(at(30, 9))
        keep()
        assert set(asked.values_list("consequence", flat=True)) == {"duty.missed"}  # nothing left to see to

    @pytest.mark.article("ruian-21")
    def test_each_member_of_a_section_owes_the_following_for_themselves(self, ruian, keep, time):
        """One duty a person, without a date; who leaves owes nothing more."""
        keep()
        follow = duties("follow")
        assert follow
        assert all(duty.person_id and duty.due_at is None for duty in follow)
        people.deactivate(actor=ACTOR, person=follow[0].person, on=date(2026, 11, 23))
        keep()
        assert Duty.objects.get(pk=follow[0].pk).state == DutyState.DROPPED

    @pytest.mark.article("gpnu-20")
    def test_a_unit_without_a_correspondent_names_one_and_the_correspondent_supplies(self, gpnu, keep, time):
        """Naming ends with the appointment; a unit that has one owes none."""
        keep()
        naming = duties("name_person")
        unit = naming[0].unit
        assert not unit.appointments.filter(post="correspondent", until__isnull=True).exists()
        time.on(hours=1)
        people.appoint(
            actor=ACTOR,
            person=gpnu.people["gpnu-publicity"],
            unit=unit,
            post="correspondent",
            since=date(2026, 11, 23),
        )
        keep()
        assert Duty.objects.get(pk=naming[0].pk).state == DutyState.MET
        (supply,) = duties("supply_articles", unit=unit)
        assert supply.due_at == at(25, 17, 30)

    @pytest.mark.article("gpnu-17")
    def test_accounts_are_watched_every_working_day(self, gpnu, keep, time):
        """Who runs the account says so by half past five; the day is over at midnight."""
        keep()
        watch = duties("monitor")
        assert watch
        assert {duty.due_at for duty in watch} == {at(23, 17, 30)}

    @pytest.mark.article("xartvu-7")
    def test_the_annual_inspection_opens_in_december(self, xartvu, keep, time):
        """Not before its window; owed until the last working day of the year, and still after it."""
        keep()
        assert duties("inspect") == []
        time.to(at(1, month=12))
        keep()
        owed = duties("inspect")
        assert owed
        assert {duty.due_at.astimezone(CHINA).date() for duty in owed} == {date(2026, 12, 31)}
        time.to(at(8, month=1, year=2027))
        keep()
        assert {duty.state for duty in duties("inspect", origin="2026")} == {DutyState.OPEN}
        account = owed[0].account
        happened(xartvu, Action.INSPECTION_SUBMITTED, subject_of(account))
        keep()
        assert duties("inspect", origin="2026", account=account)[0].state == DutyState.MET

    @pytest.mark.article("xartvu-7")
    def test_a_failed_inspection_asks_for_closure(self, xartvu, follow, time):
        """Ten working days; met when the account is closed."""
        account = next(iter(xartvu.accounts.values()))
        happened(xartvu, Action.INSPECTION_FAILED, subject_of(account))
        follow()
        (duty,) = duties("close_account")
        assert duty.due_at == at(7, month=12)
        time.on(days=1)
        happened(xartvu, Action.ACCOUNT_CLOSED, subject_of(account))
        follow()
        assert duties("close_account")[0].state == DutyState.MET

    @pytest.mark.article("gpnu-19")
    def test_a_push_of_the_flagship_is_passed_on_and_shown(self, gpnu, follow):
        """Two working days for each other account; met by a report with the link, and counted on the page."""
        push = pushed_by(gpnu, gpnu.accounts["flagship"])
        happened(gpnu, Action.JOB_PUBLISHED, Subject("job", "1"), push=push.pk)
        follow()
        owed = [duty for duty in duties("repost") if duty.account_id == gpnu.accounts["college"].pk]
        assert [duty.due_at for duty in owed] == [at(25)]
        with pytest.raises(Refused, match="链接"):
            done(gpnu, "gpnu-college", owed[0])
        done(gpnu, "gpnu-college", owed[0], link="https://weibo.com/1/abc")
        follow()
        owed[0].refresh_from_db()
        assert owed[0].state == DutyState.MET
        office = Viewer(gpnu.people["gpnu-publicity"], gpnu.institution, "127.0.0.1")
        (shown,) = called(office)
        assert (shown.asked, shown.done, shown.missing) == (len(duties("repost")), 1, shown.asked - 1)

    @pytest.mark.article("gpnu-19")
    def test_a_push_of_another_account_asks_nobody(self, gpnu, follow):
        """Only the flagship's is passed on."""
        push = pushed_by(gpnu, gpnu.accounts["college"])
        happened(gpnu, Action.JOB_PUBLISHED, Subject("job", "1"), push=push.pk)
        follow()
        assert list(duties("repost")) == []

    @pytest.mark.article("gpnu-19")
    def test_following_each_other_is_owed_once_a_term(self, gpnu, keep, time):
        """A second day of the same term opens nothing new."""
        keep()
        before = len(duties("follow"))
        time.on(days=1)
        keep()
        assert len(duties("follow")) == before > 0


def test_a_new_holiday_moves_what_is_due(ruian, keep, time):
    """Friday is declared a day off: what was due then is due on Thursday, and the event says so."""
    keep()
    office = ruian.people["ruian-editor"]
    set_day(
        actor=actor_of(office),
        person=office,
        institution=ruian.institution,
        day=date(2026, 11, 27),
        working=False,
    )
    keep()
    assert duties("plan_week")[0].due_at == at(26, 17)
    assert Event.objects.filter(action="duty.moved").exists()


def test_every_task_that_is_called_enforced_is_asked_for_by_some_clause(ruian, gpnu, xartvu):
    """Nothing is registered that no regulation of ours could show."""
    asked = {
        f"duty:{clause.do}" for cast in (ruian, gpnu, xartvu) for clause in cast.rulebook.of_kind(Clause)
    }
    assert {name for name in registered() if name.startswith("duty:")} <= asked
